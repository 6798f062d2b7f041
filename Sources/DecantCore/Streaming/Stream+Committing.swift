import CDecant

/// Decoding a window of a stream, committing what it says of its oldest rounds (see `Answer.commit`), and passing on.
extension Stream {
  /// Decodes the rounds that wait, commits those that are to be, and leaves a frame; or begins to, and leaves the rest to
  /// calls to come: then PENDING. There must be room for the frame, and no window unfinished.
  mutating func decode(_ kind: WindowKind, timestamp: UInt64, endsExperiment: Bool = false) -> decant_status {
    let endsExperiment = endsExperiment || kind.isLast
    let isLaidOut = begin(kind, timestamp: timestamp, endsExperiment: endsExperiment)
    let configuration = state.pointee.configuration
    let mayPause = !endsExperiment && configuration.sliceWork != 0 && configuration.commitRounds != 1
    if mayPause && (!isLaidOut || configuration.usesNetwork) { return Status.pending }
    return goOn(mayPause: mayPause)
  }

  /// Loads a window, and takes the rounds that it commits from those that wait. Returns whether its tables were there.
  private mutating func begin(_ kind: WindowKind, timestamp: UInt64, endsExperiment: Bool) -> Bool {
    let stream = state.pointee.stream
    let rounds = stream.rounds
    let committed = endsExperiment ? rounds : committedRounds
    let isLaidOut = Decoder.assemble(state, kind, rounds: rounds)
    var decoder = Decoder(state)

    var result = ShotResult(status: Status.ok)
    var digest = state.pointee.totals.digest
    let wordCount = BitSet.wordCount(Int(truncatingIfNeeded: stream.nodes))
    var index = 0
    while index < wordCount {
      let word = waiting.words.base[index]
      decoder.matcher.events.words.base[index] = word
      if word != 0 { decoder.note(word, index, &digest, &result.detectionEvents) }
      index &+= 1
    }
    let hasStray = stream.hasIdleDetectors && decoder.matcher.events.removeIdle(decoder.matcher.graph)
    if let erased { erase(erased, in: &decoder) }
    if state.pointee.configuration.usesNetwork {
      result.preDecoding = decoder.preDecodeWindow(committed: committed)
    }
    decoder.matcher.reset()
    let nodes = nodes(in: committed)
    let unsure = min(rounds, state.pointee.image.stream.edgeReach)
    var flags: UInt32 = endsExperiment ? UInt32(DECANT_FRAME_FINAL) : 0
    if hasStray { flags |= UInt32(DECANT_FRAME_STRAY) }
    state.pointee.unfinished = UnfinishedWindow(
      isThere: true, callsLeft: state.pointee.configuration.commitRounds, nodes: nodes,
      carryBegin: self.nodes(in: committed &- min(committed, StreamRecord.reach)),
      known: self.nodes(in: rounds &- unsure), flags: flags, firstRound: stream.oldest,
      lastRound: stream.oldest &+ UInt64(committed &- 1), timestamp: timestamp, result: result,
      digest: digest,
      matcher: decoder.matcher.progress)
    if !endsExperiment {
      waiting.shiftDown(by: nodes, count: stream.nodes)
      shown?.shiftDown(by: nodes, count: stream.nodes)
      erased?.shiftDown(by: committed, count: rounds)
      state.pointee.stream.rounds = rounds &- committed
      state.pointee.stream.nodes = stream.nodes &- nodes
      state.pointee.stream.oldest &+= UInt64(committed)
      state.pointee.stream.isFirst = false
    }
    return isLaidOut
  }

  /// Goes on with the window that is unfinished, to its end unless it may pause. Returns PENDING, or as `decode`.
  mutating func goOn(mayPause: Bool) -> decant_status {
    var decoder = Decoder(state)
    var window = state.pointee.unfinished
    let slice = state.pointee.configuration.sliceWork
    decoder.matcher.progress = window.matcher
    if mayPause {
      decoder.matcher.pauseAt = decoder.matcher.work &+ UInt64(slice)
      decoder.matcher.wordsAtOnce = 1
    }
    window.result.status = decoder.solve(&window.steps)
    if window.result.status == Status.pending {
      state.pointee.unfinished.steps = window.steps
      state.pointee.unfinished.matcher = decoder.matcher.progress
      return Status.pending
    }
    state.pointee.unfinished.isThere = false
    guard window.result.status >= 0 else {
      state.pointee.stream.isLost = true
      return window.result.status
    }
    decoder.frame.base.update(repeating: 0, count: decoder.frameSize)
    let nodes = window.nodes
    let waiting = waiting
    window.result.weight = decoder.answer(keepsFlips: true).commit(from: 0, to: nodes) {
      waiting.flip($0 &- nodes)
    }
    decoder.clearReweights()
    let endsExperiment = window.flags & UInt32(DECANT_FRAME_FINAL) != 0
    if state.pointee.layout.carriedCount != 0 && !endsExperiment {
      decoder.carry(from: window.carryBegin, to: nodes, known: window.known)
    }
    window.result.work = decoder.matcher.work
    window.result.grownEvents = decoder.matcher.grownEvents
    decoder.record(window.result, window.digest)
    if window.result.status == Status.truncated { window.flags |= UInt32(DECANT_FRAME_TRUNCATED) }
    keep(
      FrameRecord(
        firstRound: window.firstRound, lastRound: window.lastRound, timestamp: window.timestamp,
        work: window.result.work, digest: state.pointee.totals.digest.value, weight: window.result.weight,
        detectionEvents: window.result.detectionEvents, flags: window.flags),
      of: decoder)
    if endsExperiment { beginExperiment() }
    return window.result.status
  }

  /// Finishes the window that is unfinished, if there is one. OK if there is none, else as `decode`.
  mutating func finishWindow() -> decant_status {
    state.pointee.unfinished.isThere ? goOn(mayPause: false) : Status.ok
  }

  /// Rounds that the window commits which begins with those that wait.
  var committedRounds: UInt32 {
    let commit = state.pointee.configuration.commitRounds
    return state.pointee.stream.isFirst ? state.pointee.image.stream.firstCommit(commit) : commit
  }

  /// Frees the edges ahead of the rounds that are erased.
  private func erase(_ erased: BitSet, in decoder: inout Decoder) {
    var round: UInt32 = 0
    while round < state.pointee.stream.rounds {
      if erased.contains(round) { decoder.erase(nodes: nodes(in: round)..<nodes(in: round &+ 1)) }
      round &+= 1
    }
  }

  /// Detectors in the oldest rounds of the window that is shown.
  private func nodes(in rounds: UInt32) -> UInt32 {
    let stream = state.pointee.stream
    guard rounds < stream.rounds else { return stream.nodes }
    guard rounds != 0 else { return 0 }
    let sizes = state.pointee.image.stream
    return (stream.isFirst ? sizes.firstDetectors : sizes.roundDetectors)
      &+ (rounds &- 1) &* sizes.roundDetectors
  }
}
