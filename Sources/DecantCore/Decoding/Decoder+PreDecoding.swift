import CDecant

/// Before a shot is matched, the event network gives the edges around its events other weights.
///
/// First every event is shown to the others and asked; then each edge that any end spoke about gets its weight, once:
/// from the lower of two events that did. So it does not matter in which order events are asked, and an edge that has a
/// weight of its own already has it from the caller.
extension Decoder {
  var network: EventNetwork {
    let layout = state.pointee.layout
    return EventNetwork(
      state.pointee.image,
      boards: Table(UnsafeMutableRawPointer(state) + layout.boards, count: layout.boardWordCount))
  }

  /// For each node, what the network said of it as an event of this shot: `EventNetwork.rowSize` halves of what to take
  /// off weights.
  private var halves: Table<Int32> {
    let layout = state.pointee.layout
    return Table(
      UnsafeMutableRawPointer(state) + layout.halves, count: layout.nodeCount &* EventNetwork.rowSize)
  }

  /// Changes weights for the shot in `events`, all but those that were staged.
  @inline(never)
  mutating func preDecode() -> PreDecoding {
    // The network sees the shot as it came.
    let isToggled = state.pointee.reweighting.toggles != 0
    if isToggled { flipToggledEvents() }
    defer { if isToggled { flipToggledEvents() } }
    let network = network
    var result = PreDecoding(features: predict(network))
    let overlay = matcher.overlay
    let hasStaged = state.pointee.reweighting.count != 0
    // An event's own entries are neighbours: what they add to the set is gathered here first.
    var gathered: UInt64 = 0
    var gatheredAt: UInt32 = 0
    forEachChange(network) { _, _, weight, entry, twin in
      if hasStaged && overlay.changed.contains(entry) { return }
      overlay.weights[entry] = weight
      if overlay.weights[twin] != weight { overlay.weights[twin] = weight }
      overlay.changed.insertByte(twin)
      if entry >> 6 != gatheredAt {
        overlay.changed.words[gatheredAt] |= gathered
        gathered = 0
        gatheredAt = entry >> 6
      }
      gathered |= 1 &<< UInt64(truncatingIfNeeded: entry & 63)
      result.changedWeights &+= 1
    }
    if gathered != 0 { overlay.changed.words[gatheredAt] |= gathered }
    if result.changedWeights != 0 { matcher.overlay.isActive = true }
    return result
  }

  /// Writes the changes for the shot in `events`, whatever is staged, if there are no more than `room`; if `changes` is
  /// nil, only counts them. Returns whether there was room, without which nothing is written.
  @inline(never)
  mutating func preDecode(
    into changes: UnsafeMutablePointer<decant_reweight>?, room: Int, eventCount: UInt32,
    _ result: inout PreDecoding
  ) -> Bool {
    let network = network
    result.features = predict(network)
    result.changedWeights = 0
    let most = UInt64(eventCount) &* UInt64(network.shape.outputs)
    if changes == nil || most > UInt64(truncatingIfNeeded: room) {
      forEachChange(network) { _, _, _, _, _ in result.changedWeights &+= 1 }
    }
    guard let changes else { return true }
    guard Int(truncatingIfNeeded: result.changedWeights) <= room else { return false }
    let graph = matcher.graph
    var next = changes
    forEachChange(network) { node, slot, weight, _, _ in
      let neighbour = graph.neighbour(of: node, behind: slot)
      next.pointee = decant_reweight(
        a: min(node, neighbour), b: neighbour == node ? .none : max(node, neighbour),
        weight: Int32(bitPattern: weight))
      next += 1
    }
    result.changedWeights = UInt32(truncatingIfNeeded: next - changes)
    return true
  }

  /// Asks every event of the shot. Returns the number of features.
  func predict(_ network: EventNetwork) -> UInt32 {
    forEachEvent(network) { _, place in network.mark(place) }
    let halves = halves
    var kernel = EventKernel(network, level: state.pointee.kernelLevel)
    forEachEvent(network) { node, place in
      kernel.ask(place, halves.base + Int(truncatingIfNeeded: node) &* EventNetwork.rowSize)
    }
    kernel.finish()
    forEachEvent(network) { _, place in network.clear(place) }
    return kernel.features
  }

  /// Calls `body` with each edge that was spoken about, by a node and its slot there: that of the lower event if both ends
  /// spoke. With its new weight and its two entries, which are one for an edge to the boundary.
  @inline(__always)
  private func forEachChange(
    _ network: EventNetwork, _ body: (UInt32, UInt32, UInt32, UInt32, UInt32) -> Void
  ) {
    let halves = halves.base
    let graph = matcher.graph
    let overlay = matcher.overlay
    let events = matcher.events
    let least = Int32(bitPattern: network.shape.minWeight)
    let most = Int32(bitPattern: SlotRecord.weightMask &- 1)
    forEachEvent(network) { node, place in
      let slots = network.slots(place)
      let said = halves + Int(truncatingIfNeeded: node) &* EventNetwork.rowSize
      let row = overlay.entry(of: node, 0)
      let firstSlot = graph.pattern(of: node).firstSlot
      var index = 0
      while index < NetworkSlot.groupSize && slots[index].output != NetworkSlot.none {
        let about = slots[index]
        index &+= 1
        let slot = firstSlot &+ UInt32(about.position)
        let record = graph.slots[slot]
        let neighbour = node &+ record.step
        var half = said[Int(about.output)]
        if events.contains(neighbour) && about.twinOutput != NetworkSlot.none {
          if neighbour < node { continue }
          half =
            (half
              &+ halves[Int(truncatingIfNeeded: neighbour) &* EventNetwork.rowSize &+ Int(about.twinOutput)])
            >> 1
        }
        let weight = Int32(bitPattern: record.weight) &- 2 &* half
        body(
          node, slot, UInt32(bitPattern: min(most, max(least, weight))), row &+ UInt32(about.position),
          overlay.entry(of: neighbour, UInt32(about.twinPosition)))
      }
    }
  }

  /// Visits the events that the network knows, ascending.
  @inline(__always)
  private func forEachEvent(_ network: EventNetwork, _ body: (UInt32, NetworkPlace) -> Void) {
    let words = matcher.events.words
    let wordCount = UInt32(
      truncatingIfNeeded: BitSet.wordCount(Int(truncatingIfNeeded: matcher.graph.nodeCount)))
    var index: UInt32 = 0
    while index < wordCount {
      var word = words[index]
      while word != 0 {
        let node = index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
        word &= word &- 1
        let place = network.places[node]
        if place.type != NetworkPlace.outside { body(node, place) }
      }
      index &+= 1
    }
  }
}

/// What pre-decoding did to a shot.
struct PreDecoding {
  /// Features that were set, over all events.
  var features: UInt32 = 0
  var changedWeights: UInt32 = 0
  /// Edges that a grid network has put into the correction.
  var acceptedEdges: UInt32 = 0
}
