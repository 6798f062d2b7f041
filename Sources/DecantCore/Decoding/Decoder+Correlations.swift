import CDecant

/// Correlated matching: a first pass says which edges were flipped, and a second matches under the weights
/// that other edges have given these.
extension Decoder {
  var correlations: Correlations {
    let layout = state.pointee.layout
    let stored = state.pointee.image.correlations
    if layout.windowRuleGroups == 0 { return stored }
    return Correlations(
      groups: Table(UnsafeMutableRawPointer(state) + layout.windowRuleGroups, count: layout.nodeCount),
      records: stored.records, starts: stored.starts, rules: stored.rules)
  }

  /// After a complete first pass, the second. Returns how it ended, as `Matcher.match` does; if the work limit
  /// leaves no room for it, the first pass stands and the answer is truncated.
  ///
  /// If the lowered weights leave the first matching a lightest one, `settled` receives its edges.
  @inline(never)
  mutating func matchCorrelated(settled: inout Trail?) -> decant_status {
    let isToggled = state.pointee.reweighting.toggles != 0
    guard matcher.eventCount != 0 || isToggled else { return Status.ok }
    let layout = state.pointee.layout
    var first = answer(keepsFlips: true)
    first.trail = Trail(
      steps: Table(UnsafeMutableRawPointer(state) + layout.trail, count: layout.nodeCount),
      capacity: matcher.graph.nodeCount)
    flips.clear(wordCount: BitSet.wordCount(layout.edgeCount))
    guard matcher.collect(into: &first, searches: true), matcher.work < matcher.workLimit else {
      return Status.truncated
    }

    if matcher.isUnionFind { matcher.forgetClusters() }
    matcher.overlay.hasSummaries = false
    let grownEvents = matcher.grownEvents
    let correlations = correlations
    let graph = matcher.graph
    var flipped: Trail?
    if let trail = first.trail, trail.count <= trail.capacity, !isToggled {
      var index: UInt32 = 0
      var edges = Trail(steps: trail.steps, capacity: trail.capacity)
      while index < trail.count {
        let step = trail.steps[index]
        index &+= 1
        let edge = graph.edge(of: step.node, behind: step.slot)
        guard flips.contains(edge) else { continue }
        flips.remove(edge)
        edges.append(step.node, step.slot)
        let lower = min(step.node, graph.neighbour(of: step.node, behind: step.slot))
        matcher.apply(correlations, of: lower, rank: graph.details[step.slot].rank, hasToggles: false)
      }
      flipped = edges
    } else {
      if isToggled { flipToggledEdges() }
      var matcher = matcher
      first.forEachFlip { node, slot in
        matcher.apply(correlations, of: node, rank: graph.details[slot].rank, hasToggles: isToggled)
      }
      self.matcher = matcher
    }

    if state.pointee.stream.carriedCount != 0 { applyCarried() }
    if let toldSeams { apply(toldSeams.pointee) }
    matcher.overlay.isActive = true
    if !matcher.isUnionFind {
      matcher.isSecondPass = true
      matcher.yield()
      if !matcher.hasRematched, let flipped {
        settled = flipped
        return Status.ok
      }
    }
    let end = matcher.match()
    matcher.grownEvents = grownEvents
    return end
  }
}
