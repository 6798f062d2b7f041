import DecantCore

/// The correlations in an image, read back the way a decoder applies them.
extension ParsedImage {
  struct Rule: Hashable {
    var edge: Int
    var affected: Int
    var weight: UInt32
  }

  /// All rules, edge by edge in the order in which they stand; nil if the image holds no correlations.
  func rules() -> [Rule]? {
    guard let groups = words(ImageLayout.Section.ruleGroups) else { return nil }
    let groupRecords = elements(ImageLayout.Section.ruleGroupRecords)
    let starts = words(ImageLayout.Section.ruleStarts)!.map { Int($0) }
    let records = elements(ImageLayout.Section.rules)
    let nodes = elements(ImageLayout.Section.nodes)
    let slots = slots()
    let shift = RuleRecord.shift(maxDegree: UInt32(u32(ImageLayout.Header.maxDegree)))
    func edge(_ entry: UInt32) -> Int {
      let node = entry >> shift
      return slots[Int(node)][Int(entry - node << shift)].edge
    }
    return groups.indices.flatMap { node in
      let first = Int(nodes[node][1])
      return (first..<Int(nodes[node + 1][1])).flatMap { own in
        let group = groupRecords[Int(groups[node])]
        let entry = Int(group[0]) + own - first
        return records[starts[entry]..<starts[entry + 1]].map { record in
          let isFromOrigin = record[2] >> 31 != 0
          let row: UInt32 = (UInt32(node) &+ (isFromOrigin ? group[1] : 0)) << shift
          let affected = edge(row &+ record[0])
          precondition(edge(row &+ record[1]) == affected, "a rule's two slots must be those of one edge")
          return Rule(edge: own, affected: affected, weight: record[2] & SlotRecord.weightMask)
        }
      }
    }
  }
}
