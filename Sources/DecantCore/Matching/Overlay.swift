/// Weights that differ from the image's, for one shot.
///
/// Every node has a row with an entry for each of its slots, by their positions. A change is noted at both ends of
/// its edge, at the cost of a few stores, and the order of the slots stays the image's: whoever looks around a
/// node looks at its changed slots one by one, and at the others as ever.
struct Overlay {
  /// Absolute weights of changed slots.
  let weights: Table<UInt32>
  let changed: BitSet
  /// The entries of each edge. Present when callers or a grid network may change weights.
  let ends: Table<EdgeEntries>
  /// Of the changed edges, those whose weight was given with another sign than the image's.
  let toggled: BitSet
  /// Of an event network's shot, the nodes whose rows hold every change at them; see `isPartial`.
  let whole: BitSet
  /// What `Decoder.writeRows` found out about the rows of events, for each node; see `hasSummaries`. Nothing is known
  /// where `closest` is 0.
  let summaries: Table<RowSummary>
  /// Rows are as long as two to this power, which `RuleRecord` counts on: whoever knows an entry knows its node.
  let rowShift: UInt32
  /// False while all weights are the image's; then nothing else here is looked at.
  var isActive: Bool
  /// Whether changes by the network are noted at events alone. A row that is not `whole` lacks those of its edges to events
  /// until `Matcher.completeRow` copies them; most rows are never asked for.
  var isPartial = false
  /// Whether `summaries` are those of this shot's events, and no weight at them was changed since.
  var hasSummaries = false

  /// Whether any slot of `node` is changed.
  @inline(__always)
  func isChanged(_ node: UInt32) -> Bool {
    guard isActive else { return false }
    let first = node &<< rowShift
    if rowShift <= 6 {
      let word = changed.words[first >> 6] &>> UInt64(truncatingIfNeeded: first & 63)
      return word & (UInt64.max &>> (64 &- 1 &<< UInt64(truncatingIfNeeded: rowShift))) != 0
    }
    var index = first >> 6
    let end = index &+ 1 &<< (rowShift &- 6)
    while index < end {
      if changed.words[index] != 0 { return true }
      index &+= 1
    }
    return false
  }

  @inline(__always)
  func entry(of node: UInt32, _ position: UInt32) -> UInt32 { node &<< rowShift &+ position }

  @inline(__always)
  func row(of node: UInt32) -> OverlayRow {
    let first = node &<< rowShift
    return OverlayRow(first: first, weights: weights.dropFirst(first), changed: changed)
  }

  /// Notes the weight of a slot.
  @inline(__always)
  func note(_ weight: UInt32, entry: UInt32) {
    weights[entry] = weight
    changed.insert(entry)
  }

  /// The weight of the edge behind a slot of the image.
  @inline(__always)
  func weight(of slot: UInt32, at node: UInt32, _ graph: Graph) -> UInt32 {
    if isActive {
      let entry = entry(of: node, slot &- graph.pattern(of: node).firstSlot)
      if changed.contains(entry) { return weights[entry] }
      if isPartial && !whole.contains(node), let twin = twin(of: slot, at: node, graph),
        changed.contains(twin)
      {
        return weights[twin]
      }
    }
    return graph.slots[slot].weight
  }

  /// The entry at the other end of the edge behind a slot of the image; nil for the boundary.
  @inline(__always)
  func twin(of slot: UInt32, at node: UInt32, _ graph: Graph) -> UInt32? {
    let neighbour = graph.neighbour(of: node, behind: slot)
    guard neighbour != node else { return nil }
    return entry(of: neighbour, graph.slot(of: neighbour, to: node) &- graph.pattern(of: neighbour).firstSlot)
  }
}

/// Where an edge stands in the rows of its two nodes: the same entry twice for the boundary.
struct EdgeEntries {
  var lower: UInt32
  var upper: UInt32
}

/// What the warm start asks of an event's row, all of whose weights are written.
struct RowSummary {
  /// The positions that lead to events: bit k is for position k.
  var events: UInt64
  /// The smallest weight, boundary included.
  var closest: UInt32
}

/// The changed slots of one node.
struct OverlayRow {
  let first: UInt32
  let weights: Table<UInt32>
  let changed: BitSet

  @inline(__always)
  func contains(_ position: UInt32) -> Bool { changed.contains(first &+ position) }

  /// The lightest of some changed slots, told by `set` as in `mask`: its weight times 64, plus its place in the set; the
  /// first among equals. Weights have 25 bits.
  @inline(__always)
  func lightest(of set: UInt64, from position: UInt32) -> UInt32 {
    let weights = weights.dropFirst(position)
    var least = UInt32.max
    var left = set
    while left != 0 {
      let place = UInt32(truncatingIfNeeded: left.trailingZeroBitCount)
      left &= left &- 1
      least = min(least, weights[place] &<< 6 | place)
    }
    return least
  }

  /// Which of `count` slots from `position` on, a multiple of 64, are changed: bit k is for position + k. From 1 to
  /// 64 of them. Rows are powers of two, so these are bits of one word.
  @inline(__always)
  func mask(from position: UInt32, count: UInt32) -> UInt64 {
    let bit = first &+ position
    let word = changed.words[bit >> 6] &>> UInt64(truncatingIfNeeded: bit & 63)
    return word & (UInt64.max &>> UInt64(truncatingIfNeeded: 64 &- count))
  }
}
