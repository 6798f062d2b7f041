/// From grown clusters to the edges of the correction.
///
/// Every cluster has a tree: the edges by which its nodes were reached, and those over which clusters were
/// united. It is peeled from its leaves: a leaf that has an event left passes it on over its edge, which then
/// is in the correction. What reaches the root leaves by the boundary edge, if the cluster has an exit; else
/// nothing is left there. (N. Delfosse and G. Zemor, arXiv:1703.01517.) Pairs of the warm start that no
/// cluster has met are as they were.
extension Matcher {
  /// Gathers the correction. If the work limit ended the growth, what is left at the root of a cluster that
  /// was to grow on leaves by the image's way out, which may cross other edges of the correction.
  mutating func peel(into answer: inout Answer) {
    var region: UInt32 = 0
    while region < eventCount {
      let match = ties[region].match
      if match != .none {
        if match == Region.boundary || region < match { emit(ties[region].matchPath, into: &answer) }
      } else if clusters[region].size != 0 {
        peel(region, into: &answer)
      }
      region &+= 1
    }
  }

  /// Peels one cluster. Meanwhile a node's place holds the number of its children that are left in `region`,
  /// `none` once the node is peeled itself; and in `slot` whether it has an event left.
  private mutating func peel(_ region: UInt32, into answer: inout Answer) {
    let exit = clusters[region].exit
    if exit != .none { reroot(exit, below: .none) }
    let first = clocks[region].shell
    var node = first
    while node != .none {
      work &+= 1
      places[node].region = 0
      places[node].slot = UInt32(truncatingIfNeeded: events.bit(node))
      node = places[node].shellNext
    }
    node = first
    while node != .none {
      let parent = reached(node)
      if parent != .none { places[parent].region &+= 1 }
      node = places[node].shellNext
    }
    node = first
    while node != .none {
      peelBranch(node, exit, into: &answer)
      node = places[node].shellNext
    }
  }

  /// Peels `node` if it is a leaf by now, and whatever becomes a leaf by that.
  @inline(__always)
  private mutating func peelBranch(_ node: UInt32, _ exit: UInt32, into answer: inout Answer) {
    var leaf = node
    while places[leaf].region == 0 {
      work &+= 1
      places[leaf].region = .none
      let hasEvent = places[leaf].slot != 0
      let parent = reached(leaf)
      guard parent != .none else {
        if hasEvent {
          if exit != .none {
            answer.flip(graph.boundarySlot(of: leaf), of: leaf)
          } else {
            escape(from: leaf, into: &answer)
          }
        }
        return
      }
      if hasEvent {
        answer.flip(places[leaf].reachedBy, of: parent)
        places[parent].slot ^= 1
      }
      places[parent].region &-= 1
      leaf = parent
    }
  }
}
