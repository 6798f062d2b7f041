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
    region = freedRoots
    while region != .none {
      scheduleArea(of: region)
      region = ties[region].link
    }
  }

  /// Puts the next event of a growing node on the timeline, and tells growing neighbours when they meet it.
  @inline(never)
  mutating func schedule(_ node: UInt32) {
    if overlay.isActive { return scheduleOverlaid(node) }
    schedule(node, changed: nil)
  }

  @inline(never)
  private mutating func scheduleOverlaid(_ node: UInt32) {
    guard isChanged(node) else { return schedule(node, changed: nil) }
    schedule(node, changed: overlay.row(of: node))
  }

  @inline(__always)
  private mutating func schedule(_ node: UInt32, changed row: OverlayRow?) {
    work &+= 1
    let around = graph.neighbourhood(of: node)
    let top = nodes[node].top
    let depth = clocks[top].intercept &+ nodes[node].wrapped
    var earliest = Int64.max
    // If nothing is in sight, any slot will do: a neighbour may tell the node when to look again.
    var chosen: UInt32 = 0
    if around.boundaryWeight != .none {
      earliest = Int64(around.boundaryWeight(row)) &- depth
      chosen = around.degree
    }
    var slot: UInt32 = 0
    while slot != around.degree {
      let count = min(around.degree &- slot, 64)
      var taken = around.members(of: owned, around: node, from: slot, count: count)
      let changed = row?.mask(from: slot, count: count) ?? 0
      // Slots ascend by weight: of the free neighbours behind unchanged ones, only the first can be the next.
      let free = UInt32(truncatingIfNeeded: (~(taken | changed)).trailingZeroBitCount)
      if free < count {
        let time = Int64(around.slots[slot &+ free].weight) &- depth
        if time < earliest {
          earliest = time
          chosen = slot &+ free
        }
      }
      // Of those behind changed ones, only the lightest; among equals, the first.
      var nearest = Int64.max
      var nearestSlot = UInt32.none
      if let row, changed & ~taken != 0 {
        let key = row.lightest(of: changed & ~taken, from: slot)
        nearest = Int64(key >> 6) &- depth
        nearestSlot = slot &+ key & 63
      }
      while taken != 0 {
        let bit = taken & (0 &- taken)
        let other = slot &+ UInt32(truncatingIfNeeded: taken.trailingZeroBitCount)
        taken &= taken &- 1
        let neighbour = node &+ around.slots[other].step
        let state = nodes[neighbour]
        let clock = clocks[state.top]
        if state.top == top || clock.rate < 0 { continue }
        let weight = around.weight(of: other, row, isChanged: changed & bit != 0)
        var time = Int64(weight) &- depth &- clock.intercept &- state.wrapped
        if clock.rate > 0 {
          time >>= 1
          timeline.hasten(neighbour, to: time)
        }
        if time < nearest || (row != nil && time == nearest && other < nearestSlot) {
          nearest = time
          nearestSlot = other
        }
      }
      if nearest < earliest {
        earliest = nearest
        chosen = nearestSlot
      }
      slot &+= count
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
    let row = isChanged(node) ? overlay.row(of: node) : nil
    let around = graph.neighbourhood(of: node)
    var depth: Int64 = 0
    if owned.contains(node) { depth = clocks[nodes[node].top].intercept &+ nodes[node].wrapped }
    var slot: UInt32 = 0
    while slot != around.degree {
      let count = min(around.degree &- slot, 64)
      var taken = around.members(of: owned, around: node, from: slot, count: count)
      while taken != 0 {
        let other = slot &+ UInt32(truncatingIfNeeded: taken.trailingZeroBitCount)
        taken &= taken &- 1
        let neighbour = node &+ around.slots[other].step
        let state = nodes[neighbour]
        let clock = clocks[state.top]
        if clock.rate <= 0 { continue }
        let weight = around.weight(of: other, row, isChanged: row?.contains(other) ?? false)
        timeline.hasten(neighbour, to: Int64(weight) &- depth &- clock.intercept &- state.wrapped)
      }
      slot &+= count
    }
  }

  /// The time of `node` has come: does what is due there.
  mutating func look(_ node: UInt32) {
    guard owned.contains(node) else { return }
    let top = nodes[node].top
    guard clocks[top].rate > 0 else { return }
    let around = graph.neighbourhood(of: node)
    let row = isChanged(node) ? overlay.row(of: node) : nil
    let slot = places[node].slot
    let event = nodes[node].event
    // How much of the edge is not covered yet, had its other end stood bare at time zero.
    let bare = 0 &- clocks[top].intercept &- nodes[node].wrapped
    if slot == around.degree {
      guard Int64(around.boundaryWeight(row)) &+ bare == timeline.now else { return schedule(node) }
      meetBoundary(
        top, path: TightPath(fromEvent: event, toEvent: .none, node: node, slot: around.firstSlot &+ slot))
    } else {
      let neighbour = node &+ around.slots[slot].step
      var slack = Int64(around.weight(of: slot, row, isChanged: row?.contains(slot) ?? false)) &+ bare
      if owned.contains(neighbour) {
        let state = nodes[neighbour]
        let clock = clocks[state.top]
        slack = slack &- clock.intercept &- state.wrapped
        let due = clock.rate > 0 ? slack >> 1 : slack
        guard state.top != top, clock.rate >= 0, due == timeline.now else { return schedule(node) }
        meet(
          top, state.top,
          path: TightPath(
            fromEvent: event, toEvent: state.event, node: node, slot: around.firstSlot &+ slot))
      } else {
        guard slack == timeline.now else { return schedule(node) }
        arrive(at: neighbour, from: node, by: around.firstSlot &+ slot, top: top)
        schedule(neighbour)
      }
    }
    // Other slots may be due at this very time.
    if clocks[nodes[node].top].rate > 0 { schedule(node) }
  }

  @inline(__always)
  mutating func arrive(at node: UInt32, from neighbour: UInt32, by slot: UInt32, top: UInt32) {
    nodes[node] = NodeState(
      wrapped: 0 &- clocks[top].radius(at: timeline.now), top: top, event: nodes[neighbour].event)
    places[node] = NodePlace(
      region: top, shellNext: clocks[top].shell, reachedBy: slot, slot: .none)
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
