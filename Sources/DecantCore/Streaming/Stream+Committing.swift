import CDecant

/// Decoding a window of a stream, committing what it says of its oldest rounds (see `Answer.commit`), and passing on.
extension Stream {
  /// Decodes the rounds that wait, commits those that are to be, and leaves a frame. There must be room for it.
  mutating func decode(_ kind: WindowKind, timestamp: UInt64, endsExperiment: Bool = false) -> decant_status {
    let stream = state.pointee.stream
    let rounds = stream.rounds
    let endsExperiment = endsExperiment || kind.isLast
    let committed = endsExperiment ? rounds : committedRounds
    Decoder.assemble(state, kind, rounds: rounds)
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
    decoder.startFrame()
    decoder.solve(keepsFlips: true, &result)
    guard result.status >= 0 else {
      state.pointee.stream.isLost = true
      return result.status
    }
    decoder.frame.base.update(repeating: 0, count: decoder.frameSize)
    let nodes = nodes(in: committed)
    let waiting = waiting
    result.weight = decoder.answer(keepsFlips: true).commit(from: 0, to: nodes) { waiting.flip($0) }
    decoder.clearReweights()
    if state.pointee.layout.carriedCount != 0 && !endsExperiment {
      let unsure = min(rounds, state.pointee.image.stream.edgeReach)
      decoder.carry(
        from: self.nodes(in: committed &- min(committed, StreamRecord.reach)), to: nodes,
        known: self.nodes(in: rounds &- unsure))
      result.work = decoder.matcher.work
    }
    decoder.record(result, digest)

    let isTruncated = result.status == Status.truncated
    var flags: UInt32 = endsExperiment ? UInt32(DECANT_FRAME_FINAL) : 0
    if isTruncated { flags |= UInt32(DECANT_FRAME_TRUNCATED) }
    if hasStray { flags |= UInt32(DECANT_FRAME_STRAY) }
    keep(
      FrameRecord(
        firstRound: stream.oldest, lastRound: stream.oldest &+ UInt64(committed &- 1), timestamp: timestamp,
        work: result.work, digest: state.pointee.totals.digest.value, weight: result.weight,
        detectionEvents: result.detectionEvents, flags: flags),
      of: decoder)
    if endsExperiment {
      beginExperiment()
    } else {
      waiting.shiftDown(by: nodes, count: stream.nodes)
      shown?.shiftDown(by: nodes, count: stream.nodes)
      erased?.shiftDown(by: committed, count: rounds)
      state.pointee.stream.rounds = rounds &- committed
      state.pointee.stream.nodes = stream.nodes &- nodes
      state.pointee.stream.oldest &+= UInt64(committed)
      state.pointee.stream.isFirst = false
    }
    return isTruncated ? Status.truncated : Status.ok
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
