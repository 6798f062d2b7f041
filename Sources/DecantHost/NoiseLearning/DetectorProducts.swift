import DecantKernels

/// Which products of detectors tell how likely mechanisms are: of each set that a mechanism flips, all subsets.
///
/// A mechanism's probability follows from the parities of all subsets of what it flips (`LocalMoments`), and
/// these from how often the detectors of each subset fire together. The products stand in a tree, each below
/// the one without its last detector, so that counting one takes a single conjunction more.
public struct DetectorProducts: Equatable, Sendable {
  /// Detectors of a shot; each is a product by itself, whether a mechanism flips it or not.
  public let detectorCount: Int
  /// In the order of the tree, what is below a node after it; roots and children ascending by their detectors.
  let nodes: [Node]
  /// For each node, the node after all that are below it.
  let ends: [Int32]
  /// The node of each detector by itself.
  let roots: [Int32]

  /// A product: of `detector`, and of the node above.
  struct Node: Equatable, Sendable {
    let detector: UInt32
    /// Detectors in the product.
    let depth: UInt32
  }

  /// Detectors in one set: all subsets of it are counted.
  public static let maxSetSize = Int(DECANT_PRODUCTS_MAX_DEPTH)
  /// Of a model larger than this, counts would take gigabytes.
  static let maxNodes = 1 << 27

  /// - Parameters:
  ///   - detectorCount: below 2^28.
  ///   - sets: ascending and without repetitions, of `maxSetSize` detectors at most, each below `detectorCount`.
  /// - Returns: nil if there are more products than can be counted.
  public init?(detectorCount: Int, sets: some Sequence<[UInt32]>) {
    var tree = Tree(detectorCount: detectorCount)
    for set in sets {
      precondition(set.count <= Self.maxSetSize, "a set has too many detectors")
      tree.insert(set[...], below: Tree.top)
      guard tree.count <= Self.maxNodes else { return nil }
    }
    self.init(detectorCount: detectorCount, nodes: tree.nodes())
  }

  /// - Returns: nil if the nodes are no such tree.
  init?(detectorCount: Int, nodes: [Node]) {
    var ends = [Int32](repeating: 0, count: nodes.count)
    var roots: [Int32] = []
    roots.reserveCapacity(detectorCount)
    var open: [Int] = []
    var last: [UInt32?] = [nil]
    for (index, node) in nodes.enumerated() {
      let depth = Int(node.depth)
      guard depth >= 1, depth <= min(open.count + 1, Self.maxSetSize), node.detector < detectorCount else {
        return nil
      }
      while open.count >= depth { ends[open.removeLast()] = Int32(index) }
      last.removeLast(last.count - depth)
      // Above its parent's detector and its elder sibling's.
      if let parent = open.last, nodes[parent].detector >= node.detector { return nil }
      if let elder = last[depth - 1], elder >= node.detector { return nil }
      last[depth - 1] = node.detector
      last.append(nil)
      if depth == 1 {
        guard Int(node.detector) == roots.count else { return nil }
        roots.append(Int32(index))
      }
      open.append(index)
    }
    for node in open { ends[node] = Int32(nodes.count) }
    guard roots.count == detectorCount else { return nil }
    self.detectorCount = detectorCount
    self.nodes = nodes
    self.ends = ends
    self.roots = roots
  }

  /// Products that are counted.
  public var count: Int { nodes.count }

  /// The number of a product; nil if it is not counted.
  ///
  /// - Parameter detectors: ascending, at least one.
  public func index(of detectors: some Sequence<UInt32>) -> Int? {
    var found: Int?
    for detector in detectors {
      guard let parent = found else {
        guard detector < detectorCount else { return nil }
        found = Int(roots[Int(detector)])
        continue
      }
      var child = parent + 1
      while child < Int(ends[parent]), nodes[child].detector < detector { child = Int(ends[child]) }
      guard child < Int(ends[parent]), nodes[child].detector == detector else { return nil }
      found = child
    }
    return found
  }
}

extension DetectorProducts {
  /// The tree as it grows.
  private struct Tree {
    /// Above all nodes.
    static let top = UInt32.max

    /// By a node's number, in the high half, and a detector: the child's number.
    private var children: [UInt64: UInt32] = [:]
    private let detectorCount: Int
    private(set) var count: Int

    init(detectorCount: Int) {
      self.detectorCount = detectorCount
      count = detectorCount
    }

    /// Inserts all subsets of a set.
    mutating func insert(_ set: ArraySlice<UInt32>, below parent: UInt32) {
      for index in set.indices {
        let child = child(set[index], below: parent)
        if index + 1 < set.endIndex { insert(set[(index + 1)...], below: child) }
      }
    }

    private mutating func child(_ detector: UInt32, below parent: UInt32) -> UInt32 {
      // Detectors by themselves have their own numbers.
      if parent == Self.top { return detector }
      let key = UInt64(parent) << 32 | UInt64(detector)
      if let known = children[key] { return known }
      children[key] = UInt32(count)
      count += 1
      return UInt32(count - 1)
    }

    func nodes() -> [Node] {
      // Ascending by parent, then detector, so that each node's children stand together.
      let links = children.sorted { $0.key < $1.key }
      var starts = [Int](repeating: 0, count: count + 1)
      for (key, _) in links { starts[Int(key >> 32) + 1] += 1 }
      for index in 0..<count { starts[index + 1] += starts[index] }
      var nodes: [Node] = []
      nodes.reserveCapacity(count)
      func visit(_ node: Int, _ detector: UInt32, _ depth: UInt32) {
        nodes.append(Node(detector: detector, depth: depth))
        for link in links[starts[node]..<starts[node + 1]] {
          visit(Int(link.value), UInt32(truncatingIfNeeded: link.key), depth + 1)
        }
      }
      for detector in 0..<detectorCount { visit(detector, UInt32(detector), 1) }
      return nodes
    }
  }
}
