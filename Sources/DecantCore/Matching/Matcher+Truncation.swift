/// What to do when the work limit ends a matching early.
///
/// Every region but the roots of the trees that are left is matched, so only the roots need a way out. The
/// image holds one for every node: the shortest path to the boundary or, in a component without one, to one
/// node of that component, where an even number of such paths ends. The correction then explains every
/// detection event, though it need not be the lightest.
extension Matcher {
  mutating func finishTrees() {
    // A cluster that is left needs none: its root is where the way out begins.
    if isUnionFind { return }
    var region: UInt32 = 0
    while region < eventCount {
      work &+= 1
      let event = ties[region].matchPath.fromEvent
      let top = nodes[event].top
      if ties[top].match == .none {
        ties[top].match = Region.boundary
        ties[top].matchPath = TightPath(fromEvent: event, toEvent: .none)
      }
      region &+= 1
    }
  }

  /// Emits the way out of `node`.
  mutating func escape(from node: UInt32, into answer: inout Answer) {
    var node = node
    while graph.escapes[node].position != .none {
      work &+= 1
      let slot = graph.pattern(of: node).firstSlot &+ graph.escapes[node].position
      answer.flip(slot, of: node)
      let next = graph.neighbour(of: node, behind: slot)
      if next == node { return }
      node = next
    }
  }
}
