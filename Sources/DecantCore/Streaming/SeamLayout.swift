/// What a window of the first layer tells a neighbour: a buffer of a size that the image and the configuration settle.
///
/// First come bits of the detectors next to what the window commits: those that its edges have flipped. Correlated
/// decoders say besides which edges these and their neighbours are, by a bit for each edge that has a rule about a round
/// beyond the seam: the neighbour, who has the same image, knows by them what the rules say. So a seam holds no weight
/// and no address, every decoder of the image understands it, and none has to be believed.
struct SeamLayout {
  /// Bits of detectors.
  var detectors: UInt32 = 0
  /// Bits for the edges whose lower ends are in one round; zero if edges are not told.
  var roundEdges: UInt32 = 0
  /// Rounds of which edges are told at most.
  var rounds: UInt32 = 0

  init() {}

  init(_ image: ImageReader, _ configuration: Configuration) {
    guard configuration.isBlocks else { return }
    detectors = image.stream.edgeReach &* image.stream.roundDetectors
    guard configuration.isCorrelated else { return }
    roundEdges = image.largestLayer.edges
    rounds = StreamRecord.reach &+ image.stream.edgeReach
  }

  /// Bytes of the detectors; those of the edges follow.
  var detectorsSize: Int { Int(truncatingIfNeeded: (UInt64(detectors) &+ 7) / 8) }
  var edgesSize: Int { Int(truncatingIfNeeded: (UInt64(rounds) &* UInt64(roundEdges) &+ 7) / 8) }
  var size: Int { detectorsSize &+ edgesSize }

  /// Whether no bit is set that is none of a detector or of an edge.
  func isClean(_ seam: UnsafePointer<UInt8>) -> Bool {
    let edges = UInt64(rounds) &* UInt64(roundEdges)
    let used = UInt8(truncatingIfNeeded: detectors & 7)
    let usedLast = UInt8(truncatingIfNeeded: edges & 7)
    return (used == 0 || seam[detectorsSize &- 1] >> used == 0)
      && (usedLast == 0 || seam[size &- 1] >> usedLast == 0)
  }
}

/// The rounds of a window of the first layer of whose edges a seam tells, and which of these are committed.
struct SeamRounds {
  let kind: WindowKind
  let rounds: UInt32
  /// Whether the seam is behind what the window commits, not before it.
  let isBehind: Bool
  /// Nodes that the window commits, in its own numbers.
  let committed: UInt32
  let committedEnd: UInt32
  /// Where edges to rounds not seen look like edges to the boundary: before the first, and from the second on.
  let known: UInt32
  let knownEnd: UInt32
  /// Positions in the window: rules reach no further.
  let begin: UInt32
  let end: UInt32
  private let stream: StreamRecord

  /// - Parameter window: one that is open on the side of the seam.
  init(_ window: BlockPlan.Window, isBehind: Bool, _ stream: StreamRecord) {
    let first = UInt32(truncatingIfNeeded: window.firstCommitted &- window.first)
    let last = UInt32(truncatingIfNeeded: window.committedEnd &- window.first)
    let reach = stream.edgeReach
    kind = window.kind
    rounds = window.rounds
    self.stream = stream
    self.isBehind = isBehind
    // Edges are numbered by their lower ends, and rules reach from these.
    begin = isBehind ? last &- min(last, StreamRecord.reach) : first &- min(first, reach)
    end = isBehind ? last : min(first &+ StreamRecord.reach, last)
    committed = Self.firstNode(of: first, window.kind, stream)
    committedEnd = Self.firstNode(of: last, window.kind, stream)
    known = window.kind.isFirst ? 0 : Self.firstNode(of: reach, window.kind, stream)
    knownEnd =
      window.kind.isLast
      ? .max : Self.firstNode(of: window.rounds &- min(window.rounds, reach), window.kind, stream)
  }

  /// The first node of a round of the window, which is not behind an experiment's last.
  func firstNode(of position: UInt32) -> UInt32 { Self.firstNode(of: position, kind, stream) }

  private static func firstNode(of position: UInt32, _ kind: WindowKind, _ stream: StreamRecord) -> UInt32 {
    if position == 0 { return 0 }
    return (kind.isFirst ? stream.firstDetectors : stream.roundDetectors)
      &+ (position &- 1) &* stream.roundDetectors
  }

  /// Whether the window commits an edge: one with an end in rounds that it commits.
  @inline(__always)
  func commits(_ lower: UInt32, _ upper: UInt32) -> Bool {
    lower < committedEnd && (lower >= committed || (upper >= committed && upper < committedEnd))
  }

  /// Whether a node is beyond the seam.
  @inline(__always)
  func isBeyond(_ node: UInt32) -> Bool { isBehind ? node >= committedEnd : node < committed }
}
