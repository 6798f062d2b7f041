/// The event network in a block.
///
/// An experiment in blocks is recorded: the rounds on both sides of a window are there, and a caller gives them along, as
/// far as the network looks. So it is shown what it is shown in whole shots, the events as they came, and asked about the
/// events as they are matched: where neighbours' edges were committed, their ends are others.
extension Decoder {
  /// Marks the events that are shown with a window, whose own are in `events`, on boards that are all zero.
  @inline(never)
  func show(_ shown: ShownBits, to network: EventNetwork, _ window: BlockPlan.Window) {
    forEachEvent(network) { _, place in network.mark(place) }
    let own = UInt64(shown.own)
    show(shown, network, from: shown.first, to: window.first, firstBit: 0, window)
    let behind = own &+ UInt64(state.pointee.stream.window.nodes)
    show(shown, network, from: window.end, to: shown.end, firstBit: behind, window)
  }

  /// The same for rounds that are not the window's.
  private func show(
    _ shown: ShownBits, _ network: EventNetwork, from begin: UInt64, to end: UInt64, firstBit: UInt64,
    _ window: BlockPlan.Window
  ) {
    let image = state.pointee.image
    let places = image.networkPlaces
    var bit = firstBit
    var round = begin
    while round < end {
      let layer = image.layers.layer(ofRound: round, of: shown.rounds, image.stream)
      // Before the window, it wraps: places have as many rounds before them as a network looks back.
      let position = UInt32(truncatingIfNeeded: round &- window.first)
      var node = layer.firstNode
      while node < layer.firstNode &+ layer.nodeCount {
        let byte = shown.bits[Int(truncatingIfNeeded: bit >> 3)]
        if byte >> UInt8(truncatingIfNeeded: bit & 7) & 1 != 0 {
          let place = places[node].placed(
            atRound: position, image.network.boardRounds, on: network.shape.boardRounds)
          if place.type != NetworkPlace.outside { network.mark(place) }
        }
        bit &+= 1
        node &+= 1
      }
      round &+= 1
    }
  }

  /// Changes weights for the window in `events`, by what boards show, and clears these.
  @inline(never)
  mutating func preDecodeBlock() -> PreDecoding {
    let network = network
    let features = ask(network)
    network.boards.base.update(repeating: 0, count: state.pointee.layout.boardWordCount)
    return changeWeights(network, features: features)
  }
}

extension Layers {
  /// The layer of a round of an experiment that may be longer than windows can be. There must be a shape for all of it.
  fileprivate func layer(ofRound round: UInt64, of rounds: UInt64, _ stream: StreamRecord) -> LayerRecord {
    let stored = UInt64(stream.shapeRounds)
    let all = min(rounds, stored)
    var position = round
    // What an experiment has more than the longest shape are repetitions of its middle.
    if rounds > stored && round > UInt64(stream.middle) {
      position = max(UInt64(stream.middle), round &- min(round, rounds &- stored))
    }
    return layer(
      WindowKind(past: .end, future: .end), rounds: UInt32(truncatingIfNeeded: all),
      at: UInt32(truncatingIfNeeded: position), stream)
  }
}
