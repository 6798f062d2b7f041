/// Blossoms: an odd cycle of regions in one tree becomes a region of its own, which grows as one.
extension Matcher {
  /// The outer regions `first` and `second` of one tree touch; `common` is the lowest outer region above both.
  mutating func formBlossom(_ first: UInt32, _ second: UInt32, path: TightPath, common: UInt32) {
    let blossom = takeRegion()
    blossomCount &+= 1

    // The way up from `first` keeps its links; the way up from `second` is turned round.
    var region = first
    while region != common {
      let inner = ties[region].match
      ties[region].link = inner
      ties[region].linkPath = ties[region].matchPath
      region = ties[inner].link
    }
    region = second
    var below = first
    var pathBelow = path.reversed
    while true {
      let inner = ties[region].match
      ties[region].link = below
      ties[region].linkPath = pathBelow
      if region == common { break }
      let next = ties[inner].link
      pathBelow = ties[inner].linkPath.reversed
      ties[inner].link = region
      ties[inner].linkPath = ties[inner].matchPath
      below = inner
      region = next
    }

    // The blossom takes its base's place in the tree.
    let above = ties[common].match
    clocks[blossom] = RegionClock(intercept: 0 &- timeline.now, rate: 1, shell: .none)
    ties[blossom] = RegionTies(
      matchPath: ties[common].matchPath, linkPath: ties[common].matchPath, match: above, link: .none,
      parent: .none, firstChild: first, treeChild: .none, treeSibling: .none, mark: 0, chain: .none)
    if above != .none { ties[above].match = blossom }

    region = first
    repeat {
      enclose(region, in: blossom)
      region = ties[region].link
    } while region != first

    // Inner regions that hang below the cycle, but are not in it, now hang below the blossom.
    repeat {
      var child = ties[region].treeChild
      ties[region].treeChild = .none
      while child != .none {
        work &+= 1
        let sibling = ties[child].treeSibling
        if ties[child].parent != blossom {
          ties[child].link = blossom
          ties[child].treeSibling = ties[blossom].treeChild
          ties[blossom].treeChild = child
        }
        child = sibling
      }
      region = ties[region].link
    } while region != first

    // Every second member was shrinking. The others' nodes grow on, and what they wait for has at most
    // become later.
    region = first
    while region != second {
      let inner = ties[region].link
      scheduleArea(of: inner)
      region = ties[inner].link
    }
  }

  private mutating func takeRegion() -> UInt32 {
    let region = freeRegions
    if region == .none {
      regionCount &+= 1
      return regionCount &- 1
    }
    freeRegions = ties[region].chain
    return region
  }

  /// Freezes a member of a new blossom. Its nodes' depths now count its radius.
  private mutating func enclose(_ region: UInt32, in blossom: UInt32) {
    let radius = clocks[region].radius(at: timeline.now)
    if clocks[region].rate < 0 { timeline.cancel(appointment(ofRegion: region)) }
    clocks[region].rate = 0
    clocks[region].intercept = radius
    ties[region].parent = blossom
    forEachNode(of: region) { matcher, node in
      matcher.work &+= 1
      matcher.nodes[node].top = blossom
      matcher.nodes[node].wrapped &+= radius
    }
  }

  /// A single event's region, inner, has shrunk to nothing: the outer regions on its two sides touch there.
  mutating func implode(_ region: UInt32) {
    let above = ties[region].link
    let below = ties[region].match
    let path = TightPath(
      fromEvent: ties[region].linkPath.toEvent, toEvent: ties[region].matchPath.toEvent)
    formBlossom(above, below, path: path, common: above)
  }
}
