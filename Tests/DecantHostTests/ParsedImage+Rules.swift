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
    let starts = words(ImageLayout.Section.ruleStarts)!.map { Int($0) }
    let records = elements(ImageLayout.Section.rules)
    let nodes = elements(ImageLayout.Section.nodes)
    return groups.indices.flatMap { node in
      let first = Int(nodes[node][1])
      return (first..<Int(nodes[node + 1][1])).flatMap { edge in
        let entry = Int(groups[node]) + edge - first
        return records[starts[entry]..<starts[entry + 1]].map { record in
          let lower = Int(UInt32(node) &+ record[0])
          return Rule(edge: edge, affected: Int(nodes[lower][1]) + Int(record[2]), weight: record[3])
        }
      }
    }
  }
}
