import CDecant

/// Decoding a window, and committing what it says of its oldest rounds.
///
/// The rule is that of L. Skoric et al., arXiv:2209.08552: of the window's correction, every edge is committed that has
/// an end in a committed round. Where its other end is in a round that stays, that detector is flipped: to the windows
/// to come, the edge has happened. They have no edges to committed rounds, so none is counted twice.
extension Stream {
  /// Decodes the rounds that wait, commits those that are to be, and leaves a frame. There must be room for it.
  mutating func decode(_ kind: WindowKind, timestamp: UInt64, endsExperiment: Bool = false) -> decant_status {
    let stream = state.pointee.stream
    let rounds = stream.rounds
    let endsExperiment = endsExperiment || kind.isLast
    let committed = endsExperiment ? rounds : state.pointee.configuration.commitRounds
    Decoder.assemble(state, kind, rounds: rounds)
    var decoder = Decoder(state)

    var result = ShotResult(status: Status.ok)
    var digest = state.pointee.totals.digest
    let wordCount = BitSet.wordCount(Int(truncatingIfNeeded: stream.nodes))
    var index: UInt32 = 0
    while index < UInt32(truncatingIfNeeded: wordCount) {
      let word = waiting.words[index]
      decoder.matcher.events.words[index] = word
      if word != 0 {
        digest.add(word ^ UInt64(index) &<< 32)
        result.detectionEvents &+= UInt32(truncatingIfNeeded: word.nonzeroBitCount)
      }
      index &+= 1
    }
    let hasStray = stream.hasIdleDetectors && removeIdle(decoder.matcher.events, decoder.matcher.graph)
    decoder.startFrame()
    decoder.solve(keepsFlips: true, &result)
    guard result.status >= 0 else {
      state.pointee.stream.isLost = true
      return result.status
    }
    decoder.frame.base.update(repeating: 0, count: decoder.frameSize)
    let nodes = nodes(in: committed)
    result.weight = commit(decoder.answer(keepsFlips: true), below: nodes)
    decoder.clearReweights()
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
      state.pointee.stream.rounds = rounds &- committed
      state.pointee.stream.nodes = stream.nodes &- nodes
      state.pointee.stream.oldest &+= UInt64(committed)
      state.pointee.stream.isFirst = false
    }
    return isTruncated ? Status.truncated : Status.ok
  }

  /// Takes out the events of detectors that have no edge: nothing explains them, and an experiment that goes on must not
  /// end with them. Returns whether there were any.
  private func removeIdle(_ events: BitSet, _ graph: Graph) -> Bool {
    var found = false
    var index: UInt32 = 0
    while index << 6 < graph.nodeCount {
      var word = events.words[index]
      while word != 0 {
        let node = index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
        word &= word &- 1
        if graph.pattern(of: node).isEmpty {
          events.remove(node)
          found = true
        }
      }
      index &+= 1
    }
    return found
  }

  /// Detectors in the oldest rounds of the window that is shown.
  private func nodes(in rounds: UInt32) -> UInt32 {
    let stream = state.pointee.stream
    guard rounds < stream.rounds else { return stream.nodes }
    let sizes = state.pointee.image.stream
    return (stream.isFirst ? sizes.firstDetectors : sizes.roundDetectors)
      &+ (rounds &- 1) &* sizes.roundDetectors
  }

  /// Commits the edges of a correction whose lower ends are below `end`. Edges are numbered by their lower ends, so these
  /// are its first ones. Returns what they weigh.
  @inline(__always)
  private func commit(_ answer: Answer, below end: UInt32) -> Int64 {
    let graph = answer.graph
    let edgeEnd = graph.nodes[end].firstEdge
    var weight: Int64 = 0
    var node: UInt32 = 0
    var index: UInt32 = 0
    while index << 6 < edgeEnd {
      var word = answer.flips.words[index]
      if edgeEnd &- index << 6 < 64 { word &= 1 &<< UInt64(edgeEnd & 63) &- 1 }
      while word != 0 {
        let edge = index << 6 | UInt32(truncatingIfNeeded: word.trailingZeroBitCount)
        word &= word &- 1
        while graph.nodes[node &+ 1].firstEdge <= edge { node &+= 1 }
        let slot = graph.ownSlot(of: node, edge: edge)
        let upper = graph.neighbour(of: node, behind: slot)
        if upper >= end { waiting.flip(upper) }
        if graph.slots[slot].flipsObservables { answer.flipObservables(slot) }
        weight &+= Int64(graph.slots[slot].weight)
      }
      index &+= 1
    }
    return weight
  }
}

extension BitSet {
  /// Moves `count` bits down by `shift`, so that the first of them are lost and zeros follow.
  func shiftDown(by shift: UInt32, count: UInt32) {
    let wordCount = UInt32(truncatingIfNeeded: BitSet.wordCount(Int(truncatingIfNeeded: count)))
    let skipped = shift >> 6
    let bits = UInt64(truncatingIfNeeded: shift & 63)
    var index: UInt32 = 0
    while index < wordCount {
      let source = index &+ skipped
      var word: UInt64 = 0
      if source < wordCount { word = words[source] &>> bits }
      if bits != 0 && source &+ 1 < wordCount { word |= words[source &+ 1] &<< (64 &- bits) }
      words[index] = word
      index &+= 1
    }
  }
}
