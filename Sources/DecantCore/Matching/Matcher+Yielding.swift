/// Making the duals of the first pass feasible for lowered weights, at as little loss of it as can be had.
///
/// Every changed edge that is covered beyond its weight is looked at from a node that covers it. Of what can be
/// done, the first that fits the weights around is done: where two mates met over the edge, their radii shrink
/// with it; a region hands some of its radius to its mate; it takes in the node behind the edge, which is nearer
/// now; and only if nothing else helps, a region and its mate are given up, and their events begin anew. Whatever
/// makes a node deeper is first held against all edges there, so what was feasible remains so.
extension Matcher {
  /// Makes the duals feasible for the weights as they are now.
  mutating func yield() {
    let wordCount = UInt32(truncatingIfNeeded: BitSet.wordCount(Int(truncatingIfNeeded: graph.nodeCount)))
    var index: UInt32 = 0
    while index < wordCount {
      var word = suspects.words[index]
      suspects.words[index] = 0
      while word != 0 {
        let node = index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
        word &= word &- 1
        if owned.contains(node) { yield(node) }
      }
      index &+= 1
    }
  }

  /// The same for the changed edges of one node, which a region covers.
  private mutating func yield(_ node: UInt32) {
    work &+= 1
    let around = graph.neighbourhood(of: node)
    let row = overlay.row(of: node)
    if around.boundaryWeight != .none {
      let weight = Int64(around.boundaryWeight(row))
      if depth(of: node) > weight {
        yieldToBoundary(node, weight)
        if !owned.contains(node) { return }
      }
    }
    var slot: UInt32 = 0
    while slot != around.degree {
      let count = min(around.degree &- slot, 64)
      var changed = row.mask(from: slot, count: count)
      while changed != 0 {
        let other = slot &+ UInt32(truncatingIfNeeded: changed.trailingZeroBitCount)
        changed &= changed &- 1
        let neighbour = node &+ around.slots[other].step
        let weight = Int64(row.weights[other])
        let depthHere = depth(of: node)
        if !owned.contains(neighbour) {
          if depthHere <= weight { continue }
          yield(node, toFree: neighbour, weight)
        } else if nodes[node].top == nodes[neighbour].top {
          yieldInside(node, neighbour, weight)
        } else {
          let excess = depthHere &+ depth(of: neighbour) &- weight
          if excess <= 0 { continue }
          yield(node, to: neighbour, excess, weight)
        }
        if !owned.contains(node) { return }
      }
      slot &+= count
    }
  }

  /// The boundary is nearer than `node` is deep.
  private mutating func yieldToBoundary(_ node: UInt32, _ weight: Int64) {
    let top = nodes[node].top
    let excess = depth(of: node) &- weight
    let slot = graph.boundarySlot(of: node)
    let isMatchedHere =
      ties[top].match == Region.boundary && ties[top].matchPath.node == node
      && ties[top].matchPath.slot == slot
    if !isMatchedHere && hand(excess, from: node) == excess { return }
    let left = depth(of: node) &- weight
    guard clocks[top].intercept >= left else { return giveUp(top, by: .max) }
    // As deep as the boundary is near, the region can be matched to it.
    let mate = ties[top].match
    if !isMatchedHere { hasRematched = true }
    deflate(top, by: left)
    ties[top].match = Region.boundary
    ties[top].matchPath = TightPath(fromEvent: nodes[node].event, toEvent: .none, node: node, slot: slot)
    if mate != .none && mate != Region.boundary { free(mate, by: 0) }
  }

  /// A node that no region holds is nearer than `node` is deep.
  private mutating func yield(_ node: UInt32, toFree neighbour: UInt32, _ weight: Int64) {
    let top = nodes[node].top
    let excess = depth(of: node) &- weight
    if hand(excess, from: node) == excess { return }
    if !events.contains(neighbour) && cover(neighbour, from: node, weight) { return }
    giveUp(top, by: depth(of: node) &- weight)
  }

  /// Two regions overlap on the edge between them by `excess`.
  private mutating func yield(_ node: UInt32, to neighbour: UInt32, _ excess: Int64, _ weight: Int64) {
    let top = nodes[node].top
    let other = nodes[neighbour].top
    if ties[top].match == other && ties[top].matchPath.meets(node, neighbour, in: graph) {
      let here = min(excess, min(depth(of: node), clocks[top].intercept))
      let there = min(excess &- here, min(depth(of: neighbour), clocks[other].intercept))
      if here &+ there == excess {
        deflate(top, by: here)
        return deflate(other, by: there)
      }
    } else if ties[top].match != other {
      let moved = hand(excess, from: node)
      if moved &+ hand(excess &- moved, from: neighbour) == excess { return }
    }
    giveUp(top, by: min(depth(of: node), depth(of: node) &+ depth(of: neighbour) &- weight))
    let left = depth(of: node) &+ depth(of: neighbour) &- weight
    if left > 0 { giveUp(other, by: left) }
  }

  /// An edge between two nodes of one region is lighter now: one of them may be nearer to the event than it was.
  private mutating func yieldInside(_ node: UInt32, _ neighbour: UInt32, _ weight: Int64) {
    let top = nodes[node].top
    if areInDifferentMembers(node, neighbour, of: top) { return giveUp(top, by: .max) }
    let difference = depth(of: node) &- depth(of: neighbour)
    guard max(difference, 0 &- difference) > weight else { return }
    let (deep, shallow) = difference > 0 ? (node, neighbour) : (neighbour, node)
    if ties[top].firstChild == .none {
      if raise(shallow, from: deep, weight) { return }
      if shorten(top, at: shallow, from: deep, by: max(difference, 0 &- difference) &- weight) { return }
    }
    giveUp(top, by: .max)
  }

  /// Whether two nodes of one outermost region may lie in different members of a blossom. These have grown
  /// towards each other before the blossom formed, and an edge between them bounds their radii as well.
  @inline(__always)
  private func areInDifferentMembers(_ a: UInt32, _ b: UInt32, of top: UInt32) -> Bool {
    let regionA = places[a].region
    let regionB = places[b].region
    return regionA != regionB && regionA != top && regionB != top
  }

  /// Takes an outermost region and its mate from the matching, the region's radius smaller by `excess` or gone.
  private mutating func giveUp(_ region: UInt32, by excess: Int64) {
    let mate = ties[region].match
    free(region, by: excess)
    if mate != .none && mate != Region.boundary { free(mate, by: 0) }
  }

  /// A lone event begins anew; what else has some radius left keeps it and becomes the root of a tree.
  private mutating func free(_ region: UInt32, by excess: Int64) {
    hasRematched = true
    guard !isLone(region), excess <= clocks[region].intercept else { return vacate(region) }
    deflate(region, by: excess)
    // Weights are even: if all that grow are at even depths at even times, they meet at whole times.
    if (clocks[region].intercept &+ parity(of: region)) & 1 != 0 {
      guard clocks[region].intercept != 0 else { return vacate(region) }
      deflate(region, by: 1)
    }
    ties[region].match = .none
    // No walk has this number: it says that the region is in the list.
    if ties[region].mark != .none {
      ties[region].mark = .none
      ties[region].link = freedRoots
      freedRoots = region
    }
  }

  /// A number as odd as the wrapped depths of the region's nodes, which are all odd or all even.
  private func parity(of region: UInt32) -> Int64 {
    nodes[ties[region].matchPath.fromEvent].wrapped
  }

  private mutating func vacate(_ region: UInt32) {
    ties[region].match = Region.boundary
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
