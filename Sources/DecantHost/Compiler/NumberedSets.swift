/// The observable sets that edges use, numbered in the order in which ascending edges first use them.
///
/// The graph numbers them as its mechanisms came; numbering them anew makes the image depend on the graph
/// alone.
struct NumberedSets {
  /// For each edge, its set.
  private(set) var ofEdges: [UInt32] = []
  /// For each set of the graph, its number; nil if no edge uses it.
  private(set) var numbers: [UInt32?]
  /// For each set, where its members begin; and where the last one's end.
  private(set) var starts: [UInt32] = [0, 0]
  private(set) var members: [UInt32] = []

  var count: Int { starts.count - 1 }

  init(of graph: DetectorGraph) {
    numbers = [UInt32?](repeating: nil, count: graph.observableSets.count)
    numbers[0] = 0
    ofEdges.reserveCapacity(graph.edges.count)
    for edge in graph.edges {
      let set = Int(edge.observableSet)
      if let number = numbers[set] {
        ofEdges.append(number)
        continue
      }
      let number = UInt32(count)
      numbers[set] = number
      members += graph.observableSets[set]
      starts.append(UInt32(members.count))
      ofEdges.append(number)
    }
  }
}
