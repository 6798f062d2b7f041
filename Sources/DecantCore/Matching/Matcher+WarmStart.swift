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
    /// The lightest slot to an adjacent event that is not yet paired, or `none`.
    var slot: UInt32
    /// The largest dual it may have.
    var limit: Int64
  }

  private static var maxDescents: UInt32 { 16 }

  /// Pairs what can be paired, and makes regions for all events.
  @inline(__always)
  mutating func warmStart() {
    forEachEvent { $0.pair($1) }
    eventCount = regionCount
    forEachEvent { matcher, node in
      guard !matcher.owned.contains(node) else { return }
      matcher.settle(node, radius: 0, rate: 1, match: .none, path: matcher.path(node, .none))
      matcher.treeCount &+= 1
    }
    eventCount = regionCount
    grownEvents = treeCount
  }

  @inline(__always)
  private mutating func forEachEvent(_ body: (inout Matcher, UInt32) -> Void) {
    let wordCount = UInt32(truncatingIfNeeded: BitSet.wordCount(Int(truncatingIfNeeded: graph.nodeCount)))
    var index: UInt32 = 0
    while index < wordCount {
      var word = events.words[index]
      while word != 0 {
        body(&self, index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount))
        word &= word &- 1
      }
      index &+= 1
    }
  }

  /// Gives `node` a region, unmoving or about to grow.
  @inline(__always)
  private mutating func settle(_ node: UInt32, radius: Int64, rate: Int32, match: UInt32, path: TightPath) {
    let region = regionCount
    regionCount &+= 1
    nodes[node] = NodeState(wrapped: 0, top: region, event: node)
    places[node] = NodePlace(region: region, shellNext: .none, reachedFrom: .none, slot: .none)
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
  private func path(_ node: UInt32, _ other: UInt32) -> TightPath {
    TightPath(fromEvent: node, toEvent: other, fromNode: node, toNode: other)
  }

  @inline(__always)
  private mutating func survey(_ node: UInt32) -> Surroundings {
    work &+= 1
    let pattern = graph.pattern(of: node)
    var found = Surroundings(slot: .none, limit: Int64(pattern.closest))
    var slot = pattern.firstSlot
    var left = pattern.degree
    while left != 0 {
      let count = min(left, 64)
      var fired = graph.members(of: events, around: node, from: slot, count: count)
      while fired != 0 {
        let other = slot &+ UInt32(truncatingIfNeeded: fired.trailingZeroBitCount)
        fired &= fired &- 1
        let neighbour = graph.neighbour(of: node, behind: other)
        if owned.contains(neighbour) {
          let radius = clocks[nodes[neighbour].top].intercept
          found.limit = min(found.limit, Int64(graph.slots[other].weight) &- radius)
        } else if found.slot == .none {
          found.slot = other
        }
      }
      slot &+= count
      left &-= count
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
      if aroundU.slot == .none {
        pairWithBoundary(u, limit: aroundU.limit)
        return
      }
      while true {
        let v = graph.neighbour(of: u, behind: aroundU.slot)
        let weight = graph.slots[aroundU.slot].weight
        let aroundV = survey(v)
        if graph.slots[aroundV.slot].weight < weight {
          descents &+= 1
          guard descents < Self.maxDescents else { return }
          u = v
          aroundU = aroundV
          continue
        }
        let total = Int64(weight)
        guard aroundU.limit &+ aroundV.limit >= total else { return }
        let radius = max(total &- aroundV.limit, min(total >> 1, aroundU.limit))
        let region = regionCount
        settle(u, radius: radius, rate: 0, match: region &+ 1, path: path(u, v))
        settle(v, radius: total &- radius, rate: 0, match: region, path: path(v, u))
        break
      }
    }
  }

  @inline(__always)
  private mutating func pairWithBoundary(_ node: UInt32, limit: Int64) {
    let weight = graph.pattern(of: node).boundaryWeight
    guard weight != .none, Int64(weight) <= limit else { return }
    settle(node, radius: Int64(weight), rate: 0, match: Region.boundary, path: path(node, .none))
  }
}
