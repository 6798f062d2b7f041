/// Rounds whose measurements tell nothing.
///
/// The outcome of a measurement flips a detector and the one at its place in the next round. If outcomes are coin tosses,
/// the edge between these weighs nothing, whatever else is known.
extension Decoder {
  /// Frees the edges ahead of a round's nodes for the window in `events`, as `reweight` stages weights.
  mutating func erase(nodes: Range<UInt32>) {
    let layout = state.pointee.layout
    let ahead = Table<UInt32>(
      UnsafeMutableRawPointer(state) + layout.windowAheadSlots, count: layout.nodeCount)
    let graph = matcher.graph
    var node = nodes.lowerBound
    while node < nodes.upperBound {
      let position = ahead[node]
      if position != .none {
        matcher.overlay.note(0, entry: matcher.overlay.entry(of: node, position))
        let pattern = graph.pattern(of: node)
        if position < pattern.degree {
          let slot = pattern.firstSlot &+ position
          let upper = graph.neighbour(of: node, behind: slot)
          if let twin = graph.twin(of: slot, at: node) {
            let there = twin &- graph.pattern(of: upper).firstSlot
            matcher.overlay.note(0, entry: matcher.overlay.entry(of: upper, there))
          }
        }
        state.pointee.reweighting.count &+= 1
        matcher.overlay.isActive = true
      }
      node &+= 1
    }
  }
}
