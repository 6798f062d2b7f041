/// Matching the same events again after some weights were lowered, from where the first pass has ended.
///
/// The matching and the duals of the first pass are still optimal wherever the duals are still feasible: where no
/// lowered edge is covered beyond its weight. Only where one is, something has to be done. If it is the edge
/// over which two events are paired, their radii shrink to its new weight, which takes nothing from anybody; this
/// is done while weights are lowered, since it often makes room for others. Once all are, what is still covered too
/// far yields (see `Matcher+Yielding`). Blossoming on from such a state ends at the minimum for the new weights (see
/// `Matcher+WarmStart`).
extension Matcher {
  /// Lowers weights as the own edge of `node` with this rank says: each edge gets the smallest weight that any
  /// edge of the correction gives it (A. Fowler, arXiv:1310.0863). An edge that was given a negative weight for
  /// this shot keeps it; `hasToggles` says whether there are any.
  @inline(__always)
  mutating func apply(_ correlations: Correlations, of node: UInt32, rank: UInt32, hasToggles: Bool) {
    var rules = correlations.rules(of: node, rank: rank, rowShift: overlay.rowShift)
    work &+= UInt64(rules.count)
    while rules.count != 0 {
      let rule = rules.read(correlations)
      let (entry, twin) = rules.entries(of: rule)
      lower(entry, twin, to: rule.weight, hasToggles: hasToggles)
    }
  }

  /// Lowers the weight of the edge with these entries, if it is larger; `twin` is `entry` for the boundary.
  @inline(__always)
  mutating func lower(_ entry: UInt32, _ twin: UInt32, to weight: UInt32, hasToggles: Bool) {
    if overlay.changed.contains(entry) {
      if overlay.weights[entry] <= weight { return }
      if hasToggles && overlay.toggled.contains(edge(at: entry)) { return }
    }
    // Of an edge to an event, the network's weight may be noted at the upper end alone.
    if overlay.isPartial && overlay.changed.contains(twin) && overlay.weights[twin] <= weight { return }
    overlay.note(weight, entry: entry)
    overlay.note(weight, entry: twin)
    let lower = entry &>> overlay.rowShift
    let upper = twin &>> overlay.rowShift
    let coversLower = owned.bit(lower)
    let coversUpper = owned.bit(upper)
    if coversLower | coversUpper == 0 { return }
    if coversLower & coversUpper == 0 {
      if max(depth(of: lower), depth(of: upper)) <= Int64(weight) { return }
    } else if fits(lower, upper, Int64(weight)) {
      return
    }
    if coversLower != 0 { suspects.insert(lower) }
    if coversUpper != 0 { suspects.insert(upper) }
  }

  /// Lowers the weight of the edge between two nodes, the same one twice for the boundary, to what is said of it in another
  /// window. Nothing is done if there is no such edge, or it weighs less already.
  @inline(__always)
  mutating func lowerEdge(_ lower: UInt32, _ upper: UInt32, to weight: UInt32) {
    guard let slot = graph.findSlot(of: lower, to: upper == lower ? .none : upper),
      weight < graph.slots[slot].weight
    else { return }
    let entry = overlay.entry(of: lower, slot &- graph.pattern(of: lower).firstSlot)
    self.lower(entry, overlay.twin(of: slot, at: lower, graph) ?? entry, to: weight, hasToggles: false)
  }

  @inline(__always)
  private func edge(at entry: UInt32) -> UInt32 {
    let node = entry &>> overlay.rowShift
    let position = entry &- overlay.entry(of: node, 0)
    return graph.edge(of: node, behind: graph.pattern(of: node).firstSlot &+ position)
  }

  /// Whether the duals of two covered nodes are surely feasible for the weight of the edge between them; `upper` is
  /// `lower` for the boundary. If the edge is where a lone event met its mate or the boundary, it makes them so: the radii
  /// shrink with the edge.
  @inline(__always)
  private func fits(_ lower: UInt32, _ upper: UInt32, _ weight: Int64) -> Bool {
    let top = nodes[lower].top
    if lower == upper {
      if depth(of: lower) <= weight { return true }
      guard ties[top].match == Region.boundary, isAlone(top, at: lower) else { return false }
      clocks[top].intercept = weight
      return true
    }
    let other = nodes[upper].top
    let here = depth(of: lower)
    let there = depth(of: upper)
    if top == other {
      // Members of a blossom have grown towards each other: see `areInDifferentMembers`.
      return max(here &- there, there &- here) <= weight && ties[top].firstChild == .none
    }
    if here &+ there <= weight { return true }
    guard ties[top].match == other, isAlone(top, at: lower), isAlone(other, at: upper),
      ties[top].matchPath.meets(lower, upper, in: graph)
    else { return false }
    let radius = min(here, max(weight &- there, weight >> 1))
    clocks[top].intercept = radius
    clocks[other].intercept = weight &- radius
    return true
  }

  /// How far a node is covered, while nothing moves.
  @inline(__always)
  func depth(of node: UInt32) -> Int64 {
    owned.contains(node) ? clocks[nodes[node].top].intercept &+ nodes[node].wrapped : 0
  }

  /// Whether `region` is that of the single event `node`, and holds no other node.
  @inline(__always)
  func isAlone(_ region: UInt32, at node: UInt32) -> Bool {
    clocks[region].shell == node && ties[region].firstChild == .none && places[node].shellNext == .none
  }

  /// Makes trees of the regions that were unmatched and not given up.
  mutating func plantFreedRoots() {
    var region = freedRoots
    freedRoots = .none
    while region != .none {
      let next = ties[region].link
      if ties[region].match == .none && clocks[region].rate == 0 {
        clocks[region].rate = 1
        ties[region].treeChild = .none
        treeCount &+= 1
        ties[region].link = freedRoots
        freedRoots = region
      }
      region = next
    }
  }
}
