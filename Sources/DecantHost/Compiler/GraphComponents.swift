import DecantCore

/// The connected components of a graph, and which of them are closed: without an edge to the boundary, so
/// that only an even number of detection events in them can be explained.
struct GraphComponents {
  let count: Int
  /// For each node, the lowest node of its component.
  let roots: [UInt32]
  /// The lowest node of each closed component, ascending; a component's index is its place here.
  let closedRoots: [UInt32]
  /// For each node, the index of its closed component, or `ImageLayout.none`.
  let closedComponents: [UInt32]

  init(_ graph: DetectorGraph) {
    var forest = LowestNodeForest(nodes: graph.detectorCount)
    for edge in graph.edges where !edge.isBoundary { forest.join(edge.a, edge.b) }
    var open = [Bool](repeating: false, count: graph.detectorCount)
    for edge in graph.edges where edge.isBoundary { open[Int(forest.lowest(edge.a))] = true }

    var count = 0
    var closedRoots: [UInt32] = []
    var closedComponents = [UInt32](repeating: ImageLayout.none, count: graph.detectorCount)
    for node in 0..<UInt32(graph.detectorCount) {
      let root = forest.lowest(node)
      if root == node { count += 1 }
      if open[Int(root)] { continue }
      if root == node {
        closedComponents[Int(node)] = UInt32(closedRoots.count)
        closedRoots.append(node)
      } else {
        // The root is lower, so it has its number.
        closedComponents[Int(node)] = closedComponents[Int(root)]
      }
    }
    self.count = count
    roots = (0..<UInt32(graph.detectorCount)).map { forest.lowest($0) }
    self.closedRoots = closedRoots
    self.closedComponents = closedComponents
  }
}

/// Disjoint sets of nodes, each known by its lowest node.
private struct LowestNodeForest {
  /// Never above the node itself.
  private var parents: [UInt32]

  init(nodes: Int) { parents = (0..<UInt32(nodes)).map { $0 } }

  mutating func lowest(_ node: UInt32) -> UInt32 {
    var node = Int(node)
    while Int(parents[node]) != node {
      parents[node] = parents[Int(parents[node])]
      node = Int(parents[node])
    }
    return UInt32(node)
  }

  mutating func join(_ a: UInt32, _ b: UInt32) {
    let (a, b) = (lowest(a), lowest(b))
    parents[Int(max(a, b))] = min(a, b)
  }
}
