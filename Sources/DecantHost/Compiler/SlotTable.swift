import DecantCore

/// The graph as its nodes see it: each end of an edge is a slot, the slots of a node stand together.
struct SlotTable {
  /// For each node, its first slot; and one more, where the last node's end.
  let starts: [UInt32]
  /// For each slot, the node at the other end, or `ImageLayout.none` for the boundary.
  private(set) var neighbours: [UInt32]
  /// For each slot, its edge.
  private(set) var edges: [UInt32]
  /// For each slot, its weight.
  private(set) var weights: [UInt32]

  var nodeCount: Int { starts.count - 1 }

  /// - Parameter weights: absolute integer weight of each edge.
  init(_ graph: DetectorGraph, weights edgeWeights: [UInt32]) {
    var starts = [UInt32](repeating: 0, count: graph.detectorCount + 1)
    for edge in graph.edges {
      starts[Int(edge.a) + 1] += 1
      if !edge.isBoundary { starts[Int(edge.b) + 1] += 1 }
    }
    for node in 0..<graph.detectorCount { starts[node + 1] += starts[node] }

    let count = Int(starts[graph.detectorCount])
    neighbours = Array(repeating: ImageLayout.none, count: count)
    edges = Array(repeating: 0, count: count)
    weights = Array(repeating: 0, count: count)

    // Handing out edges in ascending order of (weight, a, b) leaves each node's slots ascending by
    // (weight, neighbour): at a node, edges to lower neighbours have it as b and come before those that have
    // it as a. Boundary edges go straight to the end of their node.
    var order: [UInt64] = []
    order.reserveCapacity(graph.edges.count)
    var next = starts
    for (index, edge) in graph.edges.enumerated() {
      if edge.isBoundary {
        let last = Int(starts[Int(edge.a) + 1]) - 1
        edges[last] = UInt32(index)
        weights[last] = edgeWeights[index]
      } else {
        order.append(UInt64(edgeWeights[index]) << 32 | UInt64(index))
      }
    }
    order.sort()
    for entry in order {
      let index = Int(entry & 0xFFFF_FFFF)
      var (node, neighbour) = (graph.edges[index].a, graph.edges[index].b)
      for _ in 0..<2 {
        let slot = Int(next[Int(node)])
        next[Int(node)] += 1
        neighbours[slot] = neighbour
        edges[slot] = UInt32(index)
        weights[slot] = edgeWeights[index]
        swap(&node, &neighbour)
      }
    }
    self.starts = starts
  }

  func slots(of node: Int) -> Range<Int> { Int(starts[node])..<Int(starts[node + 1]) }

  /// The boundary slot of a node, if it has one.
  func boundarySlot(of node: Int) -> Int? {
    guard let last = slots(of: node).last, neighbours[last] == ImageLayout.none else { return nil }
    return last
  }

  var maxDegree: UInt32 {
    (0..<nodeCount).reduce(0) { max($0, starts[$1 + 1] - starts[$1]) }
  }
}
