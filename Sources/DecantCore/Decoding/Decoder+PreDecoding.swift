import CDecant

/// Before a shot is matched, the event network gives the edges around its events other weights.
///
/// First every event is shown to the others and asked; then each edge that any end spoke about gets its weight, once.
/// So it does not matter in which order events are asked, and edges that the caller gave weights to are left out by looking
/// whether they have one.
extension Decoder {
  var network: EventNetwork {
    let layout = state.pointee.layout
    return EventNetwork(
      state.pointee.image,
      boards: Table(UnsafeMutableRawPointer(state) + layout.boards, count: layout.boardWordCount))
  }

  /// What events said of their own slots, by entries as in the overlay: halves of what to take off, where `named` has the
  /// entry. Nothing is named between shots.
  private var halves: Table<Int32> {
    let layout = state.pointee.layout
    return Table(UnsafeMutableRawPointer(state) + layout.halves, count: layout.rowEntryCount)
  }

  private var named: BitSet {
    let layout = state.pointee.layout
    return BitSet(
      words: Table(
        UnsafeMutableRawPointer(state) + layout.named, count: BitSet.wordCount(layout.rowEntryCount)))
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
    forEachChange(network) { _, _, weight, entry, twin in
      if overlay.changed.contains(entry) { return }
      overlay.note(weight, entry: entry)
      overlay.note(weight, entry: twin)
      result.changedWeights &+= 1
    }
    forgetNames(network)
    if result.changedWeights != 0 { matcher.overlay.isActive = true }
    return result
  }

  /// Writes the changes for the shot in `events`, whatever is staged, if there are no more than `room`; if `changes` is
  /// nil, only counts them. Returns whether there was room, without which nothing is written.
  @inline(never)
  mutating func preDecode(
    into changes: UnsafeMutablePointer<decant_reweight>?, room: Int, _ result: inout PreDecoding
  ) -> Bool {
    let network = network
    let features = predict(network)
    var count = 0
    forEachChange(network) { _, _, _, _, _ in count &+= 1 }
    if let changes, count <= room {
      let graph = matcher.graph
      var next = changes
      forEachChange(network) { node, slot, weight, _, _ in
        let neighbour = graph.neighbour(of: node, behind: slot)
        next.pointee = decant_reweight(
          a: min(node, neighbour), b: neighbour == node ? .none : max(node, neighbour),
          weight: Int32(bitPattern: weight))
        next += 1
      }
    }
    forgetNames(network)
    result = PreDecoding(features: features, changedWeights: UInt32(truncatingIfNeeded: count))
    return count <= room
  }

  /// Asks every event of the shot. Returns the number of features.
  func predict(_ network: EventNetwork) -> UInt32 {
    forEachEvent(network) { _, place in network.mark(place) }
    let halves = halves
    let named = named
    let overlay = matcher.overlay
    var kernel = EventKernel(network, level: state.pointee.kernelLevel)
    var said = EventNetwork.Halves(repeating: 0)
    var features: UInt32 = 0
    forEachEvent(network) { node, place in
      features &+= kernel.ask(place, &said)
      let positions = network.positions(place)
      let row = overlay.entry(of: node, 0)
      var output = 0
      while output < Int(truncatingIfNeeded: network.shape.outputs) {
        let position = positions[output]
        if position != ImageLayout.noPosition {
          halves[row &+ UInt32(position)] = said[output]
          named.insert(row &+ UInt32(position))
        }
        output &+= 1
      }
    }
    forEachEvent(network) { _, place in network.clear(place) }
    return features
  }

  /// Calls `body` with each edge that was spoken about, by a node and its slot there: that of the lower event if both ends
  /// spoke. With its new weight and its two entries, which are one for an edge to the boundary.
  @inline(__always)
  func forEachChange(_ network: EventNetwork, _ body: (UInt32, UInt32, UInt32, UInt32, UInt32) -> Void) {
    let halves = halves
    let named = named
    let graph = matcher.graph
    let overlay = matcher.overlay
    let least = Int32(bitPattern: network.shape.minWeight)
    let most = Int32(bitPattern: SlotRecord.weightMask &- 1)
    forEachEvent(network) { node, place in
      let positions = network.positions(place)
      let row = overlay.entry(of: node, 0)
      let firstSlot = graph.pattern(of: node).firstSlot
      var output = 0
      while output < Int(truncatingIfNeeded: network.shape.outputs) {
        let position = UInt32(positions[output])
        output &+= 1
        if position == UInt32(ImageLayout.noPosition) { continue }
        let entry = row &+ position
        let twin = overlay.twins[entry]
        var half = halves[entry]
        if named.contains(twin) && twin != entry {
          if twin < entry { continue }
          half = (half &+ halves[twin]) >> 1
        }
        let slot = firstSlot &+ position
        let weight = Int32(bitPattern: graph.slots[slot].weight) &- 2 &* half
        body(node, slot, UInt32(bitPattern: min(most, max(least, weight))), entry, twin)
      }
    }
  }

  /// Leaves nothing named.
  func forgetNames(_ network: EventNetwork) {
    let named = named
    let overlay = matcher.overlay
    forEachEvent(network) { node, place in
      let positions = network.positions(place)
      var output = 0
      while output < Int(truncatingIfNeeded: network.shape.outputs) {
        let position = positions[output]
        if position != ImageLayout.noPosition { named.remove(overlay.entry(of: node, UInt32(position))) }
        output &+= 1
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
}
