/// Alternating trees: outer regions grow, the inner ones between them shrink by as much.
///
/// A tree's root is outer and unmatched. Every inner region is matched to the outer region below it, and
/// that stays so while the tree lives: only when the tree ends are the matches along one way to the root
/// exchanged.
extension Matcher {
  /// An outer region touches the boundary: its tree is done.
  mutating func meetBoundary(_ outer: UInt32, path: TightPath) {
    dissolve(rootOf(outer))
    augment(outer, with: Region.boundary, path: path)
  }

  /// The growing region `outer` touches `other`, which grows or stands still.
  mutating func meet(_ outer: UInt32, _ other: UInt32, path: TightPath) {
    if clocks[other].rate > 0 {
      let common = commonAncestor(outer, other)
      if common != .none {
        formBlossom(outer, other, path: path, common: common)
      } else {
        dissolve(rootOf(outer))
        dissolve(rootOf(other))
        augment(outer, with: other, path: path)
        augment(other, with: outer, path: path.reversed)
      }
    } else if ties[other].match == Region.boundary {
      dissolve(rootOf(outer))
      augment(outer, with: other, path: path)
      ties[other].match = outer
      ties[other].matchPath = path.reversed
    } else {
      adopt(other, below: outer, path: path)
    }
  }

  /// The matched pair of `inner` and its mate joins the tree of `outer`.
  private mutating func adopt(_ inner: UInt32, below outer: UInt32, path: TightPath) {
    work &+= 1
    let mate = ties[inner].match
    ties[inner].link = outer
    ties[inner].linkPath = path.reversed
    ties[inner].treeSibling = ties[outer].treeChild
    ties[outer].treeChild = inner
    ties[inner].treeChild = .none
    ties[mate].treeChild = .none
    turn(inner, to: -1)
    turn(mate, to: 1)
  }

  /// The outer region above `outer` in its tree, or `none` for the root.
  @inline(__always)
  func above(_ outer: UInt32) -> UInt32 {
    let inner = ties[outer].match
    return inner == .none ? .none : ties[inner].link
  }

  private mutating func rootOf(_ outer: UInt32) -> UInt32 {
    var root = outer
    while true {
      let next = above(root)
      if next == .none { return root }
      work &+= 1
      root = next
    }
  }

  /// Stops all regions of a tree. Its matches and links stay as they are.
  private mutating func dissolve(_ root: UInt32) {
    treeCount &-= 1
    ties[root].chain = .none
    var outer = root
    while outer != .none {
      work &+= 1
      var pending = ties[outer].chain
      var inner = ties[outer].treeChild
      while inner != .none {
        let mate = ties[inner].match
        ties[mate].chain = pending
        pending = mate
        turn(inner, to: 0)
        inner = ties[inner].treeSibling
      }
      ties[outer].treeChild = .none
      turn(outer, to: 0)
      outer = pending
    }
  }

  /// Matches `outer` to `match`, and exchanges the matches from there to the root of its former tree.
  private mutating func augment(_ outer: UInt32, with match: UInt32, path: TightPath) {
    var region = outer
    var newMatch = match
    var newPath = path
    while true {
      let inner = ties[region].match
      ties[region].match = newMatch
      ties[region].matchPath = newPath
      if inner == .none { return }
      work &+= 1
      let next = ties[inner].link
      ties[inner].match = next
      ties[inner].matchPath = ties[inner].linkPath
      newMatch = inner
      newPath = ties[inner].linkPath.reversed
      region = next
    }
  }

  /// The lowest outer region above or at both, or `none` if they are in different trees. Climbs from both
  /// by turns, so that it stops soon after the longer of the two ways.
  private mutating func commonAncestor(_ first: UInt32, _ second: UInt32) -> UInt32 {
    walks &+= 1
    ties[first].mark = walks
    ties[second].mark = walks
    var a = first
    var b = second
    while true {
      work &+= 1
      if a != .none {
        a = above(a)
        if a != .none {
          if ties[a].mark == walks { return a }
          ties[a].mark = walks
        }
      }
      if b != .none {
        b = above(b)
        if b != .none {
          if ties[b].mark == walks { return b }
          ties[b].mark = walks
        }
      }
      if a == .none && b == .none { return .none }
    }
  }
}
