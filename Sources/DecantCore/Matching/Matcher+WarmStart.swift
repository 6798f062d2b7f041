/// The greedy matching from which sparse blossom starts.
///
/// A matching and duals y >= 0 with y(u) + y(v) <= dist(u, v), y(u) <= dist(u, boundary) and equality on
/// matched pairs are a legal state of the primal-dual algorithm: going on from there still ends at the
/// minimum. Pairing adjacent events under such duals settles most events without any flooding.
///
/// The duals are kept below every edge weight at their own node. Then a region holds its event's node
/// alone, and two events that are not adjacent are far enough apart: any path between them starts with an
/// edge at one and ends with an edge at the other. Only adjacent events remain to be compared.
extension Matcher {
  /// What an event sees around it.
  private struct Surroundings {
    /// The nearest adjacent event that is not yet paired, or `none`; and how near it is.
    var neighbour: UInt32
    var weight: UInt32
    /// The slot that leads there.
    var slot: UInt32
    /// The largest dual it may have.
    var limit: Int64
    var boundaryWeight: UInt32
    var boundarySlot: UInt32
  }

  private static var maxDescents: UInt32 { 16 }

  /// Pairs what can be paired, and makes regions for all events; in a second pass, for those that lost theirs. False if
  /// it is to pause: then all but the regions of events that found no partner are there as far as it came.
  @inline(__always)
  mutating func warmStart() -> Bool {
    let wordCount = UInt32(truncatingIfNeeded: BitSet.wordCount(Int(truncatingIfNeeded: graph.nodeCount)))
    while surveyedWords != wordCount {
      let begin = surveyedWords
      surveyedWords = begin &+ min(wordsAtOnce, wordCount &- begin)
      forEachFreeEvent(from: begin, to: surveyedWords) { $0.pair($1) }
      if work >= pauseAt { return false }
    }
    surveyedWords = 0
    forEachFreeEvent(from: 0, to: wordCount) { matcher, node in
      matcher.settle(
        node, matcher.region(for: node), radius: 0, rate: 1, match: .none,
        path: TightPath(fromEvent: node, toEvent: .none))
      matcher.treeCount &+= 1
    }
    if isSecondPass { return true }
    eventCount = regionCount
    grownEvents = treeCount
    return true
  }

  /// Visits the events without a region in some words of them, ascending; `body` may give regions to them and to others.
  @inline(__always)
  private mutating func forEachFreeEvent(
    from begin: UInt32, to end: UInt32, _ body: (inout Matcher, UInt32) -> Void
  ) {
    var index = begin
    while index < end {
      var word = events.words[index] & ~owned.words[index]
      while word != 0 {
        let node = index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
        if !owned.contains(node) { body(&self, node) }
        word &= word &- 1
      }
      index &+= 1
    }
  }

  /// The region of an event: a new one, or, in a second pass, the one it had.
  @inline(__always)
  private mutating func region(for node: UInt32) -> UInt32 {
    if isSecondPass { return places[node].region }
    regionCount &+= 1
    return regionCount &- 1
  }

  /// Gives `node` a region, unmoving or about to grow.
  @inline(__always)
  private mutating func settle(
    _ node: UInt32, _ region: UInt32, radius: Int64, rate: Int32, match: UInt32, path: TightPath
  ) {
    nodes[node] = NodeState(wrapped: 0, top: region, event: node)
    places[node] = NodePlace(region: region, shellNext: .none, reachedBy: .none, slot: .none)
    clocks[region] = RegionClock(intercept: radius, rate: rate, shell: node)
    // `link` and what else belongs to a role is written when the region takes that role.
    ties[region].matchPath = path
    ties[region].match = match
    ties[region].parent = .none
    ties[region].firstChild = .none
    ties[region].treeChild = .none
    ties[region].mark = 0
    owned.insert(node)
  }

  @inline(__always)
  private mutating func survey(_ node: UInt32) -> Surroundings {
    if overlay.isActive { return surveyOverlaid(node) }
    return survey(node, changed: nil)
  }

  @inline(never)
  private mutating func surveyOverlaid(_ node: UInt32) -> Surroundings {
    guard isChanged(node) else { return survey(node, changed: nil) }
    if overlay.hasSummaries && overlay.summaries[node].closest != 0 { return surveyWritten(node) }
    return survey(node, changed: overlay.row(of: node))
  }

  /// The same for an event whose row the network has written, before anything else changes a weight there.
  @inline(__always)
  private mutating func surveyWritten(_ node: UInt32) -> Surroundings {
    work &+= 1
    let around = graph.neighbourhood(of: node)
    let weights = overlay.row(of: node).weights
    let summary = overlay.summaries[node]
    var found = Surroundings(
      neighbour: .none, weight: .none, slot: 0, limit: Int64(summary.closest),
      boundaryWeight: around.boundaryWeight == .none ? .none : weights[around.degree],
      boundarySlot: around.firstSlot &+ around.degree)
    var special = summary.events
    while special != 0 {
      let position = UInt32(truncatingIfNeeded: special.trailingZeroBitCount)
      special &= special &- 1
      let neighbour = node &+ around.slots[position].step
      let weight = weights[position]
      if owned.contains(neighbour) {
        let depth = clocks[nodes[neighbour].top].intercept &+ nodes[neighbour].wrapped
        found.limit = min(found.limit, Int64(weight) &- depth)
      } else if weight < found.weight {
        found.neighbour = neighbour
        found.weight = weight
        found.slot = around.firstSlot &+ position
      }
    }
    return found
  }

  @inline(__always)
  private mutating func survey(_ node: UInt32, changed row: OverlayRow?) -> Surroundings {
    work &+= 1
    let around = graph.neighbourhood(of: node)
    let boundaryWeight = around.boundaryWeight(row)
    var found = Surroundings(
      neighbour: .none, weight: .none, slot: 0, limit: Int64(row == nil ? around.closest : boundaryWeight),
      boundaryWeight: boundaryWeight, boundarySlot: around.firstSlot &+ around.degree)
    var slot: UInt32 = 0
    while slot != around.degree {
      let count = min(around.degree &- slot, 64)
      var special = around.members(of: events, around: node, from: slot, count: count)
      // Regions that a first pass has left may reach beyond their events.
      if isSecondPass { special |= around.members(of: owned, around: node, from: slot, count: count) }
      let changed = row?.mask(from: slot, count: count) ?? 0
      if let row {
        let unchanged = UInt32(truncatingIfNeeded: (~changed).trailingZeroBitCount)
        if unchanged < count {
          found.limit = min(found.limit, Int64(around.slots[slot &+ unchanged].weight))
        }
        let free = changed & ~special
        if free != 0 { found.limit = min(found.limit, Int64(row.lightest(of: free, from: slot) >> 6)) }
      }
      while special != 0 {
        let bit = special & (0 &- special)
        let other = slot &+ UInt32(truncatingIfNeeded: special.trailingZeroBitCount)
        special &= special &- 1
        let neighbour = node &+ around.slots[other].step
        let weight = around.weight(of: other, row, isChanged: changed & bit != 0)
        if row != nil { found.limit = min(found.limit, Int64(weight)) }
        if owned.contains(neighbour) {
          let depth = clocks[nodes[neighbour].top].intercept &+ nodes[neighbour].wrapped
          found.limit = min(found.limit, Int64(weight) &- depth)
        } else if row == nil {
          if found.neighbour == .none {
            found.neighbour = neighbour
            found.weight = weight
            found.slot = around.firstSlot &+ other
          }
        } else if weight < found.weight && events.contains(neighbour) {
          found.neighbour = neighbour
          found.weight = weight
          found.slot = around.firstSlot &+ other
        }
      }
      slot &+= count
    }
    return found
  }

  /// Pairs `start` with an adjacent event or the boundary if the duals allow it.
  ///
  /// Follows lightest slots from event to event until two events are each other's lightest, pairs these
  /// two, and tries again from `start`: what remains is what taking the lightest pair first would leave.
  /// A long descent is given up, so that the work stays linear in the number of events.
  @inline(__always)
  private mutating func pair(_ start: UInt32) {
    var descents: UInt32 = 0
    while !owned.contains(start) {
      var u = start
      var aroundU = survey(u)
      if aroundU.neighbour == .none {
        pairWithBoundary(u, aroundU)
        return
      }
      while true {
        let v = aroundU.neighbour
        let weight = aroundU.weight
        let aroundV = survey(v)
        if aroundV.weight < weight {
          descents &+= 1
          guard descents < Self.maxDescents else { return }
          u = v
          aroundU = aroundV
          continue
        }
        let total = Int64(weight)
        guard aroundU.limit &+ aroundV.limit >= total else { return }
        let radius = max(total &- aroundV.limit, min(total >> 1, aroundU.limit))
        let regionU = region(for: u)
        let regionV = region(for: v)
        let path = TightPath(fromEvent: u, toEvent: v, node: u, slot: aroundU.slot)
        settle(u, regionU, radius: radius, rate: 0, match: regionV, path: path)
        settle(v, regionV, radius: total &- radius, rate: 0, match: regionU, path: path.reversed)
        break
      }
    }
  }

  @inline(__always)
  private mutating func pairWithBoundary(_ node: UInt32, _ around: Surroundings) {
    let weight = around.boundaryWeight
    guard weight != .none, Int64(weight) <= around.limit else { return }
    settle(
      node, region(for: node), radius: Int64(weight), rate: 0, match: Region.boundary,
      path: TightPath(fromEvent: node, toEvent: .none, node: node, slot: around.boundarySlot))
  }
}
