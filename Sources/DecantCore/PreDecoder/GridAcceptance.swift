/// Which edges a grid network's logits put into the correction, as `GridRecord` states: whole edges or none.
///
/// Accepted edges share no detector and both their ends have fired, so no event is ever created. One pass over the
/// events looks at their edges, a second at each event's best one.
struct GridAcceptance {
  let graph: Graph
  let places: Table<GridPlace>
  let starts: Table<UInt32>
  let chains: Table<UInt32>
  let logits: UnsafePointer<Int32>
  /// For each node that has fired, its best candidate.
  let best: Table<GridCandidate>

  /// Appends the accepted edges, ascending, to `accepted`, which has room for one for each event. isLeftAlone: whether an
  /// edge, by a node and the position of its slot there, may not be one.
  @inline(__always)
  func accept(
    _ events: BitSet, threshold: Int32, into accepted: inout Trail, isLeftAlone: (UInt32, UInt32) -> Bool
  ) {
    forEach(events) { node in best[node].edge = .none }
    forEach(events) { node in
      let record = graph.nodes[node]
      let pattern = graph.patterns[record.pattern]
      var rank: UInt32 = 0
      while rank < pattern.ownCount {
        let position = graph.ownSlots[pattern.firstOwn &+ rank]
        let neighbour = graph.neighbour(of: node, behind: pattern.firstSlot &+ position)
        if neighbour == node || events.contains(neighbour), let score = sum(of: node, rank),
          !isLeftAlone(node, position)
        {
          let edge = record.firstEdge &+ rank
          offer(edge, score, to: node)
          if neighbour != node { offer(edge, score, to: neighbour) }
        }
        rank &+= 1
      }
    }
    forEach(events) { node in
      let candidate = best[node]
      // Each is asked at the lower of its nodes, to which it belongs.
      guard candidate.edge != .none, candidate.score >= threshold,
        candidate.edge >= graph.nodes[node].firstEdge
      else { return }
      let slot = graph.ownSlot(of: node, edge: candidate.edge)
      let neighbour = graph.neighbour(of: node, behind: slot)
      if neighbour == node || best[neighbour].edge == candidate.edge { accepted.append(node, slot) }
    }
  }

  /// Edges are offered in their order, so that the first of equals stays.
  @inline(__always)
  private func offer(_ edge: UInt32, _ score: Int32, to node: UInt32) {
    if best[node].edge == .none || score > best[node].score {
      best[node] = GridCandidate(edge: edge, score: score)
    }
  }

  /// The sum of a chain's logits; nil for an edge without a chain.
  @inline(__always)
  private func sum(of node: UInt32, _ rank: UInt32) -> Int32? {
    let place = places[node]
    var index = starts[place.group &+ rank]
    let end = starts[place.group &+ rank &+ 1]
    guard index < end else { return nil }
    var sum: Int32 = 0
    while index < end {
      sum &+= logits[Int(truncatingIfNeeded: place.origin &+ chains[index])]
      index &+= 1
    }
    return sum
  }

  /// The least of a chain's logits; nil for an edge without a chain.
  @inline(__always)
  func least(of node: UInt32, _ rank: UInt32) -> Int32? {
    let place = places[node]
    var index = starts[place.group &+ rank]
    let end = starts[place.group &+ rank &+ 1]
    guard index < end else { return nil }
    var least = Int32.max
    while index < end {
      least = min(least, logits[Int(truncatingIfNeeded: place.origin &+ chains[index])])
      index &+= 1
    }
    return least
  }

  @inline(__always)
  private func forEach(_ events: BitSet, _ body: (UInt32) -> Void) {
    var index: UInt32 = 0
    let wordCount = UInt32(truncatingIfNeeded: BitSet.wordCount(Int(truncatingIfNeeded: graph.nodeCount)))
    while index < wordCount {
      var word = events.words[index]
      while word != 0 {
        body(index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount))
        word &= word &- 1
      }
      index &+= 1
    }
  }
}

/// The best edge that was offered to a node.
struct GridCandidate {
  var edge: UInt32
  var score: Int32
}
