/// Growth of a region: its radius is `rate * now + intercept`.
///
/// The rate is also the region's role. Outer regions of alternating trees grow (+1), inner ones shrink (-1),
/// and matched regions and the members of a blossom stand still (0).
struct RegionClock {
  var intercept: Int64
  var rate: Int32
  /// The last node that the region reached, or `none`. Earlier ones follow by `NodePlace.shellNext`.
  var shell: UInt32

  @inline(__always)
  func radius(at now: Int64) -> Int64 { Int64(rate) &* now &+ intercept }
}

/// A tight path between two events, or from one to the boundary, known by its ends and by the edge where
/// the two regions met. The middle is found by walking back from there when it is asked for.
struct TightPath {
  /// Events at the two ends; `toEvent` is `none` at the boundary.
  var fromEvent: UInt32
  var toEvent: UInt32
  /// A node of the edge where they met; `none` if they met at an event of radius zero, or if the path is an escape
  /// (see `Matcher+Truncation`).
  private(set) var node: UInt32
  /// The slot of that node which leads along the edge, and in the top bit whether the node is on the side of `toEvent`.
  private var directedSlot: UInt32

  static var backward: UInt32 { 1 << 31 }

  /// A path that leaves `fromEvent`'s region by `slot` of `node`.
  @inline(__always)
  init(fromEvent: UInt32, toEvent: UInt32, node: UInt32, slot: UInt32) {
    self.fromEvent = fromEvent
    self.toEvent = toEvent
    self.node = node
    directedSlot = slot
  }

  /// A path of which only the ends are known.
  @inline(__always)
  init(fromEvent: UInt32, toEvent: UInt32) {
    self.init(fromEvent: fromEvent, toEvent: toEvent, node: .none, slot: 0)
  }

  @inline(__always)
  var slot: UInt32 { directedSlot & ~Self.backward }

  @inline(__always)
  private var isBackward: Bool { directedSlot & Self.backward != 0 }

  @inline(__always)
  var reversed: TightPath {
    var path = self
    path.fromEvent = toEvent
    path.toEvent = fromEvent
    path.directedSlot ^= Self.backward
    return path
  }

  /// The nodes of the edge where the regions met, on the side of `fromEvent` and on the other; the same node twice at
  /// the boundary. There must be one.
  @inline(__always)
  func meeting(in graph: Graph) -> (from: UInt32, to: UInt32) {
    let other = graph.neighbour(of: node, behind: slot)
    return isBackward ? (other, node) : (node, other)
  }

  /// Whether the regions met on the edge between these nodes, `from` on the side of `fromEvent`.
  @inline(__always)
  func meets(_ from: UInt32, _ to: UInt32, in graph: Graph) -> Bool {
    node != .none && meeting(in: graph) == (from, to)
  }
}

/// How a region stands to others: in a matching, in an alternating tree, in a blossom.
struct RegionTies {
  /// Path to `match`, from here.
  var matchPath: TightPath
  /// Path to `link`, from here.
  var linkPath: TightPath
  /// The region it is matched to; `Region.boundary`; or `none` for the root of a tree.
  ///
  /// In a tree, an inner region and the outer region below it stay matched to each other.
  var match: UInt32
  /// In a blossom, the next region around the cycle. Inner in a tree, the outer region above.
  var link: UInt32
  /// The blossom it lies in, or `none`.
  var parent: UInt32
  /// Of a blossom, any region of its cycle; `none` for the region of a single event.
  var firstChild: UInt32
  /// Outer in a tree: the first of the inner regions below it.
  var treeChild: UInt32
  /// Inner in a tree: the next inner region below the same outer one.
  var treeSibling: UInt32
  /// The last walk that came past.
  var mark: UInt32
  /// Link of whatever list the region is passed around in.
  var chain: UInt32
}

enum Region {
  /// In place of a matched region: the boundary.
  static var boundary: UInt32 { .max - 1 }
}
