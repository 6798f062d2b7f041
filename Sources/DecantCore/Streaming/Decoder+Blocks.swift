import CDecant

/// Decoding one window of an experiment that is cut into blocks.
extension Decoder {
  /// The seams of a window; nil where it has no neighbour.
  struct Seams {
    let before: UnsafeMutablePointer<UInt8>?
    let after: UnsafeMutablePointer<UInt8>?
  }

  /// The detectors that are given with a window. Bits past the last are zero.
  struct ShownBits {
    let bits: UnsafePointer<UInt8>
    let size: Int
    /// The rounds that they are of, counted through the experiment, and behind the last.
    let first: UInt64
    let end: UInt64
    /// Where those of the window itself begin; others are only shown to a network.
    let own: UInt32
    /// Rounds of the experiment.
    let rounds: UInt64
  }

  /// Decodes a window whose shape exists. The observables that it commits are left in `frame`.
  ///
  /// - Parameters:
  ///   - seams: which a window of the first layer writes.
  ///   - told: the same as one of the second reads them, sound.
  static func decodeBlock(
    _ state: UnsafeMutablePointer<DecoderState>, _ window: BlockPlan.Window, _ shown: ShownBits,
    _ seams: Seams,
    _ told: ToldSeams
  ) -> ShotResult {
    assemble(state, window.kind, rounds: window.rounds)
    var decoder = Decoder(state)
    let nodes = state.pointee.stream.window.nodes
    let events = decoder.matcher.events
    events.take(shown.bits, size: shown.size, from: shown.own, count: nodes)
    if state.pointee.configuration.usesNetwork { decoder.show(shown, to: decoder.network, window) }
    let layout = state.pointee.layout.seam
    let seamBits = min(layout.detectors, nodes)
    if let before = told.before { events.flip(before.bits, size: layout.detectorsSize, from: 0) }
    if let after = told.after {
      events.flip(after.bits, size: layout.detectorsSize, from: nodes &- seamBits)
    }

    var result = ShotResult(status: Status.ok)
    var digest = state.pointee.totals.digest
    decoder.noteEvents(&digest, &result.detectionEvents)
    if state.pointee.stream.hasIdleDetectors { _ = events.removeIdle(decoder.matcher.graph) }
    if state.pointee.configuration.usesNetwork { result.preDecoding = decoder.preDecodeBlock() }
    decoder.matcher.reset()
    var steps = WindowSteps()
    withUnsafePointer(to: told) {
      if window.isSecond && layout.rounds != 0 { decoder.toldSeams = $0 }
      result.status = decoder.solve(&steps)
      decoder.toldSeams = nil
    }
    guard result.status >= 0 else { return result }
    result.work = decoder.matcher.work
    result.grownEvents = decoder.matcher.grownEvents

    decoder.frame.base.update(repeating: 0, count: decoder.frameSize)
    if !window.isSecond {
      seams.before?.update(repeating: 0, count: layout.size)
      seams.after?.update(repeating: 0, count: layout.size)
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
    if !window.isSecond && layout.rounds != 0 {
      let image = state.pointee.image.stream
      if let before = seams.before {
        decoder.tellEdges(SeamRounds(window, isBehind: false, image), on: before)
      }
      if let after = seams.after { decoder.tellEdges(SeamRounds(window, isBehind: true, image), on: after) }
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
  func flip(_ bit: UInt32) {
    self[Int(truncatingIfNeeded: bit >> 3)] ^= 1 &<< UInt8(truncatingIfNeeded: bit & 7)
  }
}
