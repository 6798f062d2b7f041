/// What to do when the work limit ends a matching early.
///
/// Every region but the roots of the trees that are left is matched, so only the roots need a way out. The
/// image holds one for every node: the shortest path to the boundary or, in a component without one, to one
/// node of that component, where an even number of such paths ends. The correction then explains every
/// detection event, though it need not be the lightest.
extension Matcher {
  mutating func finishTrees() {
    var region: UInt32 = 0
    while region < eventCount {
      var top = region
      while ties[top].parent != .none {
        work &+= 1
        top = ties[top].parent
      }
      if ties[top].match == .none {
        let event = clocks[region].eventNode(places)
        ties[top].match = Region.boundary
        ties[top].matchPath = TightPath(fromEvent: event, toEvent: .none, fromNode: .none, toNode: .none)
      }
      region &+= 1
    }
  }

  /// Emits the way out of `node`. The count of steps only guards against an image that leads in circles.
  mutating func escape(from node: UInt32, into answer: inout Answer) {
    var node = node
    var steps = graph.nodeCount
    while node != .none && steps != 0 {
      work &+= 1
      let slot = graph.escapes[node]
      if slot == .none { return }
      answer.flip(slot)
      node = graph.slots[slot].neighbour
      steps &-= 1
    }
  }
}

extension RegionClock {
  /// The event of a single event's region: the first node on its shell.
  fileprivate func eventNode(_ places: Table<NodePlace>) -> UInt32 {
    var node = shell
    while places[node].shellNext != .none { node = places[node].shellNext }
    return node
  }
}
