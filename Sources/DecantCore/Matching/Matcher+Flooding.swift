/// Flooding: regions grow over the graph and shrink back, node by node.
///
/// Every growing node waits on the timeline for its next event: reaching a neighbour, meeting another region
/// or meeting the boundary. It may wait for less, and look in vain, but never for more. What could bring an
/// event forward therefore tells the growing nodes around it: a node that begins to grow, one whose region
/// stops shrinking, and one that is given up. Nodes that stand still or shrink wait for nothing; if an
/// appointment is left from when they grew, it is void.
extension Matcher {
  /// Sends the first events of all trees to the timeline.
  mutating func startTrees() {
    var region: UInt32 = 0
    while region < eventCount {
      if clocks[region].rate > 0 { schedule(clocks[region].shell) }
      region &+= 1
    }
  }

  /// Puts the next event of a growing node on the timeline, and tells growing neighbours when they meet it.
  @inline(never)
  mutating func schedule(_ node: UInt32) {
    work &+= 1
    let pattern = graph.pattern(of: node)
    let top = nodes[node].top
    let depth = clocks[top].intercept &+ nodes[node].wrapped
    var earliest = Int64.max
    // If nothing is in sight, any slot will do: a neighbour may tell the node when to look again.
    var chosen = pattern.firstSlot
    if pattern.boundaryWeight != .none {
      earliest = Int64(pattern.boundaryWeight) &- depth
      chosen = pattern.firstSlot &+ pattern.degree
    }
    var slot = pattern.firstSlot
    var left = pattern.degree
    while left != 0 {
      let count = min(left, 64)
      var taken = graph.members(of: owned, around: node, from: slot, count: count)
      // Slots ascend by weight: of the free neighbours only the first can be the next.
      let free = UInt32(truncatingIfNeeded: (~taken).trailingZeroBitCount)
      if free < count {
        let time = Int64(graph.slots[slot &+ free].weight) &- depth
        if time < earliest {
          earliest = time
          chosen = slot &+ free
        }
      }
      while taken != 0 {
        let other = slot &+ UInt32(truncatingIfNeeded: taken.trailingZeroBitCount)
        taken &= taken &- 1
        let neighbour = graph.neighbour(of: node, behind: other)
        let state = nodes[neighbour]
        let clock = clocks[state.top]
        if state.top == top || clock.rate < 0 { continue }
        var time = Int64(graph.slots[other].weight) &- depth &- clock.intercept &- state.wrapped
        if clock.rate > 0 {
          time >>= 1
          timeline.hasten(neighbour, to: time)
        }
        if time < earliest {
          earliest = time
          chosen = other
        }
      }
      slot &+= count
      left &-= count
    }
    places[node].slot = chosen
    if earliest == .max {
      timeline.cancel(node)
    } else {
      timeline.set(node, at: earliest)
    }
  }

  /// Tells the growing neighbours of a node that stands still, or is free, when they reach it.
  @inline(never)
  private mutating func announce(_ node: UInt32) {
    work &+= 1
    let pattern = graph.pattern(of: node)
    var depth: Int64 = 0
    if owned.contains(node) { depth = clocks[nodes[node].top].intercept &+ nodes[node].wrapped }
    var slot = pattern.firstSlot
    var left = pattern.degree
    while left != 0 {
      let count = min(left, 64)
      var taken = graph.members(of: owned, around: node, from: slot, count: count)
      while taken != 0 {
        let other = slot &+ UInt32(truncatingIfNeeded: taken.trailingZeroBitCount)
        taken &= taken &- 1
        let neighbour = graph.neighbour(of: node, behind: other)
        let state = nodes[neighbour]
        let clock = clocks[state.top]
        if clock.rate <= 0 { continue }
        timeline.hasten(
          neighbour, to: Int64(graph.slots[other].weight) &- depth &- clock.intercept &- state.wrapped)
      }
      slot &+= count
      left &-= count
    }
  }

  /// When what lies behind `slot` of a growing node concerns it; `Int64.max` for never.
  @inline(__always)
  private func due(_ node: UInt32, _ slot: UInt32, top: UInt32) -> Int64 {
    let neighbour = graph.neighbour(of: node, behind: slot)
    let free = Int64(graph.slots[slot].weight) &- clocks[top].intercept &- nodes[node].wrapped
    guard neighbour != node && owned.contains(neighbour) else { return free }
    let state = nodes[neighbour]
    let clock = clocks[state.top]
    if state.top == top || clock.rate < 0 { return .max }
    let slack = free &- clock.intercept &- state.wrapped
    return clock.rate > 0 ? slack >> 1 : slack
  }

  /// The time of `node` has come: does what is due there.
  mutating func look(_ node: UInt32) {
    guard owned.contains(node) else { return }
    let top = nodes[node].top
    guard clocks[top].rate > 0 else { return }
    let slot = places[node].slot
    let neighbour = graph.neighbour(of: node, behind: slot)
    guard due(node, slot, top: top) == timeline.now else { return schedule(node) }
    let event = nodes[node].event
    if neighbour == node {
      meetBoundary(
        top, path: TightPath(fromEvent: event, toEvent: .none, fromNode: node, toNode: .none))
    } else if owned.contains(neighbour) {
      meet(
        top, nodes[neighbour].top,
        path: TightPath(
          fromEvent: event, toEvent: nodes[neighbour].event, fromNode: node, toNode: neighbour))
    } else {
      arrive(at: neighbour, from: node, top: top)
      schedule(neighbour)
    }
    // Other slots may be due at this very time.
    if clocks[nodes[node].top].rate > 0 { schedule(node) }
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
    announce(node)
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
    } else if rate > 0 {
      scheduleArea(of: region)
    } else if before < 0 {
      announceArea(of: region)
    }
  }

  /// Schedules every node of `region` and of the regions inside it.
  mutating func scheduleArea(of region: UInt32) {
    forEachNode(of: region) { $0.schedule($1) }
  }

  /// Announces every node of `region` and of the regions inside it.
  mutating func announceArea(of region: UInt32) {
    forEachNode(of: region) { $0.announce($1) }
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
