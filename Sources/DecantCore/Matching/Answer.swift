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

  /// Puts the edge behind `slot` of `node` into the correction, or takes it out again.
  @inline(__always)
  mutating func flip(_ slot: UInt32, of node: UInt32) {
    let record = graph.slots[slot]
    weight &+= Int64(record.weight)
    if record.flipsObservables { flipObservables(slot) }
    if keepsFlips { flips.flip(graph.edge(of: node, behind: slot)) }
  }

  func flipObservables(_ slot: UInt32) {
    let set = graph.details[slot].observableSet
    var index = sets.begins[set]
    let end = sets.begins[set &+ 1]
    while index < end {
      let observable = sets.members[index]
      frame[observable >> 3] ^= 1 &<< UInt8(truncatingIfNeeded: observable & 7)
      index &+= 1
    }
  }

  /// Calls `body` with the lower node and the slot there of every edge kept, ascending.
  @inline(__always)
  func forEachFlip(_ body: (UInt32, UInt32) -> Void) {
    var node: UInt32 = 0
    var index: UInt32 = 0
    let wordCount = UInt32(truncatingIfNeeded: BitSet.wordCount(Int(truncatingIfNeeded: graph.edgeCount)))
    while index < wordCount {
      var word = flips.words[index]
      while word != 0 {
        let edge = index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
        while graph.nodes[node &+ 1].firstEdge <= edge { node &+= 1 }
        body(node, graph.ownSlot(of: node, edge: edge))
        word &= word &- 1
      }
      index &+= 1
    }
  }

  /// Counts the weight anew from the edges kept: paths of a truncated matching may cross.
  mutating func weighFlips() {
    var sum: Int64 = 0
    forEachFlip { _, slot in sum &+= Int64(graph.slots[slot].weight) }
    weight = sum
  }
}

/// Which observables an edge flips. Few sets differ, so each is stored once.
struct ObservableSets {
  let begins: Table<UInt32>
  let members: Table<UInt32>
}
