import CDecant

/// Correlated matching: a first pass says which edges were flipped, and a second matches under the weights
/// that other edges have given these.
extension Decoder {
  /// After a complete first pass, the second. Returns how it ended, as `Matcher.match` does; if the work limit
  /// leaves no room for it, the first pass stands and the answer is truncated.
  @inline(never)
  mutating func matchCorrelated() -> decant_status {
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
    let grownEvents = matcher.grownEvents
    let correlations = state.pointee.image.correlations
    let graph = matcher.graph
    if let trail = first.trail, trail.count <= trail.capacity, !isToggled {
      var index: UInt32 = 0
      while index < trail.count {
        let step = trail.steps[index]
        index &+= 1
        let edge = graph.edge(of: step.node, behind: step.slot)
        guard flips.contains(edge) else { continue }
        flips.remove(edge)
        let lower = min(step.node, graph.neighbour(of: step.node, behind: step.slot))
        matcher.apply(correlations, of: lower, rank: graph.details[step.slot].rank, hasToggles: false)
      }
    } else {
      if isToggled { flipToggledEdges() }
      var matcher = matcher
      first.forEachFlip { node, slot in
        matcher.apply(correlations, of: node, rank: graph.details[slot].rank, hasToggles: isToggled)
      }
      self.matcher = matcher
    }

    matcher.overlay.isActive = true
    if !matcher.isUnionFind {
      matcher.isSecondPass = true
      matcher.yield()
    }
    let end = matcher.match()
    matcher.grownEvents = grownEvents
    return end
  }
}
