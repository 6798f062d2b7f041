/// Weights that differ from the image's, for one shot.
///
/// A change is noted by its edge, at the cost of a few stores. Only when flooding comes to a node at one of
/// the edge's ends does the node get a neighbourhood of its own, copied from its pattern, with the changed
/// weights and in their order: most nodes that are touched by a change are never looked at.
struct Overlay {
  /// Absolute weights of changed edges.
  let weights: Table<UInt32>
  let changed: BitSet
  /// Of the changed edges, those whose weight was given with another sign than the image's.
  let toggled: BitSet
  /// Nodes at the ends of changed edges.
  let touched: BitSet
  /// Nodes that have a neighbourhood of their own by now.
  let copied: BitSet
  let copies: Table<CopiedNeighbourhood>
  /// The slots of all copies. There is room for every node that can be touched.
  let slots: Table<SlotRecord>
  var slotCount: UInt32 = 0
  /// False while all weights are the image's; then nothing else here is looked at.
  var isActive: Bool
}

/// A neighbourhood in the overlay.
struct CopiedNeighbourhood {
  var firstSlot: UInt32
  var degree: UInt32
  var closest: UInt32
  var boundaryWeight: UInt32
}

extension Overlay {
  /// The neighbourhood of a touched node, made when it is first asked for.
  mutating func neighbourhood(of node: UInt32, in graph: Graph) -> Neighbourhood {
    if !copied.contains(node) {
      copied.insert(node)
      copies[node] = copy(node, graph)
    }
    let copy = copies[node]
    return Neighbourhood(
      slots: slots.dropFirst(copy.firstSlot), degree: copy.degree, closest: copy.closest,
      boundaryWeight: copy.boundaryWeight)
  }

  private mutating func copy(_ node: UInt32, _ graph: Graph) -> CopiedNeighbourhood {
    let pattern = graph.pattern(of: node)
    let first = slotCount
    slotCount &+= pattern.degree
    var position: UInt32 = 0
    while position < pattern.degree {
      let slot = pattern.firstSlot &+ position
      let record = SlotRecord(
        step: graph.slots[slot].step, weight: weight(of: slot, at: node, graph), flipsObservables: false)
      // Few weights change, so most slots stay where they are.
      var place = first &+ position
      while place != first && slots[place &- 1].weight > record.weight {
        slots[place] = slots[place &- 1]
        place &-= 1
      }
      slots[place] = record
      position &+= 1
    }
    var boundaryWeight = UInt32.none
    if pattern.boundaryWeight != .none {
      boundaryWeight = weight(of: pattern.firstSlot &+ pattern.degree, at: node, graph)
    }
    let nearest = pattern.degree == 0 ? UInt32.none : slots[first].weight
    return CopiedNeighbourhood(
      firstSlot: first, degree: pattern.degree, closest: min(nearest, boundaryWeight),
      boundaryWeight: boundaryWeight)
  }

  /// The weight of the edge behind a slot of the image.
  @inline(__always)
  func weight(of slot: UInt32, at node: UInt32, _ graph: Graph) -> UInt32 {
    if isActive {
      let edge = graph.edge(of: node, behind: slot)
      if changed.contains(edge) { return weights[edge] }
    }
    return graph.slots[slot].weight
  }
}
