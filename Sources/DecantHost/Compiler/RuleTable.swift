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
  private var known: [Group: UInt32] = [:]
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
    // Kept between nodes so as not to allocate for each.
    var rules: [Rule] = []
    var records: [RuleRecord] = []
    var group = Group()
    for node in 0..<graph.detectorCount {
      let own = Int(firstEdges[node])..<Int(firstEdges[node + 1])
      rules.removeAll(keepingCapacity: true)
      group.words.removeAll(keepingCapacity: true)
      var elsewhere: UInt32?
      // The number of rules of each own edge, then the rules of all.
      for edge in own {
        let before = rules.count
        for rule in correlations.rules(of: edge) {
          let affected = Int(correlations.affected[rule])
          let weight = graph.weightScale.integerWeight(correlations.weights[rule]).magnitude
          guard weight < weights[affected] else { continue }
          let lower = graph.edges[affected].a
          let isElsewhere = roots[Int(lower)] != roots[node]
          if isElsewhere { elsewhere = min(elsewhere ?? lower, lower) }
          rules.append(Rule(edge: affected, weight: weight, isElsewhere: isElsewhere))
        }
        group.words.append(UInt32(rules.count - before))
      }
      let origin = elsewhere ?? UInt32(node)
      var next = 0
      for index in own.indices {
        let end = next + Int(group.words[index - own.lowerBound])
        records.removeAll(keepingCapacity: true)
        while next < end {
          let rule = rules[next]
          let row = (rule.isElsewhere ? origin : UInt32(node)) << shift
          records.append(
            RuleRecord(
              lowerEntry: entries[rule.edge].lower &- row, upperEntry: entries[rule.edge].upper &- row,
              weight: rule.weight, isFromOrigin: rule.isElsewhere))
          next += 1
        }
        // Where two events are paired over an edge, it is the first to make room for the others.
        records.sort { ($0.weight, $0.lowerEntry) < ($1.weight, $1.lowerEntry) }
        for record in records {
          group.words.append(record.lowerEntry)
          group.words.append(record.upperEntry)
          group.words.append(record.packed)
        }
      }
      let first: UInt32
      if let start = known[group] {
        first = start
      } else {
        first = append(group.words, ownCount: own.count)
        known[group] = first
      }
      groups.append(number(of: RuleGroupRecord(firstStart: first, origin: origin &- UInt32(node))))
    }
    return groups
  }

  /// The rules of a node as words, hashed as the bytes that they are: word by word takes several times as long.
  private struct Group: Hashable {
    var words: [UInt32] = []

    func hash(into hasher: inout Hasher) { words.withUnsafeBytes { hasher.combine(bytes: $0) } }
  }

  /// What an edge says about another, by the other's number.
  private struct Rule {
    let edge: Int
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
