/// Shattering: an inner blossom that has shrunk to nothing falls apart into the regions of its cycle.
extension Matcher {
  /// An inner blossom has shrunk to nothing. The even way around its cycle, between the members where the
  /// tree enters and leaves, joins the tree; the others pair up along the rest.
  mutating func shatter(_ blossom: UInt32) {
    let outerAbove = ties[blossom].link
    let pathAbove = ties[blossom].linkPath
    let outerBelow = ties[blossom].match
    let pathBelow = ties[blossom].matchPath
    let upper = member(of: blossom, holding: pathAbove.fromEvent)
    let lower = member(of: blossom, holding: pathBelow.fromEvent)

    var region = upper
    var length: UInt32 = 0
    var fromUpperToLower: UInt32 = 0
    repeat {
      if region == lower { fromUpperToLower = length }
      length &+= 1
      let next = ties[region].link
      release(region)
      region = next
    } while region != upper

    // Cut the cycle into the way that joins the tree and the rest, before links are changed.
    let forward = fromUpperToLower & 1 == 0
    let firstOfRest = ties[forward ? lower : upper].link
    let restLength = forward ? length &- fromUpperToLower &- 1 : fromUpperToLower &- 1
    pairUp(firstOfRest, count: restLength)
    if forward {
      threadForward(from: upper, to: lower)
    } else {
      threadBackward(from: lower, to: upper)
    }

    ties[upper].link = outerAbove
    ties[upper].linkPath = pathAbove
    ties[lower].match = outerBelow
    ties[lower].matchPath = pathBelow
    ties[outerBelow].match = lower
    replaceChild(blossom, by: upper, of: outerAbove)

    // All roles are set; now the timeline can be told.
    region = upper
    while true {
      turnMember(region, to: -1)
      if region == lower { break }
      let outer = ties[region].match
      turnMember(outer, to: 1)
      region = ties[outer].treeChild
    }
    region = firstOfRest
    var left = restLength
    while left != 0 {
      announceArea(of: region)
      region = ties[region].link
      left &-= 1
    }
    region = upper
    while true {
      scheduleShrinking(region)
      if region == lower { break }
      let outer = ties[region].match
      scheduleArea(of: outer)
      region = ties[outer].treeChild
    }
    ties[blossom].chain = freeRegions
    freeRegions = blossom
  }

  /// Sets the role of a freed member, whose clock stands still, without telling the timeline.
  @inline(__always)
  private mutating func turnMember(_ region: UInt32, to rate: Int32) {
    clocks[region].intercept &-= Int64(rate) &* timeline.now
    clocks[region].rate = rate
  }

  /// Matches neighbours along the cycle, two by two.
  private mutating func pairUp(_ first: UInt32, count: UInt32) {
    var region = first
    var left = count
    while left != 0 {
      let mate = ties[region].link
      matchPair(region, mate, along: ties[region].linkPath)
      region = ties[mate].link
      left &-= 2
    }
  }

  @inline(__always)
  private mutating func matchPair(_ region: UInt32, _ mate: UInt32, along path: TightPath) {
    ties[region].match = mate
    ties[region].matchPath = path
    ties[mate].match = region
    ties[mate].matchPath = path.reversed
  }

  /// The cycle's links run down the tree: matches go along them, and the links between pairs are turned up.
  private mutating func threadForward(from upper: UInt32, to lower: UInt32) {
    var inner = upper
    var outer = ties[inner].link
    var path = ties[inner].linkPath
    while inner != lower {
      matchPair(inner, outer, along: path)
      let next = ties[outer].link
      let nextOuter = ties[next].link
      path = ties[next].linkPath
      ties[next].link = outer
      ties[next].linkPath = ties[outer].linkPath.reversed
      hang(next, below: outer)
      inner = next
      outer = nextOuter
    }
  }

  /// The cycle's links run up the tree already: only matches have to be set.
  private mutating func threadBackward(from lower: UInt32, to upper: UInt32) {
    var inner = lower
    while inner != upper {
      let outer = ties[inner].link
      let innerAbove = ties[outer].link
      matchPair(outer, innerAbove, along: ties[outer].linkPath)
      hang(inner, below: outer)
      inner = innerAbove
    }
  }

  @inline(__always)
  private mutating func hang(_ inner: UInt32, below outer: UInt32) {
    ties[outer].treeChild = inner
    ties[inner].treeSibling = .none
  }

  private mutating func replaceChild(_ old: UInt32, by new: UInt32, of outer: UInt32) {
    ties[new].treeSibling = ties[old].treeSibling
    if ties[outer].treeChild == old {
      ties[outer].treeChild = new
      return
    }
    var child = ties[outer].treeChild
    while ties[child].treeSibling != old {
      work &+= 1
      child = ties[child].treeSibling
    }
    ties[child].treeSibling = new
  }

  /// Frees a member of a blossom that falls apart.
  private mutating func release(_ region: UInt32) {
    let radius = clocks[region].intercept
    ties[region].parent = .none
    ties[region].treeChild = .none
    forEachNode(of: region) { matcher, node in
      matcher.work &+= 1
      matcher.nodes[node].top = region
      matcher.nodes[node].wrapped &-= radius
    }
  }

  /// The member of `blossom` that holds `event`.
  @inline(__always)
  mutating func member(of blossom: UInt32, holding event: UInt32) -> UInt32 {
    var region = places[event].region
    while ties[region].parent != blossom {
      work &+= 1
      region = ties[region].parent
    }
    return region
  }
}
