/// What of a window's correction becomes final.
///
/// The rule is that of L. Skoric et al., arXiv:2209.08552: of the window's correction, every edge is committed that has
/// an end in a committed round. Where its other end is in a round that is not, that detector is flipped: to the windows
/// that see it later, the edge has happened. They have no edges to committed rounds, so none is counted twice.
extension Answer {
  /// Flips the observables of the edges with an end from node `begin` to below `end`, and calls `flip` with each other end
  /// of theirs. Returns what these edges weigh in the image.
  @inline(__always)
  func commit(from begin: UInt32, to end: UInt32, _ flip: (UInt32) -> Void) -> Int64 {
    var weight: Int64 = 0
    forEachFlip(from: 0, to: end) { node, slot in
      let upper = graph.neighbour(of: node, behind: slot)
      if node < begin {
        if upper < begin || upper >= end { return }
        flip(node)
      } else if upper >= end {
        flip(upper)
      }
      if graph.slots[slot].flipsObservables { flipObservables(slot) }
      weight &+= Int64(graph.slots[slot].weight)
    }
    return weight
  }

  /// Calls `body` with the lower node and the slot there of the edges kept whose lower node is one of these, ascending.
  @inline(__always)
  func forEachFlip(from begin: UInt32, to end: UInt32, _ body: (UInt32, UInt32) -> Void) {
    // Edges are numbered by their lower ends.
    let first = graph.nodes[begin].firstEdge
    let edgeEnd = graph.nodes[end].firstEdge
    var node = begin
    var index = first >> 6
    while index << 6 < edgeEnd {
      var word = flips.words[index]
      if index == first >> 6 { word &= UInt64.max &<< UInt64(first & 63) }
      if edgeEnd &- index << 6 < 64 { word &= 1 &<< UInt64(edgeEnd & 63) &- 1 }
      while word != 0 {
        let edge = index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
        word &= word &- 1
        while graph.nodes[node &+ 1].firstEdge <= edge { node &+= 1 }
        body(node, graph.ownSlot(of: node, edge: edge))
      }
      index &+= 1
    }
  }
}

extension BitSet {
  /// Takes out the events of detectors that have no edge: nothing explains them, and an experiment that goes on must not
  /// end with them. Returns whether there were any.
  func removeIdle(_ graph: Graph) -> Bool {
    var found = false
    var index: UInt32 = 0
    while index << 6 < graph.nodeCount {
      var word = words[index]
      while word != 0 {
        let node = index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
        word &= word &- 1
        if graph.pattern(of: node).isEmpty {
          remove(node)
          found = true
        }
      }
      index &+= 1
    }
    return found
  }

  /// Flips members as packed bits say, the first of which is about member `first`.
  ///
  /// - Parameter bits: set only where the set has room.
  @inline(__always)
  func flip(_ bits: UnsafePointer<UInt8>, size: Int, from first: UInt32) {
    let shift = UInt64(truncatingIfNeeded: first & 63)
    var index = first >> 6
    var offset = 0
    while offset < size {
      var word: UInt64 = 0
      var byte = min(8, size &- offset)
      while byte != 0 {
        byte &-= 1
        word = word &<< 8 | UInt64(bits[offset &+ byte])
      }
      offset &+= 8
      // There is a word wherever a bit is set.
      if word &<< shift != 0 { words[index] ^= word &<< shift }
      let rest = shift == 0 ? 0 : word &>> (64 &- shift)
      if rest != 0 { words[index &+ 1] ^= rest }
      index &+= 1
    }
  }

  /// Makes its members what packed bits say from bit `first` on, for the first `count`.
  ///
  /// - Parameter bits: at least as many.
  @inline(__always)
  func take(_ bits: UnsafePointer<UInt8>, size: Int, from first: UInt32, count: UInt32) {
    let shift = UInt64(truncatingIfNeeded: first & 7)
    var offset = Int(truncatingIfNeeded: first >> 3)
    var index: UInt32 = 0
    while index << 6 < count {
      var word: UInt64 = 0
      var byte = min(9, size &- offset)
      while byte > 0 {
        byte &-= 1
        let value = UInt64(bits[offset &+ byte])
        if byte == 8 {
          word = shift == 0 ? 0 : value &<< (64 &- shift)
        } else {
          word |= byte == 0 ? value &>> shift : value &<< (UInt64(truncatingIfNeeded: byte) &* 8 &- shift)
        }
      }
      let rest = count &- index << 6
      if rest < 64 { word &= 1 &<< UInt64(rest) &- 1 }
      words[index] = word
      offset &+= 8
      index &+= 1
    }
  }

  /// Moves `count` bits down by `shift`, so that the first of them are lost and zeros follow.
  func shiftDown(by shift: UInt32, count: UInt32) {
    let wordCount = UInt32(truncatingIfNeeded: BitSet.wordCount(Int(truncatingIfNeeded: count)))
    let skipped = shift >> 6
    let bits = UInt64(truncatingIfNeeded: shift & 63)
    var index: UInt32 = 0
    while index < wordCount {
      let source = index &+ skipped
      var word: UInt64 = 0
      if source < wordCount { word = words[source] &>> bits }
      if bits != 0 && source &+ 1 < wordCount { word |= words[source &+ 1] &<< (64 &- bits) }
      words[index] = word
      index &+= 1
    }
  }
}
