import CDecant

/// Decoding one window of an experiment that is cut into blocks.
extension Decoder {
  /// The seams of a window: bits of the rounds next to what it commits.
  struct Seams {
    let before: UnsafeMutablePointer<UInt8>?
    let after: UnsafeMutablePointer<UInt8>?
    let size: Int
  }

  /// Decodes a window whose shape exists. The observables that it commits are left in `frame`.
  ///
  /// - Parameter bits: of its detectors, as many as the shape has. Those past the last are zero.
  static func decodeBlock(
    _ state: UnsafeMutablePointer<DecoderState>, _ window: BlockPlan.Window, _ bits: UnsafePointer<UInt8>,
    size: Int, _ seams: Seams
  ) -> ShotResult {
    assemble(state, window.kind, rounds: window.rounds)
    var decoder = Decoder(state)
    let nodes = state.pointee.stream.window.nodes
    let events = decoder.matcher.events
    events.clear(wordCount: BitSet.wordCount(Int(truncatingIfNeeded: nodes)))
    events.flip(bits, size: size, from: 0)
    let image = state.pointee.image.stream
    let seamBits = min(image.edgeReach &* image.roundDetectors, nodes)
    if window.isSecond {
      if let before = seams.before { events.flip(before, size: seams.size, from: 0) }
      if let after = seams.after { events.flip(after, size: seams.size, from: nodes &- seamBits) }
    }

    var result = ShotResult(status: Status.ok)
    var digest = state.pointee.totals.digest
    var index = 0
    while index < BitSet.wordCount(Int(truncatingIfNeeded: nodes)) {
      let word = events.words.base[index]
      if word != 0 { decoder.note(word, index, &digest, &result.detectionEvents) }
      index &+= 1
    }
    if state.pointee.stream.hasIdleDetectors { _ = events.removeIdle(decoder.matcher.graph) }
    decoder.startFrame()
    decoder.solve(keepsFlips: true, &result)
    guard result.status >= 0 else { return result }

    decoder.frame.base.update(repeating: 0, count: decoder.frameSize)
    if !window.isSecond {
      seams.before?.update(repeating: 0, count: seams.size)
      seams.after?.update(repeating: 0, count: seams.size)
    }
    let begin = decoder.firstNode(ofRound: window.firstCommitted &- window.first, window)
    let end = decoder.firstNode(ofRound: window.committedEnd &- window.first, window)
    let seamBegin = begin &- min(begin, seamBits)
    result.weight = decoder.answer(keepsFlips: true).commit(from: begin, to: end) { node in
      // Only windows of the first layer see what they do not commit.
      if node < begin {
        seams.before?.flip(node &- seamBegin)
      } else {
        seams.after?.flip(node &- end)
      }
    }
    decoder.clearReweights()
    decoder.record(result, digest)
    return result
  }

  /// The first node of a round of a window, counted from its first; behind its last round, the number of its nodes.
  private func firstNode(ofRound round: UInt64, _ window: BlockPlan.Window) -> UInt32 {
    let stream = state.pointee.image.stream
    if round == 0 { return 0 }
    if round == UInt64(window.rounds) { return state.pointee.stream.window.nodes }
    let first = window.kind.isFirst ? stream.firstDetectors : stream.roundDetectors
    return first &+ UInt32(truncatingIfNeeded: round &- 1) &* stream.roundDetectors
  }
}

extension UnsafeMutablePointer where Pointee == UInt8 {
  @inline(__always)
  fileprivate func flip(_ bit: UInt32) {
    self[Int(truncatingIfNeeded: bit >> 3)] ^= 1 &<< UInt8(truncatingIfNeeded: bit & 7)
  }
}
