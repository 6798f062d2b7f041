/// The matching graph as the image holds it: nodes are detectors, and each end of an edge is a slot.
///
/// Nodes with the same neighbourhood share a pattern, in which neighbours are steps from the node itself.
struct Graph {
  /// One more record than there are nodes: the last says where edges end.
  let nodes: Table<NodeRecord>
  let patterns: Table<PatternRecord>
  let slots: Table<SlotRecord>
  let details: Table<SlotDetail>
  let ownSlots: Table<UInt32>
  let escapes: Table<EscapeRecord>
  let nodeCount: UInt32
  let edgeCount: UInt32

  @inline(__always)
  func pattern(of node: UInt32) -> PatternRecord { patterns[nodes[node].pattern] }

  /// The node behind `slot` of `node`; `node` itself if that is the boundary.
  @inline(__always)
  func neighbour(of node: UInt32, behind slot: UInt32) -> UInt32 { node &+ slots[slot].step }

  /// The slot of `node` that leads to `neighbour`. It must exist.
  @inline(__always)
  func slot(of node: UInt32, to neighbour: UInt32) -> UInt32 {
    let step = neighbour &- node
    var slot = pattern(of: node).firstSlot
    while slots[slot].step != step { slot &+= 1 }
    return slot
  }

  /// The slot of `node` that leads to the boundary. It must exist.
  @inline(__always)
  func boundarySlot(of node: UInt32) -> UInt32 {
    let pattern = pattern(of: node)
    return pattern.firstSlot &+ pattern.degree
  }

  @inline(__always)
  func neighbourhood(of node: UInt32) -> Neighbourhood {
    let pattern = pattern(of: node)
    return Neighbourhood(
      firstSlot: pattern.firstSlot, slots: slots.dropFirst(pattern.firstSlot), degree: pattern.degree,
      closest: pattern.closest, boundaryWeight: pattern.boundaryWeight)
  }

  /// The number of the edge behind `slot` of `node`.
  @inline(__always)
  func edge(of node: UInt32, behind slot: UInt32) -> UInt32 {
    let lower = min(node, neighbour(of: node, behind: slot))
    return nodes[lower].firstEdge &+ details[slot].rank
  }

  /// The slot at the lower node of `edge`, which is `node`.
  @inline(__always)
  func ownSlot(of node: UInt32, edge: UInt32) -> UInt32 {
    let pattern = pattern(of: node)
    return pattern.firstSlot &+ ownSlots[pattern.firstOwn &+ edge &- nodes[node].firstEdge]
  }
}

/// What flooding sees around a node: the slots to other nodes, ascending by weight, and the boundary.
struct Neighbourhood {
  /// Where its slots begin in the graph's.
  let firstSlot: UInt32
  let slots: Table<SlotRecord>
  let degree: UInt32
  /// The smallest weight, boundary included; `none` if there is no slot.
  let closest: UInt32
  /// `none` if there is no boundary edge.
  let boundaryWeight: UInt32

  /// The weight of a slot to another node, which `row` holds if it is changed.
  @inline(__always)
  func weight(of slot: UInt32, _ row: OverlayRow?, isChanged: Bool) -> UInt32 {
    if let row, isChanged { return row.weights[slot] }
    return slots[slot].weight
  }

  /// The weight of the boundary slot, or `none` if there is none.
  @inline(__always)
  func boundaryWeight(_ row: OverlayRow?) -> UInt32 {
    if let row, boundaryWeight != .none, row.contains(degree) { return row.weights[degree] }
    return boundaryWeight
  }

  /// Which of `count` slots of `node`, from `slot` on, lead to a member of `set`: bit k is for slot + k. At
  /// most 64.
  ///
  /// Without a branch, since no processor can guess where events fall.
  @inline(__always)
  func members(of set: BitSet, around node: UInt32, from slot: UInt32, count: UInt32) -> UInt64 {
    var mask: UInt64 = 0
    var index = slot &+ count
    while index != slot {
      index &-= 1
      mask = mask &<< 1 | set.bit(node &+ slots[index].step)
    }
    return mask
  }
}
