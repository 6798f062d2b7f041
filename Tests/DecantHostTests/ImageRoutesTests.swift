import DecantCore
import DecantHost
import Testing

/// Components and ways out, against slower searches that are easier to believe.
@Suite struct ImageRoutesTests {
  static let none = UInt32.max

  /// For each node, the lowest node of its component and whether that has a boundary edge.
  static func components(_ graph: DetectorGraph) -> (lowest: [Int], open: [Bool]) {
    var lowest = Array(0..<graph.detectorCount)
    var open = [Bool](repeating: false, count: graph.detectorCount)
    for _ in 0..<graph.detectorCount {
      for edge in graph.edges {
        let (a, b) = (Int(edge.a), edge.isBoundary ? Int(edge.a) : Int(edge.b))
        let label = min(lowest[a], lowest[b])
        (lowest[a], lowest[b]) = (label, label)
        let isOpen = open[a] || open[b] || edge.isBoundary
        (open[a], open[b]) = (isOpen, isOpen)
      }
    }
    return (lowest, open)
  }

  @Test func closedComponents() throws {
    try ImageInvariantTests.eachImage { graph, image in
      let (lowest, open) = Self.components(graph)
      let roots = lowest.indices.filter { lowest[$0] == $0 && !open[$0] }
      let expected = lowest.indices.map { node in
        open[node] ? Self.none : UInt32(roots.firstIndex(of: lowest[node])!)
      }
      #expect(image.u32(ImageLayout.Header.components) == Set(lowest).count)
      #expect(image.u32(ImageLayout.Header.closedComponents) == roots.count)
      #expect(image.words(ImageLayout.Section.closedComponents) ?? expected == expected)
    }
  }

  /// Distances by Bellman and Ford's algorithm: every way out ends, and is as short as can be.
  @Test func escapesAreShortestPaths() throws {
    try ImageInvariantTests.eachImage { graph, image in
      let (lowest, open) = Self.components(graph)
      let count = graph.detectorCount
      var distances = (0..<count).map { lowest[$0] == $0 && !open[$0] ? 0 : Int.max / 2 }
      for _ in 0..<count {
        for (index, edge) in graph.edges.enumerated() {
          let weight = Int(graph.integerWeight(ofEdge: index).magnitude)
          let (a, b) = (Int(edge.a), Int(edge.b))
          distances[a] = min(distances[a], edge.isBoundary ? weight : distances[b] + weight)
          if !edge.isBoundary { distances[b] = min(distances[b], distances[a] + weight) }
        }
      }
      let escapes = image.escapes()
      try #require(escapes.count == count)
      for start in 0..<count {
        var node = start
        var length = 0
        var steps = 0
        while let slot = escapes[node].slot, steps <= count {
          length += Int(slot.weight)
          steps += 1
          if slot.neighbour == Self.none { break }
          node = Int(slot.neighbour)
        }
        #expect(steps == escapes[start].steps, "the way out of node \(start) goes in circles")
        #expect(length == distances[start])
        if !open[start] { #expect(node == lowest[start]) }
      }
      #expect(image.u32(ImageLayout.Header.longestEscape) == escapes.map(\.steps).max() ?? 0)
    }
  }

  /// Among ways of the same length the choice is settled too: nodes are settled by (distance, number), and
  /// each goes to the first settled node that brought it to its distance, or to the boundary before any.
  @Test func tiesAreBrokenByOrder() throws {
    try ImageInvariantTests.eachImage { graph, image in
      let (lowest, open) = Self.components(graph)
      var distances = [Int?](repeating: nil, count: graph.detectorCount)
      var ways = [Int?](repeating: nil, count: graph.detectorCount)
      for node in lowest.indices where lowest[node] == node && !open[node] { distances[node] = 0 }
      for (index, edge) in graph.edges.enumerated() where edge.isBoundary {
        distances[Int(edge.a)] = Int(graph.integerWeight(ofEdge: index).magnitude)
        ways[Int(edge.a)] = index
      }
      var waiting = Set(lowest.indices)
      while let node = waiting.min(by: { (distances[$0] ?? .max, $0) < (distances[$1] ?? .max, $1) }) {
        waiting.remove(node)
        for (index, edge) in graph.edges.enumerated()
        where !edge.isBoundary && (edge.a == node || edge.b == node) {
          let neighbour = Int(edge.a == node ? edge.b : edge.a)
          let distance = distances[node]! + Int(graph.integerWeight(ofEdge: index).magnitude)
          if distance < distances[neighbour] ?? .max {
            distances[neighbour] = distance
            ways[neighbour] = index
          }
        }
      }
      #expect(image.escapes().map(\.slot?.edge) == ways)
    }
  }
}
