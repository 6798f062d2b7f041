import DecantCore

/// What the edges of a graph say about each other, each group of rules stored once however many nodes have it.
///
/// Rules repeat from round to round and over the lattice like neighbourhoods do, seen from the node whose own edges they
/// belong to and, of the other type of check, from an origin near it.
struct RuleTable {
  /// For each node, the number of its record.
  private(set) var groups: [UInt32] = []
  /// `RuleGroupRecord`s.
  private var records: [RuleGroupRecord] = []
  /// For each group, where the rules of the own edges begin, by rank, and where the last one's end.
  private var starts: [UInt32] = []
  /// `RuleRecord`s, as words.
  private var rules: [UInt32] = []

  private static let recordWords = 3

  /// The groups that there are: where each begins in `starts`.
  private var known: [[UInt32]: UInt32] = [:]
  /// The records that there are, by both their words.
  private var numbers: [UInt64: UInt32] = [:]

  /// No rules.
  init() {}

  /// The rules of one graph, whose groups are in `groups`.
  init(
    _ correlations: EdgeCorrelations, _ graph: DetectorGraph, slots: SlotTable, roots: [UInt32],
    weights: [UInt32], firstEdges: [UInt32]
  ) {
    groups = add(
      correlations, graph, slots: slots, roots: roots, weights: weights, firstEdges: firstEdges,
      shift: RuleRecord.shift(maxDegree: slots.maxDegree))
  }

  /// Adds the rules of a graph. Returns the groups of its nodes.
  ///
  /// - Parameters:
  ///   - roots: of the graph's components; see `GraphComponents`.
  ///   - weights: absolute integer weight of each edge. A rule that does not go below says nothing, and is
  ///     left out.
  ///   - firstEdges: for each node, its first own edge; and one more, the number of edges.
  ///   - shift: that of the image, see `RuleRecord`.
  mutating func add(
    _ correlations: EdgeCorrelations, _ graph: DetectorGraph, slots: SlotTable, roots: [UInt32],
    weights: [UInt32], firstEdges: [UInt32], shift: UInt32
  ) -> [UInt32] {
    var groups: [UInt32] = []
    let entries = Self.entries(slots, graph, shift)
    groups.reserveCapacity(graph.detectorCount)
    for node in 0..<graph.detectorCount {
      let own = Int(firstEdges[node])..<Int(firstEdges[node + 1])
      let rules = own.map { edge in
        correlations.rules(of: edge).compactMap { rule -> Rule? in
          let affected = Int(correlations.affected[rule])
          let weight = graph.weightScale.integerWeight(correlations.weights[rule]).magnitude
          guard weight < weights[affected] else { return nil }
          let lower = graph.edges[affected].a
          return Rule(
            edge: affected, lower: lower, weight: weight, isElsewhere: roots[Int(lower)] != roots[node])
        }
      }
      let origin = rules.joined().filter(\.isElsewhere).map(\.lower).min() ?? UInt32(node)
      // The number of rules of each own edge, then the rules of all.
      var group = rules.map { UInt32($0.count) }
      for own in rules {
        let records = own.map { rule in
          let row = (rule.isElsewhere ? origin : UInt32(node)) << shift
          return RuleRecord(
            lowerEntry: entries[rule.edge].lower &- row, upperEntry: entries[rule.edge].upper &- row,
            weight: rule.weight, isFromOrigin: rule.isElsewhere)
        }
        // Where two events are paired over an edge, it is the first to make room for the others.
        for record in records.sorted(by: { ($0.weight, $0.lowerEntry) < ($1.weight, $1.lowerEntry) }) {
          group += [record.lowerEntry, record.upperEntry, record.packed]
        }
      }
      let first = known[group] ?? append(group, ownCount: own.count)
      known[group] = first
      groups.append(number(of: RuleGroupRecord(firstStart: first, origin: origin &- UInt32(node))))
    }
    return groups
  }

  /// What an edge says about another, by the other's number and its lower node.
  private struct Rule {
    let edge: Int
    let lower: UInt32
    let weight: UInt32
    /// Whether the other is in another component of the graph.
    let isElsewhere: Bool
  }

  private mutating func number(of record: RuleGroupRecord) -> UInt32 {
    let key = UInt64(record.firstStart) << 32 | UInt64(record.origin)
    if let number = numbers[key] { return number }
    records.append(record)
    numbers[key] = UInt32(records.count - 1)
    return UInt32(records.count - 1)
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

  /// Writes all sections but `ruleGroups`.
  func write(to image: inout ImageBuilder) {
    typealias Section = ImageLayout.Section
    image.section(Section.ruleStarts, elementWords: 1, starts)
    image.section(Section.rules, elementWords: Self.recordWords, rules)
    image.section(
      Section.ruleGroupRecords, elementWords: 2, records.flatMap { [$0.firstStart, $0.origin] })
  }
}
