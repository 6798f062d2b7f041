/// What edges say about each other: mechanisms that are decomposed into several edges flip them together.
struct Correlations {
  let groups: Table<UInt32>
  let records: Table<RuleGroupRecord>
  let starts: Table<UInt32>
  let rules: Table<RuleRecord>

  /// Where the rules of the own edge of `node` with this rank are.
  @inline(__always)
  func rules(of node: UInt32, rank: UInt32, rowShift: UInt32) -> EdgeRules {
    rules(of: node, stored: node, rank: rank, rowShift: rowShift)
  }

  /// The same for a node whose group is stored under another number.
  @inline(__always)
  func rules(of node: UInt32, stored: UInt32, rank: UInt32, rowShift: UInt32) -> EdgeRules {
    let record = records[groups[stored]]
    let start = record.firstStart &+ rank
    return EdgeRules(
      next: starts[start], end: starts[start &+ 1], row: node &<< rowShift,
      originRow: (node &+ record.origin) &<< rowShift)
  }
}

/// The rules of one edge, and the entries that theirs are counted from.
struct EdgeRules {
  var next: UInt32
  let end: UInt32
  let row: UInt32
  let originRow: UInt32

  @inline(__always)
  var count: UInt32 { end &- next }

  /// The next rule.
  @inline(__always)
  mutating func read(_ correlations: Correlations) -> RuleRecord {
    next &+= 1
    return correlations.rules[next &- 1]
  }

  /// The entries of the edge that a rule is about.
  @inline(__always)
  func entries(of rule: RuleRecord) -> (lower: UInt32, upper: UInt32) {
    let row = rule.isFromOrigin ? originRow : row
    return (row &+ rule.lowerEntry, row &+ rule.upperEntry)
  }
}
