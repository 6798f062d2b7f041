/// From a finished matching to the edges of the correction.
///
/// A matched pair of outermost regions is a tight path. Inside a blossom, the member where that path leaves
/// shares the blossom's match, and the others pair up around the cycle; so on down to single events.
extension Matcher {
  mutating func collect(into answer: inout Answer) {
    walks &+= 1
    var region: UInt32 = 0
    while region < eventCount {
      if ties[region].parent == .none {
        // Usual: the event's own region is outermost. Each pair is emitted from its lower member.
        let match = ties[region].match
        if match == Region.boundary || region < match { emit(ties[region].matchPath, into: &answer) }
      } else {
        var top = region
        while ties[top].parent != .none {
          work &+= 1
          top = ties[top].parent
        }
        if ties[top].mark != walks {
          ties[top].mark = walks
          let match = ties[top].match
          if match == Region.boundary || top < match { emit(ties[top].matchPath, into: &answer) }
          unfold(top, into: &answer)
        }
      }
      region &+= 1
    }
  }

  /// Emits the pairs inside a blossom. The stack is the `chain` of the blossoms that wait.
  private mutating func unfold(_ top: UInt32, into answer: inout Answer) {
    var blossom = top
    ties[top].chain = .none
    while blossom != .none {
      var pending = ties[blossom].chain
      let exit = member(of: blossom, holding: ties[blossom].matchPath.fromEvent)
      ties[exit].matchPath.fromEvent = ties[blossom].matchPath.fromEvent
      push(exit, onto: &pending)
      var region = ties[exit].link
      while region != exit {
        work &+= 1
        let mate = ties[region].link
        let path = ties[region].linkPath
        emit(path, into: &answer)
        ties[region].matchPath.fromEvent = path.fromEvent
        ties[mate].matchPath.fromEvent = path.toEvent
        push(region, onto: &pending)
        push(mate, onto: &pending)
        region = ties[mate].link
      }
      blossom = pending
    }
  }

  @inline(__always)
  private func push(_ region: UInt32, onto pending: inout UInt32) {
    guard ties[region].firstChild != .none else { return }
    ties[region].chain = pending
    pending = region
  }

  @inline(__always)
  private mutating func emit(_ path: TightPath, into answer: inout Answer) {
    guard path.fromNode != .none else {
      if path.toEvent == .none {
        escape(from: path.fromEvent, into: &answer)
      } else {
        connect(path.fromEvent, path.toEvent, into: &answer)
      }
      return
    }
    if path.toNode == .none {
      answer.flip(graph.boundarySlot(of: path.fromNode))
    } else {
      answer.flip(graph.slot(from: path.fromNode, to: path.toNode))
      if path.toNode != path.toEvent { trace(path.toNode, to: path.toEvent, into: &answer) }
    }
    if path.fromNode != path.fromEvent { trace(path.fromNode, to: path.fromEvent, into: &answer) }
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
      let earlier = places[node].reachedFrom
      answer.flip(graph.slot(from: earlier, to: node))
      node = earlier
    }
  }

  private mutating func connect(_ a: UInt32, _ b: UInt32, into answer: inout Answer) {
    if treeCount == 0 {
      emitShortestPath(from: a, to: b, into: &answer)
    } else {
      escape(from: a, into: &answer)
      escape(from: b, into: &answer)
    }
  }
}
