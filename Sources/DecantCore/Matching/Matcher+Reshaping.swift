/// Changing the regions that the first pass has left: radius moves between mates, nodes come and go.
///
/// Nothing here makes a node deeper than the edges around it allow, so duals that were feasible remain so; and where
/// regions stay matched, the way between them stays tight.
extension Matcher {
  /// Steps along a shell after which a node is not taken into it.
  private static var maxShellSteps: UInt32 { 16 }

  /// Makes an outermost region's radius smaller; it loses the nodes that it does not reach any more.
  mutating func deflate(_ region: UInt32, by amount: Int64) {
    let radius = clocks[region].intercept &- amount
    clocks[region].intercept = radius
    var node = clocks[region].shell
    while node != .none && radius &+ nodes[node].wrapped < 0 {
      work &+= 1
      owned.remove(node)
      node = places[node].shellNext
    }
    clocks[region].shell = node
  }

  /// Makes the region of `node` smaller and its mate larger, if that is a lone event: up to `amount`, and as much as
  /// the edges of the mate allow. Returns by how much.
  mutating func hand(_ amount: Int64, from node: UInt32) -> Int64 {
    let region = nodes[node].top
    let mate = ties[region].match
    guard amount > 0, mate != .none, mate != Region.boundary, isLone(mate) else { return 0 }
    let radius = clocks[region].intercept
    let wanted = min(min(amount, radius), depth(of: node))
    clocks[region].intercept = radius &- wanted
    let room = room(at: clocks[mate].shell, for: mate) &- clocks[mate].intercept
    clocks[region].intercept = radius
    let moved = max(0, min(wanted, room))
    clocks[mate].intercept &+= moved
    if moved != 0 { deflate(region, by: moved) }
    return moved
  }

  /// Whether a region is that of a single event, and holds no other node.
  @inline(__always)
  func isLone(_ region: UInt32) -> Bool {
    ties[region].firstChild == .none && places[clocks[region].shell].shellNext == .none
  }

  /// How deep a node may lie in the outermost region `top`, as far as the edges at the node say.
  private mutating func room(at node: UInt32, for top: UInt32) -> Int64 {
    work &+= 1
    let around = graph.neighbourhood(of: node)
    let row = isChanged(node) ? overlay.row(of: node) : nil
    var room = Int64(around.boundaryWeight(row))
    var slot: UInt32 = 0
    while slot != around.degree {
      let count = min(around.degree &- slot, 64)
      let changed = row?.mask(from: slot, count: count) ?? 0
      var special = changed | around.members(of: owned, around: node, from: slot, count: count)
      let plain = UInt32(truncatingIfNeeded: (~special).trailingZeroBitCount)
      if plain < count { room = min(room, Int64(around.slots[slot &+ plain].weight)) }
      while special != 0 {
        let bit = special & (0 &- special)
        let other = slot &+ UInt32(truncatingIfNeeded: special.trailingZeroBitCount)
        special &= special &- 1
        let neighbour = node &+ around.slots[other].step
        let weight = Int64(around.weight(of: other, row, isChanged: changed & bit != 0))
        let there = max(0, depth(of: neighbour))
        let isInside = owned.contains(neighbour) && nodes[neighbour].top == top
        room = min(room, isInside ? weight &+ there : weight &- there)
      }
      slot &+= count
    }
    return room
  }

  /// Takes `node`, which no region holds, into the region of `neighbour`. False if something is in the way.
  mutating func cover(_ node: UInt32, from neighbour: UInt32, _ weight: Int64) -> Bool {
    let top = nodes[neighbour].top
    let wrapped = nodes[neighbour].wrapped &- weight
    // Below a blossom's own shell, its members would have to be told.
    guard wrapped <= 0, room(at: node, for: top) >= clocks[top].intercept &+ wrapped else { return false }
    return insert(node, wrapped, from: neighbour)
  }

  /// Brings `node` nearer to the event of its region, a single event's, over the edge from `neighbour`.
  mutating func raise(_ node: UInt32, from neighbour: UInt32, _ weight: Int64) -> Bool {
    let top = nodes[neighbour].top
    let wrapped = nodes[neighbour].wrapped &- weight
    guard room(at: node, for: top) >= clocks[top].intercept &+ wrapped, remove(node, from: top) else {
      return false
    }
    if insert(node, wrapped, from: neighbour) { return true }
    owned.remove(node)
    return false
  }

  /// Makes the way from a single event to its mate shorter by `amount`, on the step from `deep` to `shallow`, where it
  /// ends: the radius shrinks as much, and `shallow` remains as deep as it was. False if the way is another one, when
  /// nothing is done, or if something is in the way of `shallow`.
  mutating func shorten(_ region: UInt32, at shallow: UInt32, from deep: UInt32, by amount: Int64) -> Bool {
    guard ties[region].match != .none, ties[region].matchPath.node != .none,
      ties[region].matchPath.meeting(in: graph).from == shallow, earlier(than: shallow) == deep,
      clocks[region].intercept >= amount
    else { return false }
    let wrapped = nodes[shallow].wrapped &+ amount
    guard remove(shallow, from: region) else { return false }
    owned.remove(shallow)
    deflate(region, by: amount)
    return room(at: shallow, for: region) >= clocks[region].intercept &+ wrapped
      && insert(shallow, wrapped, from: deep)
  }

  /// Takes a node out of a region's shell. False, with nothing done, if it is not among the latest there.
  private mutating func remove(_ node: UInt32, from region: UInt32) -> Bool {
    if clocks[region].shell == node {
      clocks[region].shell = places[node].shellNext
      return true
    }
    var before = clocks[region].shell
    var steps: UInt32 = 0
    while places[before].shellNext != node {
      before = places[before].shellNext
      steps &+= 1
      guard before != .none, steps < Self.maxShellSteps else { return false }
    }
    places[before].shellNext = places[node].shellNext
    return true
  }

  /// Puts a node into the shell of the outermost region of `neighbour`, where its depth belongs: the shell gives up
  /// its shallowest nodes first. False, with nothing done, if that is not among the latest.
  private mutating func insert(_ node: UInt32, _ wrapped: Int64, from neighbour: UInt32) -> Bool {
    let top = nodes[neighbour].top
    var before = UInt32.none
    var next = clocks[top].shell
    var steps: UInt32 = 0
    while next != .none && nodes[next].wrapped < wrapped {
      before = next
      next = places[next].shellNext
      steps &+= 1
      guard steps < Self.maxShellSteps else { return false }
    }
    nodes[node] = NodeState(wrapped: wrapped, top: top, event: nodes[neighbour].event)
    let slot = graph.slot(of: neighbour, to: node)
    places[node] = NodePlace(region: top, shellNext: next, reachedBy: slot, slot: .none)
    if before == .none {
      clocks[top].shell = node
    } else {
      places[before].shellNext = node
    }
    owned.insert(node)
    return true
  }
}
