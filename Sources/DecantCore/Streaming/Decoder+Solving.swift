import CDecant

/// Solving a window in steps, between which and within the longest of which another call may go on.
///
/// The steps of `Decoder.solve`, whose answer is the edges alone: what they weigh and flip is told of those that are
/// committed.
extension Decoder {
  /// Goes on with the window in `events`, for which the matcher was reset. Returns PENDING if there is more to do, in a
  /// call to come; OK or TRUNCATED with the correction in `flips`; or INTERNAL.
  @inline(never)
  mutating func solve(_ steps: inout WindowSteps) -> decant_status {
    if steps.next == .matching {
      steps.end = matcher.match()
      if steps.end == Status.pending { return Status.pending }
      steps.grownEvents = matcher.grownEvents
      steps.next = .collecting
      if steps.end == Status.ok && state.pointee.configuration.isCorrelated { steps.next = .correlating }
      if matcher.pauseAt != .max && matcher.work != 0 { return Status.pending }
    }
    if steps.next == .correlating {
      var settled: Trail?
      steps.end = matchCorrelated(settled: &settled)
      steps.next = .rematching
      if let settled {
        var answer = answer(keepsFlips: true)
        flips.clear(wordCount: BitSet.wordCount(state.pointee.layout.edgeCount))
        answer.flip(settled)
        return Status.ok
      }
    } else if steps.next == .rematching {
      steps.end = matcher.match()
    }
    if steps.next == .rematching {
      if steps.end == Status.pending { return Status.pending }
      matcher.grownEvents = steps.grownEvents
      steps.next = .collecting
      if matcher.pauseAt != .max { return Status.pending }
    }
    guard steps.end >= 0 else {
      clearReweights()
      return steps.end
    }
    return collect(isComplete: steps.end == Status.ok)
  }

  /// Leaves the correction in `flips`. Returns OK, or TRUNCATED if events were led out.
  @inline(__always)
  private mutating func collect(isComplete: Bool) -> decant_status {
    let wordCount = BitSet.wordCount(state.pointee.layout.edgeCount)
    flips.clear(wordCount: wordCount)
    var answer = answer(keepsFlips: true)
    if isComplete {
      if matcher.collect(into: &answer, searches: true) { return Status.ok }
      flips.clear(wordCount: wordCount)
    } else {
      matcher.finishTrees()
    }
    _ = matcher.collect(into: &answer, searches: false)
    return Status.truncated
  }
}

/// How far a window is solved.
struct WindowSteps {
  var next = Step.matching
  /// How the last matching has ended.
  var end = Status.ok
  /// Events that the first left to grow.
  var grownEvents: UInt32 = 0

  enum Step: UInt8 {
    case matching, correlating, rematching, collecting
  }
}
