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
    var node: UInt32 = 0
    while node < detectors {
      let group = correlations.groups[node]
      let ownCount = graph.pattern(of: node).ownCount
      guard group < ruleStartCount, ownCount < ruleStartCount &- group else { return false }
      var entry = group
      while entry < group &+ ownCount {
        guard checkRules(correlations, of: node, entry: entry, graph) else { return false }
        entry &+= 1
      }
      node &+= 1
    }
    return true
  }

  private func checkRules(_ correlations: Correlations, of node: UInt32, entry: UInt32, _ graph: Graph)
    -> Bool
  {
    let end = correlations.starts[entry &+ 1]
    var index = correlations.starts[entry]
    guard index <= end else { return false }
    let shift = RuleRecord.shift(maxDegree: maxDegree)
    let row = node &<< shift
    while index < end {
      let rule = correlations.rules[index]
      let lower = row &+ rule.lowerEntry
      let upper = row &+ rule.upperEntry
      guard rule.weight & 1 == 0, let slot = graph.slot(at: lower, shift),
        let twin = graph.slot(at: upper, shift)
      else { return false }
      let step = (upper &>> shift) &- (lower &>> shift)
      guard graph.slots[slot].step == step, graph.slots[twin].step == 0 &- step, step != 0 || slot == twin,
        rule.weight < graph.slots[slot].weight
      else { return false }
      index &+= 1
    }
    return true
  }

  /// Rules of all edges of all nodes: shared ones are counted for each.
  var ruleSteps: UInt64 {
    let correlations = correlations
    let graph = graph
    var steps: UInt64 = 0
    var node: UInt32 = 0
    while node < detectors {
      let group = correlations.groups[node]
      let end = correlations.starts[group &+ graph.pattern(of: node).ownCount]
      steps &+= UInt64(end &- correlations.starts[group])
      node &+= 1
    }
    return steps
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
