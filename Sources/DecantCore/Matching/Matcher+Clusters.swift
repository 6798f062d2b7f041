/// Growth of clusters: what a node does when its time has come, and how two clusters become one.
///
/// An edge is covered when the depths of its two ends add up to its weight. A node looks around when it could
/// cover an edge by then: where the neighbour is free, or its cluster stands still, after all that is left of
/// the edge; where its cluster grows, after half of it, but no more than `maxHalves` times. Nobody tells a
/// node when a neighbour has been reached, stops or grows on, so that each look is the node's own. After a
/// wait for all that was left, the edge lies inside a cluster and is never waited for again: that bounds the
/// looks.
///
/// Two clusters that grow without a pause meet half-way, to the unit. Where one was held up and moves again,
/// an edge may be covered beyond its weight before a node at its end looks. That is how the growth is
/// defined; it makes no correction invalid, and growing in many small steps makes no fewer mistakes.
extension Matcher {
  /// How often a node may wait for half of an edge.
  static var maxHalves: UInt32 { 8 }

  /// Does all that is due at `node`, of the growing cluster `region`. Returns the cluster that the node is in
  /// then.
  mutating func lookAround(_ node: UInt32, from region: UInt32) -> UInt32 {
    work &+= 1
    var top = region
    let around = graph.neighbourhood(of: node)
    let row = isChanged(node) ? overlay.row(of: node) : nil
    let depth = clocks[top].radius(at: timeline.now) &+ nodes[node].wrapped
    let halves = UInt32.none &- places[node].slot
    var room = Int64.max
    var half = Int64.max
    if around.boundaryWeight != .none {
      room = Int64(around.boundaryWeight(row)) &- depth
      if room <= 0 {
        clusters[top].exit = node
        stand(top)
        treeCount &-= 1
        return top
      }
    }
    var slot: UInt32 = 0
    while slot != around.degree {
      let count = min(around.degree &- slot, 64)
      let taken = around.members(of: owned, around: node, from: slot, count: count)
      let changed = row?.mask(from: slot, count: count) ?? 0
      // Slots ascend by weight: of the unchanged ones, behind the first free neighbour that is not reached yet, none is.
      var free = ~(taken | changed) & ~0 &>> UInt64(truncatingIfNeeded: 64 &- count)
      while free != 0 {
        let other = slot &+ UInt32(truncatingIfNeeded: free.trailingZeroBitCount)
        free &= free &- 1
        let slack = Int64(around.slots[other].weight) &- depth
        if slack > 0 {
          room = min(room, slack)
          break
        }
        reach(behind: other, of: node, around, top)
      }
      var special = taken | changed
      while special != 0 {
        let bit = special & (0 &- special)
        let other = slot &+ UInt32(truncatingIfNeeded: special.trailingZeroBitCount)
        special &= special &- 1
        let neighbour = node &+ around.slots[other].step
        let reach = Int64(around.weight(of: other, row, isChanged: changed & bit != 0)) &- depth
        if taken & bit == 0 {
          if reach > 0 {
            room = min(room, reach)
          } else {
            self.reach(behind: other, of: node, around, top)
          }
          continue
        }
        let state = nodes[neighbour]
        if state.top == top { continue }
        let clock = clocks[state.top]
        let slack = reach &- clock.radius(at: timeline.now) &- state.wrapped
        if slack > 0 {
          if clock.rate > 0 && halves < Self.maxHalves {
            half = min(half, (slack &+ 1) >> 1)
          } else {
            room = min(room, slack)
          }
          continue
        }
        top = unite(top, state.top, over: node, neighbour)
        if clocks[top].rate == 0 {
          wait(node, in: top, for: 0)
          return top
        }
      }
      slot &+= count
    }
    if half < room {
      places[node].slot &-= 1
      room = half
    }
    if room != .max { wait(node, in: top, for: room) }
    return top
  }

  /// Takes the free node behind a slot of `node` into its cluster.
  @inline(__always)
  private mutating func reach(
    behind position: UInt32, of node: UInt32, _ around: Neighbourhood, _ top: UInt32
  ) {
    let neighbour = node &+ around.slots[position].step
    arrive(at: neighbour, from: node, by: around.firstSlot &+ position, top: top)
    clusters[top].size &+= 1
    wait(neighbour, in: top, for: 0)
  }

  /// Makes one cluster of the growing `region` and of `other`, over the edge between a node of each. Returns
  /// it.
  ///
  /// The smaller is taken into the larger, so that a node changes hands at most log2 N times.
  private mutating func unite(
    _ region: UInt32, _ other: UInt32, over node: UInt32, _ neighbour: UInt32
  ) -> UInt32 {
    let other = ties[other].match == .none ? other : unpair(other)
    let isOdd = clocks[other].rate == 0
    if !isOdd {
      timeline.cancel(appointment(ofRegion: other))
      treeCount &-= 2
    } else if clusters[other].exit != .none {
      treeCount &-= 1
    }
    let isLarger = clusters[region].size >= clusters[other].size
    let large = isLarger ? region : other
    stand(region)
    stand(other)
    if isLarger {
      absorb(other, into: region, over: node, neighbour)
    } else {
      absorb(region, into: other, over: neighbour, node)
    }
    if isOdd && clusters[large].exit == .none {
      clocks[large].rate = 1
      clocks[large].intercept &-= timeline.now
    }
    return large
  }

  @inline(__always)
  private mutating func stand(_ region: UInt32) {
    clocks[region].intercept = clocks[region].radius(at: timeline.now)
    clocks[region].rate = 0
  }

  /// Makes a cluster of a pair of the warm start, or of an event that was paired with the boundary. Returns
  /// it.
  private mutating func unpair(_ region: UInt32) -> UInt32 {
    let mate = ties[region].match
    ties[region].match = .none
    let node = clocks[region].shell
    guard mate != Region.boundary else {
      clusters[region] = Cluster(heap: .none, size: 1, exit: node)
      return region
    }
    ties[mate].match = .none
    clusters[region] = Cluster(heap: .none, size: 1, exit: .none)
    clusters[mate] = Cluster(heap: .none, size: 1, exit: .none)
    wait(node, in: region, for: 0)
    wait(clocks[mate].shell, in: mate, for: 0)
    absorb(mate, into: region, over: node, clocks[mate].shell)
    return region
  }

  /// Takes `small` into `large`, both standing: its nodes, its heap, and its tree, which hangs on `node` by
  /// `end`.
  private mutating func absorb(
    _ small: UInt32, into large: UInt32, over node: UInt32, _ end: UInt32
  ) {
    let shift = clocks[small].intercept &- clocks[large].intercept
    let first = clocks[small].shell
    var last = first
    while true {
      work &+= 1
      nodes[last].top = large
      nodes[last].wrapped &+= shift
      timeline.appointments[last].time &-= shift
      let next = places[last].shellNext
      if next == .none { break }
      last = next
    }
    places[last].shellNext = clocks[large].shell
    clocks[large].shell = first
    reroot(end, below: node)
    let heap = meld(clusters[large].heap, clusters[small].heap)
    let exit = min(clusters[large].exit, clusters[small].exit)
    let size = clusters[large].size &+ clusters[small].size
    clusters[large] = Cluster(heap: heap, size: size, exit: exit)
    clusters[small].size = 0
  }

  /// Turns the way from `node` to the root of its tree round, and hangs the tree on `parent`, which may be
  /// `none`.
  mutating func reroot(_ node: UInt32, below parent: UInt32) {
    var node = node
    var below = parent
    while true {
      work &+= 1
      let above = reached(node)
      places[node].reachedBy = below == .none ? .none : graph.slot(of: below, to: node)
      guard above != .none else { return }
      below = node
      node = above
    }
  }

  /// The node from which `node` was reached, or `none` for the root of a tree.
  @inline(__always)
  func reached(_ node: UInt32) -> UInt32 {
    places[node].reachedBy == .none ? .none : earlier(than: node)
  }
}
