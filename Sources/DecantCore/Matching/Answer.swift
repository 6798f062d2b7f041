/// The correction as it is gathered: which observables it flips, which edges it uses, what it weighs.
struct Answer {
  let graph: Graph
  let sets: ObservableSets
  /// One bit per observable, least significant first.
  let frame: Table<UInt8>
  /// One bit per edge; kept only when asked for.
  let flips: BitSet
  var keepsFlips: Bool
  var weight: Int64 = 0

  /// Puts the edge behind `slot` into the correction, or takes it out again.
  @inline(__always)
  mutating func flip(_ slot: UInt32) {
    let record = graph.slots[slot]
    weight &+= Int64(record.weight)
    if record.observableSet != 0 { flipObservables(slot, set: record.observableSet) }
    if keepsFlips { flips.flip(graph.slotEdges[slot]) }
  }

  private func flipObservables(_ slot: UInt32, set: UInt32) {
    flipSet(set == ImageLayout.crowdedSet ? sets.ofEdges[graph.slotEdges[slot]] : set)
  }

  private func flipSet(_ set: UInt32) {
    var index = sets.begins[set]
    let end = sets.begins[set &+ 1]
    while index < end {
      let observable = sets.members[index]
      frame[observable >> 3] ^= 1 &<< UInt8(truncatingIfNeeded: observable & 7)
      index &+= 1
    }
  }

  /// The same for an edge by its number; its weight is not counted.
  func flipObservables(ofEdge edge: UInt32) {
    let slot = graph.slot(from: graph.edges[edge].a, to: graph.edges[edge].b)
    let set = graph.slots[slot].observableSet
    if set != 0 { flipObservables(slot, set: set) }
  }

  /// Counts the weight anew from the edges kept: paths of a truncated matching may cross.
  mutating func weighFlips() {
    weight = 0
    var edge: UInt32 = 0
    while edge < graph.edgeCount {
      if flips.contains(edge) {
        weight &+= Int64(graph.slots[graph.slot(from: graph.edges[edge].a, to: graph.edges[edge].b)].weight)
      }
      edge &+= 1
    }
  }
}

/// Which observables an edge flips. Few edges flip any, and few sets differ, so each set is stored once.
struct ObservableSets {
  let begins: Table<UInt32>
  let members: Table<UInt32>
  let ofEdges: Table<UInt32>
}
