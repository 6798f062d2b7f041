/// The correction as it is gathered: which observables it flips, which edges it uses, what it weighs.
struct Answer {
  let graph: Graph
  let sets: ObservableSets
  let overlay: Overlay
  /// One bit per observable, least significant first.
  let frame: Table<UInt8>
  /// One bit per edge; kept only when asked for.
  let flips: BitSet
  var keepsFlips: Bool
  var weight: Int64 = 0
  /// The edges flipped, in that order, when only they are wanted.
  var trail: Trail?

  /// Puts the edge behind `slot` of `node` into the correction, or takes it out again.
  @inline(__always)
  mutating func flip(_ slot: UInt32, of node: UInt32) {
    if trail != nil {
      trail!.append(node, slot)
      return flips.flip(graph.edge(of: node, behind: slot))
    }
    weight &+= Int64(overlay.weight(of: slot, at: node, graph))
    if graph.slots[slot].flipsObservables { flipObservables(slot) }
    if keepsFlips { flips.flip(graph.edge(of: node, behind: slot)) }
  }

  /// The same for each edge of a trail.
  @inline(__always)
  mutating func flip(_ edges: Trail) {
    var index: UInt32 = 0
    while index < edges.count {
      flip(edges.steps[index].slot, of: edges.steps[index].node)
      index &+= 1
    }
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
    forEachFlip { node, slot in sum &+= Int64(overlay.weight(of: slot, at: node, graph)) }
    weight = sum
  }
}

/// Which observables an edge flips. Few sets differ, so each is stored once.
struct ObservableSets {
  let begins: Table<UInt32>
  let members: Table<UInt32>
}

/// Edges as they come, each by a node and its slot there. An edge may come twice: then it is not in the correction.
struct Trail {
  let steps: Table<TrailStep>
  let capacity: UInt32
  /// Above `capacity` if some steps were not noted.
  var count: UInt32 = 0

  @inline(__always)
  mutating func append(_ node: UInt32, _ slot: UInt32) {
    if count < capacity { steps[count] = TrailStep(node: node, slot: slot) }
    count &+= 1
  }
}

struct TrailStep {
  var node: UInt32
  var slot: UInt32
}
