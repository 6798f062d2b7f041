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

  private static let recordWords = 3

  /// The groups that there are: where each begins in `starts`.
  private var known: [[UInt32]: UInt32] = [:]

  /// No rules.
  init() {}

  /// The rules of one graph, whose groups are in `groups`.
  init(
    _ correlations: EdgeCorrelations, _ graph: DetectorGraph, slots: SlotTable, weights: [UInt32],
    firstEdges: [UInt32]
  ) {
    groups = add(
      correlations, graph, slots: slots, weights: weights, firstEdges: firstEdges,
      shift: RuleRecord.shift(maxDegree: slots.maxDegree))
  }

  /// Adds the rules of a graph. Returns the groups of its nodes.
  ///
  /// - Parameters:
  ///   - weights: absolute integer weight of each edge. A rule that does not go below says nothing, and is
  ///     left out.
  ///   - firstEdges: for each node, its first own edge; and one more, the number of edges.
  ///   - shift: that of the image, see `RuleRecord`.
  mutating func add(
    _ correlations: EdgeCorrelations, _ graph: DetectorGraph, slots: SlotTable, weights: [UInt32],
    firstEdges: [UInt32], shift: UInt32
  ) -> [UInt32] {
    var groups: [UInt32] = []
    let entries = Self.entries(slots, graph, shift)
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
          let record = RuleRecord(
            lowerEntry: entries[affected].lower &- UInt32(node) << shift,
            upperEntry: entries[affected].upper &- UInt32(node) << shift, weight: weight)
          group[edge - own.lowerBound] += 1
          group += [record.lowerEntry, record.upperEntry, record.weight]
        }
      }
      let number = known[group] ?? append(group, ownCount: own.count)
      known[group] = number
      groups.append(number)
    }
    return groups
  }

  /// For each edge, the entries of its slots; twice the same for the boundary.
  private static func entries(_ slots: SlotTable, _ graph: DetectorGraph, _ shift: UInt32) -> [(
    lower: UInt32, upper: UInt32
  )] {
    var entries = [(lower: UInt32, upper: UInt32)](repeating: (0, 0), count: graph.edges.count)
    for node in 0..<slots.nodeCount {
      for (position, slot) in slots.slots(of: node).enumerated() {
        let index = Int(slots.edges[slot])
        let entry = UInt32(node) << shift + UInt32(position)
        let edge = graph.edges[index]
        if Int(edge.a) == node { entries[index].lower = entry }
        if Int(edge.a) != node || edge.isBoundary { entries[index].upper = entry }
      }
    }
    return entries
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
