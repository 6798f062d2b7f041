/// The event network in a window of a stream.
///
/// It is shown the events as they came, those of committed rounds too as far as it looks back, and asked about the events as
/// they are matched: where edges were committed, their ends are others.
extension Decoder {
  private var shown: BitSet {
    let layout = state.pointee.layout
    return BitSet(
      words: Table(
        UnsafeMutableRawPointer(state) + layout.shownEvents, count: BitSet.wordCount(layout.nodeCount)))
  }

  private var past: Table<UInt64> {
    let layout = state.pointee.layout
    return Table(UnsafeMutableRawPointer(state) + layout.pastBoards, count: layout.pastWordCount)
  }

  /// Changes weights for the window in `events`.
  ///
  /// - Parameter committed: rounds that are not in the next window, which will look back on them.
  @inline(never)
  mutating func preDecodeWindow(committed: UInt32) -> PreDecoding {
    let network = network
    let shape = network.shape
    let boards = network.boards
    let past = past
    forEachPastWord(shape) { word, kept, _ in boards[word] = past[kept] }
    forEachEvent(network, in: shown) { _, place in network.mark(place) }
    let features = ask(network)
    forEachPastWord(shape) { word, kept, _ in past[kept] = boards[word &+ committed] }
    forEachEvent(network, in: shown) { _, place in network.clear(place) }
    forEachPastWord(shape) { word, _, _ in boards[word] = 0 }
    return changeWeights(network, features: features)
  }

  /// Visits the words of boards that show rounds before the window, and where these are kept between windows.
  @inline(__always)
  private func forEachPastWord(_ shape: NetworkRecord, _ body: (UInt32, UInt32, UInt32) -> Void) {
    var kept: UInt32 = 0
    var row: UInt32 = 0
    while row < 2 &* shape.boardRows {
      var round: UInt32 = 0
      while round < shape.roundRadius {
        body(row &* shape.boardRounds &+ round, kept, round)
        kept &+= 1
        round &+= 1
      }
      row &+= 1
    }
  }
}
