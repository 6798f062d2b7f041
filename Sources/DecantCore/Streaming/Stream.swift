import CDecant

/// A decoder of an experiment that may go on for ever: rounds in, frames out, in a workspace of fixed size.
///
/// Rounds wait until there are enough of them for a window, or until the last has come. The window is then decoded as
/// if it were a shot, and the corrections of its oldest rounds are committed (see `Answer.commit`). What a call
/// does is settled by the rounds so far: nothing depends on when they come.
struct Stream {
  let state: UnsafeMutablePointer<DecoderState>
  /// Bits of the rounds that wait, detectors numbered as in the window that these rounds begin. Edges that were committed
  /// have flipped theirs.
  let waiting: BitSet
  /// The same bits as they came, for an event network; nil without one.
  let shown: BitSet?
  /// Which of the rounds that wait are erased; nil if none may be.
  let erased: BitSet?

  @inline(__always)
  init(_ state: UnsafeMutablePointer<DecoderState>) {
    self.state = state
    let layout = state.pointee.layout
    let base = UnsafeMutableRawPointer(state)
    let wordCount = BitSet.wordCount(layout.nodeCount)
    waiting = BitSet(words: Table(base + layout.waitingEvents, count: wordCount))
    let roundWords = BitSet.wordCount(Int(truncatingIfNeeded: state.pointee.configuration.windowRounds))
    erased =
      layout.erasedRounds == 0 ? nil : BitSet(words: Table(base + layout.erasedRounds, count: roundWords))
    shown = layout.shownEvents == 0 ? nil : BitSet(words: Table(base + layout.shownEvents, count: wordCount))
  }

  /// A round, as its caller tells it.
  struct Round {
    var sequence: UInt64
    var timestamp: UInt64
    var isLast: Bool
    var isErased: Bool
  }

  /// Takes a round. On error, and if there is no room for the frame that it would complete, nothing is taken.
  mutating func push(_ round: Round, _ bits: UnsafePointer<UInt8>?, size: Int) -> decant_status {
    let stream = state.pointee.stream
    let image = state.pointee.image
    guard !stream.isLost else { return Status.roundLost }
    guard round.sequence >= stream.next else { return Status.badArgument }
    guard round.sequence == stream.next else {
      _ = finishWindow()
      state.pointee.stream.isLost = true
      return Status.roundLost
    }
    guard !round.isErased || erased != nil else { return Status.unsupported }
    guard !round.isErased || !(round.isLast || round.sequence == 0) else { return Status.badArgument }
    let count = detectors(isLast: round.isLast)
    guard size == Int(truncatingIfNeeded: (count &+ 7) >> 3) else { return Status.badArgument }
    let rounds = stream.rounds &+ 1
    let kind = WindowKind(past: stream.past, future: round.isLast ? .end : .open)
    let completes = round.isLast || rounds == committedRounds &+ state.pointee.configuration.bufferRounds
    if completes {
      guard image.layers.hasShape(kind, rounds: rounds, image.stream) else { return Status.unsupported }
      guard hasRoom else { return Status.full }
    }
    if let bits {
      let used = count & 7
      guard size == 0 || used == 0 || bits[size &- 1] >> UInt8(truncatingIfNeeded: used) == 0 else {
        return Status.badArgument
      }
      waiting.flip(bits, size: size, from: stream.nodes)
      shown?.flip(bits, size: size, from: stream.nodes)
    }
    if round.isErased { erased?.insert(stream.rounds) }
    state.pointee.stream.rounds = rounds
    state.pointee.stream.nodes &+= count
    state.pointee.stream.next &+= 1
    if completes {
      return decodeBehindUnfinished(kind, timestamp: round.timestamp, endsExperiment: round.isLast)
    }
    guard state.pointee.unfinished.isThere else { return Status.pending }
    state.pointee.unfinished.callsLeft &-= 1
    return goOn(mayPause: state.pointee.unfinished.callsLeft > 1)
  }

  /// Whether there is room for the frame of the window that is unfinished and for one more.
  private var hasRoom: Bool {
    let frames = state.pointee.stream.frameCount &+ (state.pointee.unfinished.isThere ? 1 : 0)
    return frames < UInt32(StreamState.maxFrames)
  }

  /// Decodes the rounds that wait, once the window that is unfinished is finished. TRUNCATED if either is.
  private mutating func decodeBehindUnfinished(
    _ kind: WindowKind, timestamp: UInt64, endsExperiment: Bool
  ) -> decant_status {
    let first = finishWindow()
    guard first >= 0 else { return first }
    let second = decode(kind, timestamp: timestamp, endsExperiment: endsExperiment)
    return second == Status.ok ? first : second
  }

  /// Ends the experiment behind the rounds so far, whose future stays open: EMPTY if there is nothing to decode.
  mutating func finish() -> decant_status {
    let stream = state.pointee.stream
    let image = state.pointee.image
    guard !stream.isLost else { return Status.roundLost }
    guard stream.rounds != 0 else { return Status.empty }
    let kind = WindowKind(past: stream.past, future: .open)
    guard image.layers.hasShape(kind, rounds: stream.rounds, image.stream) else { return Status.unsupported }
    guard hasRoom else { return Status.full }
    return decodeBehindUnfinished(kind, timestamp: 0, endsExperiment: true)
  }

  /// Detectors of the round to come.
  @inline(__always)
  private func detectors(isLast: Bool) -> UInt32 {
    let image = state.pointee.image
    if isLast { return image.stream.lastDetectors }
    let isFirst = state.pointee.stream.isFirst && state.pointee.stream.rounds == 0
    return isFirst ? image.stream.firstDetectors : image.stream.roundDetectors
  }

  /// Makes the round to come the first of an experiment, with sequence number 0.
  func beginExperiment() {
    let wordCount = BitSet.wordCount(Int(truncatingIfNeeded: state.pointee.stream.nodes))
    waiting.clear(wordCount: wordCount)
    shown?.clear(wordCount: wordCount)
    erased?.clear(wordCount: BitSet.wordCount(Int(truncatingIfNeeded: state.pointee.stream.rounds)))
    let layout = state.pointee.layout
    (UnsafeMutableRawPointer(state) + layout.pastBoards).assumingMemoryBound(to: UInt64.self)
      .update(repeating: 0, count: layout.pastWordCount)
    state.pointee.stream.rounds = 0
    state.pointee.stream.nodes = 0
    state.pointee.stream.oldest = 0
    state.pointee.stream.next = 0
    state.pointee.stream.isFirst = true
    state.pointee.stream.carriedCount = 0
  }

  /// Goes back to where initialising has left the stream.
  func reset() {
    abandonWindow()
    beginExperiment()
    state.pointee.stream.isLost = false
    state.pointee.stream.frameCount = 0
    state.pointee.stream.oldestFrame = 0
  }
}
