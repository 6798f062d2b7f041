/// What the event network says, written row by row: each event gets the weights of its own edges, and no other node is
/// touched. Most edges lead to nodes that nobody will ask; see `Overlay.isPartial`.
extension Decoder {
  /// Writes the rows of all events. Returns how many edges it changed, or nil if it cannot be done so; then changes noted
  /// at both ends, each over what is written here, do it.
  func writeRows(_ network: EventNetwork) -> UInt32? {
    guard matcher.overlay.rowShift <= 6 else { return nil }
    var count: UInt32 = 0
    var isDone = true
    forEachEvent(network) { node, place in
      isDone = writeRow(of: node, network, network.slots(place), &count) && isDone
    }
    if isDone { return count }
    matcher.overlay.whole.clear(wordCount: BitSet.wordCount(state.pointee.layout.nodeCount))
    return nil
  }

  /// Writes the row of one event. False if another one is silent about the edge between them.
  @inline(__always)
  private func writeRow(
    of node: UInt32, _ network: EventNetwork, _ slots: UnsafePointer<NetworkSlot>, _ count: inout UInt32
  ) -> Bool {
    let graph = matcher.graph
    let overlay = matcher.overlay
    let events = matcher.events
    let halves = halves.base
    let least = Int32(bitPattern: network.shape.minWeight)
    let said = halves + Int(truncatingIfNeeded: node) &* EventNetwork.rowSize
    let around = graph.neighbourhood(of: node)
    let row = overlay.row(of: node)

    // Outputs about slots that lead to events; an event's boundary slot leads to itself.
    var shared: UInt64 = 0
    var spoken: UInt64 = 0
    var closest = UInt32.max
    var index = 0
    while index < NetworkSlot.groupSize && slots[index].output != NetworkSlot.none {
      let position = UInt32(slots[index].position)
      let record = around.slots[position]
      let weight = weight(record.weight, less: said[Int(slots[index].output)], least)
      row.weights[position] = weight
      spoken |= 1 &<< UInt64(position)
      let leadsToEvent = events.bit(node &+ record.step)
      shared |= leadsToEvent &<< UInt64(truncatingIfNeeded: index)
      closest = min(closest, weight | (0 &- UInt32(truncatingIfNeeded: leadsToEvent)))
      index &+= 1
    }
    guard spoken != 0 else { return true }
    overlay.whole.insert(node)
    overlay.changed.words[row.first >> 6] |= spoken &<< UInt64(row.first & 63)
    count &+= UInt32(truncatingIfNeeded: index)
    var special: UInt64 = 0
    while shared != 0 {
      let about = slots[shared.trailingZeroBitCount]
      shared &= shared &- 1
      let position = UInt32(about.position)
      let record = around.slots[position]
      let neighbour = node &+ record.step
      special |= 1 &<< UInt64(position)
      if about.twinOutput != NetworkSlot.none {
        let there = Int(truncatingIfNeeded: neighbour) &* EventNetwork.rowSize &+ Int(about.twinOutput)
        let half = (said[Int(about.output)] &+ halves[there]) >> 1
        row.weights[position] = weight(record.weight, less: half, least)
        if neighbour < node { count &-= 1 }
      } else if neighbour != node && network.places[neighbour].type != NetworkPlace.outside {
        return false
      }
      closest = min(closest, row.weights[position])
    }

    summarise(node, spoken, RowSummary(events: special, closest: closest))
    return true
  }

  /// Notes the summary of a row, and makes it whole: of slots that nobody spoke about, with the image's weights.
  @inline(__always)
  private func summarise(_ node: UInt32, _ spoken: UInt64, _ summary: RowSummary) {
    let around = matcher.graph.neighbourhood(of: node)
    let row = matcher.overlay.row(of: node)
    var summary = summary
    let all = around.degree == 0 ? 0 : UInt64.max &>> UInt64(64 &- around.degree)
    var silent = all & ~spoken
    while silent != 0 {
      let position = UInt32(truncatingIfNeeded: silent.trailingZeroBitCount)
      silent &= silent &- 1
      let record = around.slots[position]
      row.weights[position] = record.weight
      summary.events |= matcher.events.bit(node &+ record.step) &<< UInt64(position)
      summary.closest = min(summary.closest, record.weight)
    }
    if around.boundaryWeight != .none && spoken &>> UInt64(around.degree) & 1 == 0 {
      row.weights[around.degree] = around.boundaryWeight
      summary.closest = min(summary.closest, around.boundaryWeight)
    }
    summary.events &= all
    matcher.overlay.summaries[node] = summary
  }

  /// An edge's weight less twice `half`, in the range that the network may give.
  @inline(__always)
  func weight(_ weight: UInt32, less half: Int32, _ least: Int32) -> UInt32 {
    let most = Int32(bitPattern: SlotRecord.weightMask &- 1)
    return UInt32(bitPattern: min(most, max(least, Int32(bitPattern: weight) &- 2 &* half)))
  }
}
