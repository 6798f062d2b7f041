import CDecant

/// Before a shot is matched, the event network gives the edges around its events other weights.
///
/// First every event is shown to the others and asked; then each edge that any end spoke about gets its weight, once:
/// from the lower of two events that did. So it does not matter in which order events are asked, and an edge that has a
/// weight of its own already has it from the caller.
extension Decoder {
  var network: EventNetwork {
    let layout = state.pointee.layout
    let image = state.pointee.image
    let base = UnsafeMutableRawPointer(state)
    return EventNetwork(
      image, image.windowNetwork(rounds: state.pointee.configuration.windowRounds),
      places: layout.windowPlaces == 0
        ? image.networkPlaces : Table(base + layout.windowPlaces, count: layout.nodeCount),
      boards: Table(base + layout.boards, count: layout.boardWordCount))
  }

  /// For each node, what the network said of it as an event of this shot: `EventNetwork.rowSize` halves of what to take
  /// off weights.
  var halves: Table<Int32> {
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
    return changeWeights(network, features: predict(network))
  }

  /// Changes weights as the network has said.
  @inline(__always)
  mutating func changeWeights(_ network: EventNetwork, features: UInt32) -> PreDecoding {
    var result = PreDecoding(features: features)
    let hasStaged = state.pointee.reweighting.count != 0
    if !hasStaged, let count = writeRows(network) {
      result.changedWeights = count
      matcher.overlay.isActive = count != 0
      matcher.overlay.isPartial = count != 0
      matcher.overlay.hasSummaries = count != 0
      return result
    }
    let overlay = matcher.overlay
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
    let features = ask(network)
    forEachEvent(network) { _, place in network.clear(place) }
    return features
  }

  /// Asks about every event what the boards show around it. Returns the number of features.
  @inline(__always)
  func ask(_ network: EventNetwork) -> UInt32 {
    let halves = halves
    var kernel = EventKernel(network, level: state.pointee.kernelLevel)
    forEachEvent(network) { node, place in
      kernel.ask(place, halves.base + Int(truncatingIfNeeded: node) &* EventNetwork.rowSize)
    }
    kernel.finish()
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
        body(
          node, slot, weight(record.weight, less: half, least), row &+ UInt32(about.position),
          overlay.entry(of: neighbour, UInt32(about.twinPosition)))
      }
    }
  }

  /// Visits the events that the network knows, ascending.
  @inline(__always)
  func forEachEvent(_ network: EventNetwork, _ body: (UInt32, NetworkPlace) -> Void) {
    forEachEvent(network, in: matcher.events, body)
  }

  /// The same for those in a set.
  @inline(__always)
  func forEachEvent(_ network: EventNetwork, in events: BitSet, _ body: (UInt32, NetworkPlace) -> Void) {
    let words = events.words
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
