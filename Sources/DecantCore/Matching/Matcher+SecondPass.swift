/// Matching the same events again after some weights were lowered, from where the first pass has ended.
///
/// The matching and the duals of the first pass are still optimal wherever the duals are still feasible: where no
/// lowered edge is covered beyond its weight. Only where one is, something has to be done. If it is the edge
/// over which two events are paired, their radii shrink to its new weight, which takes nothing from anybody.
/// Otherwise its regions and their mates are given up, and their events begin anew. Blossoming on from such a
/// state ends at the minimum for the new weights (see `Matcher+WarmStart`).
extension Matcher {
  /// Lowers weights as the own edge of `node` with this rank says: each edge gets the smallest weight that any
  /// edge of the correction gives it (A. Fowler, arXiv:1310.0863). An edge that was given a negative weight for
  /// this shot keeps it.
  @inline(__always)
  mutating func apply(_ correlations: Correlations, of node: UInt32, rank: UInt32) {
    let entry = correlations.groups[node] &+ rank
    var index = correlations.starts[entry]
    let end = correlations.starts[entry &+ 1]
    while index < end {
      let rule = correlations.rules[index]
      index &+= 1
      work &+= 1
      let lower = node &+ rule.step
      let upper = lower &+ rule.reach
      let edge = graph.nodes[lower].firstEdge &+ rule.rank
      if !overlay.changed.contains(edge) {
        overlay.changed.insert(edge)
        overlay.touched.insert(lower)
        overlay.touched.insert(upper)
      } else if overlay.weights[edge] <= rule.weight || overlay.toggled.contains(edge) {
        continue
      }
      overlay.weights[edge] = rule.weight
      if owned.contains(lower) || owned.contains(upper) { yield(lower, upper, to: Int64(rule.weight)) }
    }
  }

  /// Makes the duals feasible for an edge whose weight is now `weight`; `upper` is `lower` for the boundary.
  private mutating func yield(_ lower: UInt32, _ upper: UInt32, to weight: Int64) {
    let lowerDepth = depth(of: lower)
    if lower == upper {
      if lowerDepth <= weight { return }
      let top = nodes[lower].top
      if ties[top].match == Region.boundary && isAlone(top, at: lower) {
        clocks[top].intercept = weight
      } else {
        giveUp(top)
      }
      return
    }
    let upperDepth = depth(of: upper)
    if owned.contains(lower) && owned.contains(upper) && nodes[lower].top == nodes[upper].top {
      let top = nodes[lower].top
      let difference = max(lowerDepth, upperDepth) &- min(lowerDepth, upperDepth)
      if difference > weight || areInDifferentMembers(lower, upper, of: top) { giveUp(top) }
      return
    }
    if lowerDepth &+ upperDepth <= weight { return }
    if owned.contains(lower) && owned.contains(upper) {
      let top = nodes[lower].top
      let other = nodes[upper].top
      if ties[top].match == other && isAlone(top, at: lower) && isAlone(other, at: upper)
        && ties[top].matchPath.fromNode == lower && ties[top].matchPath.toNode == upper
      {
        let radius = min(lowerDepth, max(weight &- upperDepth, weight >> 1))
        clocks[top].intercept = radius
        clocks[other].intercept = weight &- radius
        return
      }
    }
    if owned.contains(lower) { giveUp(nodes[lower].top) }
    if owned.contains(upper) { giveUp(nodes[upper].top) }
  }

  /// Whether two nodes of one outermost region may lie in different members of a blossom. These have grown
  /// towards each other before the blossom formed, and an edge between them bounds their radii as well.
  @inline(__always)
  private func areInDifferentMembers(_ a: UInt32, _ b: UInt32, of top: UInt32) -> Bool {
    let regionA = places[a].region
    let regionB = places[b].region
    return regionA != regionB && regionA != top && regionB != top
  }

  /// How far a node is covered, while nothing moves.
  @inline(__always)
  private func depth(of node: UInt32) -> Int64 {
    owned.contains(node) ? clocks[nodes[node].top].intercept &+ nodes[node].wrapped : 0
  }

  /// Whether `region` is that of the single event `node`, and holds no other node.
  @inline(__always)
  private func isAlone(_ region: UInt32, at node: UInt32) -> Bool {
    clocks[region].shell == node && ties[region].firstChild == .none && places[node].shellNext == .none
  }

  /// Takes an outermost region and its mate from the matching, and their nodes from them.
  private mutating func giveUp(_ region: UInt32) {
    let mate = ties[region].match
    vacate(region)
    if mate != Region.boundary { vacate(mate) }
  }

  private mutating func vacate(_ region: UInt32) {
    var inner = region
    while true {
      while ties[inner].firstChild != .none { inner = ties[inner].firstChild }
      while true {
        var node = clocks[inner].shell
        while node != .none {
          work &+= 1
          owned.remove(node)
          node = places[node].shellNext
        }
        // A blossom given back keeps its links until it is taken again.
        if ties[inner].firstChild != .none {
          ties[inner].chain = freeRegions
          freeRegions = inner
        }
        if inner == region { return }
        let next = ties[inner].link
        let parent = ties[inner].parent
        if next != ties[parent].firstChild {
          inner = next
          break
        }
        inner = parent
      }
    }
  }
}
