/// What the image of a stream holds: the layers that windows are put together from.
///
/// A window sees some rounds of an experiment that may go on for ever. Its detectors stand in layers, one to a round,
/// and each layer's neighbourhoods are one of a few kinds: those of the rounds where the experiment begins or ends, of
/// any round in between, of the oldest round that is not yet committed, and of the newest round seen. A *shape* is the
/// list of layers of a window; it is settled by where the window begins, where it ends, and its number of rounds. In
/// shapes of `shapeRounds` rounds one layer can be repeated as often as one likes, so a handful of shapes serves
/// windows of every length.
public struct StreamRecord {
  /// The longest shapes stored; there is one shape of each kind for each number of rounds from 1 on, which may be absent
  /// (have no layers) where so short an experiment is not known.
  public var shapeRounds: UInt32
  /// The place in the longest shapes of the layer that can be repeated. The two before and the two behind it are the
  /// same layer.
  public var middle: UInt32
  /// Detectors in the first round of an experiment, in its last, and in any other.
  public var firstDetectors: UInt32
  public var lastDetectors: UInt32
  public var roundDetectors: UInt32
  /// Rounds that a window commits, and those that it sees besides, unless the configuration says otherwise.
  public var commitRounds: UInt32
  public var bufferRounds: UInt32
  /// How many rounds edges reach over: 1 or 2.
  public var edgeReach: UInt32
  /// How many rounds at the beginning and at the end of an experiment have other edges than those in between.
  public var headRounds: UInt32
  public var tailRounds: UInt32

  public init(
    shapeRounds: UInt32, middle: UInt32, firstDetectors: UInt32, lastDetectors: UInt32,
    roundDetectors: UInt32,
    commitRounds: UInt32, bufferRounds: UInt32, edgeReach: UInt32, headRounds: UInt32,
    tailRounds: UInt32
  ) {
    self.shapeRounds = shapeRounds
    self.middle = middle
    self.firstDetectors = firstDetectors
    self.lastDetectors = lastDetectors
    self.roundDetectors = roundDetectors
    self.commitRounds = commitRounds
    self.bufferRounds = bufferRounds
    self.edgeReach = edgeReach
    self.headRounds = headRounds
    self.tailRounds = tailRounds
  }

  static var absent: StreamRecord {
    StreamRecord(
      shapeRounds: 0, middle: 0, firstDetectors: 0, lastDetectors: 0, roundDetectors: 0, commitRounds: 0,
      bufferRounds: 0, edgeReach: 0, headRounds: 0, tailRounds: 0)
  }

  /// How many rounds edges and rules reach over at most.
  public static var reach: UInt32 { 2 }
  /// More rounds than this no window has.
  public static var maxRounds: UInt32 { 1 << 16 }
  /// More rounds than this no stored shape has.
  public static var maxShapeRounds: UInt32 { 64 }
  public static var kindCount: UInt32 { WindowSide.count &* WindowSide.count }

  /// The number of a shape.
  ///
  /// - Parameter rounds: from 1 to `shapeRounds`.
  @inline(__always)
  public func shape(_ kind: WindowKind, rounds: UInt32) -> UInt32 {
    kind.number &* shapeRounds &+ rounds &- 1
  }
}

/// Where a window begins and ends.
public struct WindowKind {
  public var past: WindowSide
  public var future: WindowSide

  public init(past: WindowSide, future: WindowSide) {
    self.past = past
    self.future = future
  }

  /// - Parameter number: below `StreamRecord.kindCount`.
  public init(number: UInt32) {
    past = WindowSide(number: number / WindowSide.count)
    future = WindowSide(number: number % WindowSide.count)
  }

  @inline(__always)
  public var number: UInt32 { past.number &* WindowSide.count &+ future.number }

  /// Whether it begins, and whether it ends, where the experiment does.
  @inline(__always) public var isFirst: Bool { past.number == WindowSide.end.number }
  @inline(__always) public var isLast: Bool { future.number == WindowSide.end.number }
}

/// What lies beyond one side of a window.
public struct WindowSide {
  public let number: UInt32

  /// Nothing: the experiment begins or ends here.
  public static var end: WindowSide { WindowSide(number: 0) }
  /// Rounds that are committed. No edge reaches there any more.
  public static var committed: WindowSide { WindowSide(number: 1) }
  /// Rounds that are not seen. Edges to these are edges to the boundary.
  public static var open: WindowSide { WindowSide(number: 2) }

  public static var count: UInt32 { 3 }
}

/// The detectors of one round in a window.
public struct LayerRecord {
  /// Its part of `nodes`, `escapes`, `ruleGroups` and `networkPlaces`. In a `NodeRecord` of a layer, `firstEdge` counts
  /// from the layer's first edge on; in a `NetworkPlace`, words are those of round 0, see `placed`.
  public var firstNode: UInt32
  public var nodeCount: UInt32
  /// Own edges of its nodes.
  public var edgeCount: UInt32
  /// Zero.
  public var reserved: UInt32

  public init(firstNode: UInt32, nodeCount: UInt32, edgeCount: UInt32) {
    self.firstNode = firstNode
    self.nodeCount = nodeCount
    self.edgeCount = edgeCount
    reserved = 0
  }
}

/// The event network in windows. Its boards have as many rounds as the longest window and the network's radius on both
/// sides: before a window, they show events of committed rounds.
extension NetworkRecord {
  /// Rows of a board of a stream's image, whose words are a multiple of its rounds.
  public var boardRows: UInt32 { boardRounds == 0 ? 0 : boardWords / boardRounds }

  /// Words of a board that show rounds before a window.
  var pastWords: UInt32 { boardRows &* roundRadius }

  /// The same network on boards for windows of so many rounds.
  func forWindows(rounds: UInt32) -> NetworkRecord {
    var shape = self
    shape.boardRounds = rounds &+ 2 &* roundRadius
    shape.boardWords = boardRows &* shape.boardRounds
    return shape
  }
}

extension NetworkPlace {
  /// A place of a layer that stands at a round of a window, with the words that this is on other boards.
  ///
  /// - Parameters:
  ///   - stored: rounds of the boards in the image.
  ///   - rounds: rounds of the boards to stand on.
  @inline(__always)
  func placed(atRound round: UInt32, _ stored: UInt32, on rounds: UInt32) -> NetworkPlace {
    var place = self
    place.origin = origin / stored &* rounds &+ round
    place.markWord = markWord / stored &* rounds &+ markWord % stored &+ round
    return place
  }
}
