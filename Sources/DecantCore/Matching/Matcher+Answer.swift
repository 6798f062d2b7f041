/// From a finished matching to the edges of the correction.
///
/// A matched pair of outermost regions is a tight path. Inside a blossom, the member where that path leaves
/// shares the blossom's match, and the others pair up around the cycle; so on down to single events. Every
/// event is the end of one path, so the work is linear in what the regions cover.
extension Matcher {
  /// Gathers the correction. With `searches` false, paths whose middle was lost are replaced by ways out.
  /// Returns false if that had to be done although `searches` is true, because the work limit was reached.
  mutating func collect(into answer: inout Answer, searches: Bool) -> Bool {
    if isUnionFind {
      peel(into: &answer)
      return true
    }
    self.searches = searches
    walks &+= 1
    var region: UInt32 = 0
    while region < eventCount {
      let top = nodes[ties[region].matchPath.fromEvent].top
      if top == region {
        emitOnce(region, into: &answer)
      } else if ties[top].mark != walks {
        ties[top].mark = walks
        emitOnce(top, into: &answer)
        unfold(top, into: &answer)
      }
      region &+= 1
    }
    return self.searches == searches
  }

  /// Emits the path of an outermost region's pair, from the lower of the two.
  @inline(__always)
  private mutating func emitOnce(_ top: UInt32, into answer: inout Answer) {
    let match = ties[top].match
    if match == Region.boundary || top < match { emit(ties[top].matchPath, into: &answer) }
  }

  /// Emits the pairs inside a blossom. The stack is the `chain` of the blossoms that wait.
  private mutating func unfold(_ top: UInt32, into answer: inout Answer) {
    var pending = UInt32.none
    enter(top, by: ties[top].matchPath.fromEvent, onto: &pending)
    while pending != .none {
      let blossom = pending
      pending = ties[blossom].chain
      let exit = ties[blossom].treeChild
      push(exit, onto: &pending)
      var region = ties[exit].link
      while region != exit {
        work &+= 1
        let mate = ties[region].link
        let path = ties[region].linkPath
        emit(path, into: &answer)
        enter(region, by: path.fromEvent, onto: &pending)
        enter(mate, by: path.toEvent, onto: &pending)
        region = ties[mate].link
      }
    }
  }

  /// Notes, in every blossom from `region` down to `event`, the member through which the match of `event`
  /// leaves it (in `treeChild`, idle by now), and pushes `region`. No region is passed twice, for each is left
  /// through one event only.
  @inline(__always)
  private mutating func enter(_ region: UInt32, by event: UInt32, onto pending: inout UInt32) {
    var member = places[event].region
    while member != region {
      work &+= 1
      let parent = ties[member].parent
      ties[parent].treeChild = member
      member = parent
    }
    push(region, onto: &pending)
  }

  @inline(__always)
  private func push(_ region: UInt32, onto pending: inout UInt32) {
    guard ties[region].firstChild != .none else { return }
    ties[region].chain = pending
    pending = region
  }

  @inline(__always)
  mutating func emit(_ path: TightPath, into answer: inout Answer) {
    guard path.node != .none else {
      if path.toEvent == .none {
        escape(from: path.fromEvent, into: &answer)
      } else {
        connect(path.fromEvent, path.toEvent, into: &answer)
      }
      return
    }
    answer.flip(path.slot, of: path.node)
    let meeting = path.meeting(in: graph)
    if path.toEvent != .none && meeting.to != path.toEvent {
      trace(meeting.to, to: path.toEvent, into: &answer)
    }
    if meeting.from != path.fromEvent { trace(meeting.from, to: path.fromEvent, into: &answer) }
  }

  /// Emits the way from `node` back to the event it was reached from. If the node has changed hands since
  /// the regions met there, any shortest path will do.
  private mutating func trace(_ node: UInt32, to event: UInt32, into answer: inout Answer) {
    guard owned.contains(node), nodes[node].event == event else {
      return connect(node, event, into: &answer)
    }
    var node = node
    while node != event {
      work &+= 1
      let slot = places[node].reachedBy
      node = earlier(than: node)
      answer.flip(slot, of: node)
    }
  }

  /// The node from which `node`, not an event, was reached.
  @inline(__always)
  func earlier(than node: UInt32) -> UInt32 { node &- graph.slots[places[node].reachedBy].step }

  private mutating func connect(_ a: UInt32, _ b: UInt32, into answer: inout Answer) {
    if searches && emitShortestPath(from: a, to: b, into: &answer) { return }
    searches = false
    escape(from: a, into: &answer)
    escape(from: b, into: &answer)
  }
}
