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
    // A lightest correction has no edge twice, unless that costs nothing.
    var mayRepeat = isToggled || matcher.overlay.isActive || matcher.isUnionFind
    guard var trail = collectFirst(keepsFlips: mayRepeat) else { return Status.truncated }
    if trail.hasWeightless && !mayRepeat {
      mayRepeat = true
      guard let again = collectFirst(keepsFlips: true) else { return Status.truncated }
      trail = again
    }

    if matcher.isUnionFind { matcher.forgetClusters() }
    matcher.overlay.hasSummaries = false
    let grownEvents = matcher.grownEvents
    let correlations = correlations
    var flipped: Trail?
    if trail.count <= trail.capacity && !isToggled {
      if mayRepeat { dropRepeated(from: &trail) }
      matcher.apply(correlations, of: trail)
      flipped = trail
    } else {
      if isToggled { flipToggledEdges() }
      let graph = matcher.graph
      var matcher = matcher
      answer(keepsFlips: true).forEachFlip { node, slot in
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

  /// The edges of the first correction, and in `flips` too if that is asked for; nil if the work limit was reached.
  private mutating func collectFirst(keepsFlips: Bool) -> Trail? {
    let layout = state.pointee.layout
    var first = answer(keepsFlips: keepsFlips)
    first.trail = Trail(
      steps: Table(UnsafeMutableRawPointer(state) + layout.trail, count: layout.nodeCount),
      capacity: matcher.graph.nodeCount)
    if keepsFlips { flips.clear(wordCount: BitSet.wordCount(layout.edgeCount)) }
    guard matcher.collect(into: &first, searches: true), matcher.work < matcher.workLimit else { return nil }
    return first.trail
  }

  /// Keeps the edges that are in `flips`, each once.
  private func dropRepeated(from trail: inout Trail) {
    let steps = trail
    trail.count = 0
    var index: UInt32 = 0
    while index < steps.count {
      let step = steps.steps[index]
      index &+= 1
      let edge = matcher.graph.edge(of: step.node, behind: step.slot)
      guard flips.contains(edge) else { continue }
      flips.remove(edge)
      trail.append(step.node, step.slot)
    }
  }
}
