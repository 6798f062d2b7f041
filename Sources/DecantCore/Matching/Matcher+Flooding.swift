/// Flooding: regions grow over the graph and shrink back, node by node.
///
/// A node waits on the timeline for the next event that concerns it: reaching a neighbour, meeting another
/// region or meeting the boundary. Growing nodes wait for all of these. A node that stands still waits only
/// when its neighbours may not know of it: after it was given up, or after its region stopped shrinking.
extension Matcher {
  /// Sends the first events of all trees to the timeline.
  mutating func startTrees() {
    var region: UInt32 = 0
    while region < eventCount {
      if clocks[region].rate > 0 { schedule(clocks[region].shell) }
      region &+= 1
    }
  }

  /// When a node meets its owned neighbour behind `slot`; `Int64.max` for never. `depth` is how far its own
  /// region, `top`, covers the node at time zero, growing at `rate`, 0 or 1.
  @inline(__always)
  private func meeting(
    _ neighbour: UInt32, _ slot: UInt32, top: UInt32, depth: Int64, rate: Int32
  ) -> Int64 {
    let state = nodes[neighbour]
    let clock = clocks[state.top]
    let speed = clock.rate &+ rate
    let slack = Int64(graph.slots[slot].weight) &- depth &- clock.intercept &- state.wrapped
    let never = state.top == top || clock.rate < 0 || speed == 0
    return never ? .max : slack &>> Int64(speed &>> 1)
  }

  /// When what lies behind `slot` concerns `node`, whatever that is.
  @inline(__always)
  private func due(_ node: UInt32, _ slot: UInt32, top: UInt32, depth: Int64, rate: Int32) -> Int64 {
    let neighbour = graph.neighbour(of: node, behind: slot)
    if neighbour != node && owned.contains(neighbour) {
      return meeting(neighbour, slot, top: top, depth: depth, rate: rate)
    }
    return rate > 0 ? Int64(graph.slots[slot].weight) &- depth : .max
  }

  /// Puts the next event of `node` on the timeline, whatever state the node is in.
  @inline(never)
  mutating func schedule(_ node: UInt32) {
    work &+= 1
    let pattern = graph.pattern(of: node)
    var earliest = Int64.max
    var chosen = UInt32.none
    var top = UInt32.none
    var depth: Int64 = 0
    var rate: Int32 = 0
    if owned.contains(node) {
      top = nodes[node].top
      rate = clocks[top].rate
      if rate < 0 { return }
      depth = clocks[top].intercept &+ nodes[node].wrapped
      if rate > 0 && pattern.boundaryWeight != .none {
        earliest = Int64(pattern.boundaryWeight) &- depth
        chosen = pattern.firstSlot &+ pattern.degree
      }
    }
    var slot = pattern.firstSlot
    var left = pattern.degree
    while left != 0 {
      let count = min(left, 64)
      var taken = graph.members(of: owned, around: node, from: slot, count: count)
      if rate > 0 {
        // Slots ascend by weight: of the free neighbours only the first can be the next.
        let free = UInt32(truncatingIfNeeded: (~taken).trailingZeroBitCount)
        if free < count {
          let time = Int64(graph.slots[slot &+ free].weight) &- depth
          if time < earliest {
            earliest = time
            chosen = slot &+ free
          }
        }
      }
      while taken != 0 {
        let other = slot &+ UInt32(truncatingIfNeeded: taken.trailingZeroBitCount)
        taken &= taken &- 1
        let neighbour = graph.neighbour(of: node, behind: other)
        let time = meeting(neighbour, other, top: top, depth: depth, rate: rate)
        if time < earliest {
          earliest = time
          chosen = other
        }
      }
      slot &+= count
      left &-= count
    }
    if earliest == .max {
      timeline.cancel(node)
    } else {
      places[node].slot = chosen
      timeline.set(node, at: earliest)
    }
  }

  /// The time of `node` has come: does what is due there.
  mutating func look(_ node: UInt32) {
    let slot = places[node].slot
    let neighbour = graph.neighbour(of: node, behind: slot)
    guard owned.contains(node) else {
      // A growing neighbour reaches this free node.
      guard owned.contains(neighbour) else { return schedule(node) }
      let top = nodes[neighbour].top
      guard meeting(neighbour, slot, top: .none, depth: 0, rate: 0) == timeline.now else {
        return schedule(node)
      }
      arrive(at: node, from: neighbour, top: top)
      schedule(node)
      schedule(neighbour)
      return
    }
    let top = nodes[node].top
    let rate = clocks[top].rate
    if rate < 0 { return }
    let depth = clocks[top].intercept &+ nodes[node].wrapped
    guard due(node, slot, top: top, depth: depth, rate: rate) == timeline.now else { return schedule(node) }
    if neighbour == node {
      meetBoundary(
        top,
        path: TightPath(fromEvent: nodes[node].event, toEvent: .none, fromNode: node, toNode: .none))
    } else if owned.contains(neighbour) {
      let path = TightPath(
        fromEvent: nodes[node].event, toEvent: nodes[neighbour].event, fromNode: node, toNode: neighbour)
      let other = nodes[neighbour].top
      if rate > 0 {
        meet(top, other, path: path)
      } else {
        meet(other, top, path: path.reversed)
      }
    } else {
      arrive(at: neighbour, from: node, top: top)
      schedule(neighbour)
    }
    // Other slots may be due at this very time. Nor may the node be left out if its region stands still by
    // now: a neighbour that was scheduled before this node was reached does not know how near it is.
    schedule(node)
  }

  @inline(__always)
  private mutating func arrive(at node: UInt32, from neighbour: UInt32, top: UInt32) {
    nodes[node] = NodeState(
      wrapped: 0 &- clocks[top].radius(at: timeline.now), top: top, event: nodes[neighbour].event)
    places[node] = NodePlace(
      region: top, shellNext: clocks[top].shell, reachedFrom: neighbour, slot: .none)
    clocks[top].shell = node
    owned.insert(node)
  }

  /// The time of a shrinking region has come: it gives up its last node, or has nothing left to give.
  mutating func shrink(_ region: UInt32) {
    let node = clocks[region].shell
    if node == .none { return shatter(region) }
    let earlier = places[node].shellNext
    if earlier == .none && ties[region].firstChild == .none { return implode(region) }
    clocks[region].shell = earlier
    owned.remove(node)
    scheduleShrinking(region)
    schedule(node)
  }

  /// Puts the next loss of a shrinking region on the timeline.
  @inline(__always)
  mutating func scheduleShrinking(_ region: UInt32) {
    let clock = clocks[region]
    let last = clock.shell == .none ? 0 : nodes[clock.shell].wrapped
    timeline.set(appointment(ofRegion: region), at: clock.intercept &+ last)
  }

  /// Lets `region` grow (+1), stand (0) or shrink (-1) from now on, and tells the timeline.
  mutating func turn(_ region: UInt32, to rate: Int32) {
    let before = clocks[region].rate
    let radius = clocks[region].radius(at: timeline.now)
    clocks[region].rate = rate
    clocks[region].intercept = radius &- Int64(rate) &* timeline.now
    if before < 0 { timeline.cancel(appointment(ofRegion: region)) }
    if rate < 0 {
      scheduleShrinking(region)
    } else if rate > 0 || before < 0 {
      scheduleArea(of: region)
    }
  }

  /// Schedules every node of `region` and of the regions inside it.
  mutating func scheduleArea(of region: UInt32) {
    forEachNode(of: region) { $0.schedule($1) }
  }

  /// Visits the nodes of `region` and of all regions inside it, without a stack: down by first children,
  /// along by links, up by parents.
  @inline(__always)
  mutating func forEachNode(of region: UInt32, _ body: (inout Matcher, UInt32) -> Void) {
    var inner = region
    while true {
      while ties[inner].firstChild != .none { inner = ties[inner].firstChild }
      while true {
        var node = clocks[inner].shell
        while node != .none {
          body(&self, node)
          node = places[node].shellNext
        }
        if inner == region { return }
        let next = ties[inner].link
        if next != ties[ties[inner].parent].firstChild {
          inner = next
          break
        }
        inner = ties[inner].parent
      }
    }
  }
}
