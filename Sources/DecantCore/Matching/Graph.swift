/// The matching graph as the image holds it: nodes are detectors, and each end of an edge is a slot.
struct Graph {
  /// One more record than there are nodes: the last says where slots end.
  let nodes: Table<NodeRecord>
  let slots: Table<SlotRecord>
  let slotEdges: Table<UInt32>
  let edges: Table<EdgeRecord>
  let escapes: Table<UInt32>
  let nodeCount: UInt32
  let edgeCount: UInt32
  /// Edges on the longest way out; see `ImageLayout.Section.escapes`.
  let longestEscape: UInt32

  /// The slot at `node` that leads to `neighbour`; the lightest if the bytes hold several. It must exist.
  @inline(__always)
  func slot(from node: UInt32, to neighbour: UInt32) -> UInt32 {
    var slot = nodes[node].firstSlot
    while slots[slot].neighbour != neighbour { slot &+= 1 }
    return slot
  }

  /// Which of `count` slots from `slot` on lead to a member of `set`: bit k is for slot + k. At most 64.
  ///
  /// Without a branch, since no processor can guess where events fall.
  @inline(__always)
  func members(of set: BitSet, from slot: UInt32, count: UInt32) -> UInt64 {
    var mask: UInt64 = 0
    var index = slot &+ count
    while index != slot {
      index &-= 1
      mask = mask &<< 1 | set.bit(slots[index].neighbour)
    }
    return mask
  }

  @inline(__always)
  func boundarySlot(of node: UInt32) -> UInt32 {
    nodes[node].firstSlot &+ nodes[node].degree
  }
}
