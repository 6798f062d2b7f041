import DecantCore

/// What the edges of a graph say about each other, each group of rules stored once however many nodes have it.
///
/// Rules repeat from round to round like neighbourhoods do, seen from the node whose own edges they belong to.
struct RuleTable {
  /// For each node, where its group begins in `starts`.
  private(set) var groups: [UInt32] = []
  /// For each group, where the rules of the own edges begin, by rank, and where the last one's end.
  private(set) var starts: [UInt32] = []
  /// `RuleRecord`s, as words.
  private(set) var rules: [UInt32] = []

  private static let recordWords = 4

  /// - Parameters:
  ///   - weights: absolute integer weight of each edge. A rule that does not go below says nothing, and is
  ///     left out.
  ///   - firstEdges: for each node, its first own edge; and one more, the number of edges.
  init(
    _ correlations: EdgeCorrelations, _ graph: DetectorGraph, weights: [UInt32], firstEdges: [UInt32]
  ) {
    var known: [[UInt32]: UInt32] = [:]
    groups.reserveCapacity(graph.detectorCount)
    for node in 0..<graph.detectorCount {
      let own = Int(firstEdges[node])..<Int(firstEdges[node + 1])
      // The number of rules of each own edge, then the rules of all.
      var group = [UInt32](repeating: 0, count: own.count)
      for edge in own {
        for rule in correlations.rules(of: edge) {
          let affected = Int(correlations.affected[rule])
          let weight = graph.weightScale.integerWeight(correlations.weights[rule]).magnitude
          guard weight < weights[affected] else { continue }
          let (lower, higher) = (graph.edges[affected].a, graph.edges[affected].b)
          let record = RuleRecord(
            step: lower &- UInt32(node),
            reach: graph.edges[affected].isBoundary ? 0 : higher - lower,
            rank: UInt32(affected) - firstEdges[Int(lower)], weight: weight)
          group[edge - own.lowerBound] += 1
          group += [record.step, record.reach, record.rank, record.weight]
        }
      }
      let number = known[group] ?? append(group, ownCount: own.count)
      known[group] = number
      groups.append(number)
    }
  }

  /// Gives where the new group begins in `starts`.
  private mutating func append(_ group: [UInt32], ownCount: Int) -> UInt32 {
    let number = UInt32(starts.count)
    var end = UInt32(rules.count / Self.recordWords)
    starts.append(end)
    for count in group[..<ownCount] {
      end += count
      starts.append(end)
    }
    rules += group[ownCount...]
    return number
  }
}
