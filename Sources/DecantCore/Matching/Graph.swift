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

  /// The slot at `node` that leads to `neighbour`; the lightest if the bytes hold several. It must exist.
  @inline(__always)
  func slot(from node: UInt32, to neighbour: UInt32) -> UInt32 {
    var slot = nodes[node].firstSlot
    while slots[slot].neighbour != neighbour { slot &+= 1 }
    return slot
  }

  @inline(__always)
  func boundarySlot(of node: UInt32) -> UInt32 {
    nodes[node].firstSlot &+ nodes[node].degree
  }
}
