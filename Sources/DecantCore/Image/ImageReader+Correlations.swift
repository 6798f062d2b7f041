/// The proof that every rule is about an edge that exists.
extension ImageReader {
  func checkCorrelations() -> Bool {
    guard hasCorrelations else { return true }
    // What is likelier than not cannot be said to be likelier still.
    guard negativeEdgeCount == 0 else { return false }
    // Entries are counted in 32 bits.
    guard UInt64(detectors) &<< UInt64(RuleRecord.shift(maxDegree: maxDegree)) < 1 &<< 32 else {
      return false
    }
    let correlations = correlations
    var index: UInt32 = 0
    while index < ruleStartCount {
      guard correlations.starts[index] <= ruleCount else { return false }
      index &+= 1
    }
    let graph = graph
    let shift = RuleRecord.shift(maxDegree: maxDegree)
    var node: UInt32 = 0
    while node < detectors {
      let ownCount = graph.pattern(of: node).ownCount
      guard hasRules(node, ownCount) else { return false }
      var rank: UInt32 = 0
      while rank < ownCount {
        guard
          checkRules(
            correlations.rules(of: node, rank: rank, rowShift: shift), { graph.slot(at: $0, shift) })
        else { return false }
        rank &+= 1
      }
      node &+= 1
    }
    return true
  }

  /// Whether the rules of a stored node with so many own edges are where there are some.
  func hasRules(_ stored: UInt32, _ ownCount: UInt32) -> Bool {
    let group = correlations.groups[stored]
    guard group < ruleGroupCount else { return false }
    let first = correlations.records[group].firstStart
    return first < ruleStartCount && ownCount < ruleStartCount &- first
  }

  /// Whether the rules of an edge are about edges that exist; `slot` gives the slot of an entry.
  @inline(__always)
  func checkRules(_ rules: EdgeRules, _ slot: (UInt32) -> UInt32?) -> Bool {
    let correlations = correlations
    let graph = graph
    let shift = RuleRecord.shift(maxDegree: maxDegree)
    guard rules.next <= rules.end, rules.end <= ruleCount else { return false }
    var index = rules.next
    while index < rules.end {
      let rule = correlations.rules[index]
      let (lower, upper) = rules.entries(of: rule)
      guard rule.weight & 1 == 0, rule.packed & (1 << 31 | SlotRecord.weightMask) == rule.packed,
        let here = slot(lower), let there = slot(upper)
      else { return false }
      let step = (upper &>> shift) &- (lower &>> shift)
      guard graph.slots[here].step == step, graph.slots[there].step == 0 &- step, step != 0 || here == there,
        rule.weight < graph.slots[here].weight
      else { return false }
      index &+= 1
    }
    return true
  }

  /// Rules of all edges of all nodes: shared ones are counted for each.
  var ruleSteps: UInt64 {
    let graph = graph
    var steps: UInt64 = 0
    var node: UInt32 = 0
    while node < detectors {
      steps &+= ruleSteps(of: node, graph.pattern(of: node).ownCount)
      node &+= 1
    }
    return steps
  }

  /// Rules of all own edges of a stored node, of which there are so many.
  func ruleSteps(of stored: UInt32, _ ownCount: UInt32) -> UInt64 {
    let first = correlations.records[correlations.groups[stored]].firstStart
    return UInt64(correlations.starts[first &+ ownCount] &- correlations.starts[first])
  }
}

extension Graph {
  /// The slot of an entry; nil if there is none.
  fileprivate func slot(at entry: UInt32, _ shift: UInt32) -> UInt32? {
    let node = entry &>> shift
    guard node < nodeCount else { return nil }
    let pattern = pattern(of: node)
    let position = entry &- node &<< shift
    let count = pattern.degree &+ (pattern.boundaryWeight == .none ? 0 : 1)
    return position < count ? pattern.firstSlot &+ position : nil
  }
}
