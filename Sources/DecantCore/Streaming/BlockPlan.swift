/// How an experiment is cut into windows of two layers (L. Skoric et al., arXiv:2209.08552): even windows commit rounds in
/// their middles, odd ones what is left between.
///
/// Only even windows see rounds that others commit, and they do not see what these make of them; so they do not depend on
/// each other, and nothing depends on who decodes what when.
struct BlockPlan {
  let stream: StreamRecord
  let commit: UInt64
  let buffer: UInt64
  /// Rounds around a window that are shown to an event network.
  let shownAround: UInt64

  init(_ image: ImageReader, _ configuration: Configuration) {
    stream = image.stream
    commit = UInt64(configuration.commitRounds)
    buffer = UInt64(configuration.bufferRounds)
    shownAround = configuration.usesNetwork ? UInt64(image.network.roundRadius) : 0
  }

  /// Rounds of an odd window, so that with all even windows' it is as long as these.
  private var gap: UInt64 { commit &+ 2 &* buffer }
  /// Rounds that window 0 commits: where others begin, rounds are like any other.
  private var firstCommit: UInt64 { UInt64(stream.firstCommit(UInt32(truncatingIfNeeded: commit))) }

  /// The most rounds that a window of any experiment sees: the last window takes the rest along where nothing but an end's
  /// rounds would follow.
  var longestWindow: UInt32 {
    let rounds = firstCommit &+ 2 &* buffer &+ UInt64(stream.tailRounds)
    return UInt32(truncatingIfNeeded: min(rounds, UInt64(UInt32.max)))
  }

  /// What a window sees and commits. Rounds are numbered through the experiment.
  struct Window {
    var kind: WindowKind
    var first: UInt64
    var end: UInt64
    var firstCommitted: UInt64
    var committedEnd: UInt64
    var isSecond: Bool

    var rounds: UInt32 { UInt32(truncatingIfNeeded: end &- first) }
  }

  /// The rounds of an experiment whose detectors are given with a window: its own, and those that a network looks at.
  func shown(_ window: Window, rounds: UInt64) -> (first: UInt64, end: UInt64) {
    (window.first &- min(window.first, shownAround), window.end &+ min(shownAround, rounds &- window.end))
  }

  /// The window of an experiment; nil if it has no such window.
  ///
  /// - Parameter rounds: at least one. Numbers of windows that would overflow are beyond every experiment.
  func window(_ index: UInt64, rounds: UInt64) -> Window? {
    let period = commit &+ gap
    let (start, overflow) = (index / 2).multipliedReportingOverflow(by: period)
    guard !overflow, start < UInt64.max / 2 else { return nil }
    if index & 1 == 0 { return even(index / 2, start, rounds) }
    // Behind an even window that does not commit to the end.
    guard let before = even(index / 2, start, rounds), !before.kind.isLast else { return nil }
    let first = before.committedEnd
    let next = even(index / 2 &+ 1, start &+ period, rounds)
    let end = next?.firstCommitted ?? rounds
    return Window(
      kind: WindowKind(past: .committed, future: next == nil ? .end : .committed), first: first, end: end,
      firstCommitted: first, committedEnd: end, isSecond: true)
  }

  /// - Parameter start: where it would commit from, if the first window did not commit more than others.
  private func even(_ number: UInt64, _ start: UInt64, _ rounds: UInt64) -> Window? {
    let tail = UInt64(stream.tailRounds)
    let first = number == 0 ? 0 : start &+ firstCommit &- commit
    // An odd window that ends before the experiment ends at a round like any other.
    guard number == 0 || (rounds > tail && first <= rounds &- tail) else { return nil }
    let committedEnd = first &+ (number == 0 ? firstCommit : commit)
    // So does what an even window sees.
    let isLast = rounds <= tail || committedEnd &+ buffer > rounds &- tail
    return Window(
      kind: WindowKind(past: number == 0 ? .end : .open, future: isLast ? .end : .open),
      first: number == 0 ? 0 : first &- buffer, end: isLast ? rounds : committedEnd &+ buffer,
      firstCommitted: first, committedEnd: isLast ? rounds : committedEnd, isSecond: false)
  }

  /// Detectors of an experiment before one of its rounds.
  func detectors(before round: UInt64, of rounds: UInt64) -> UInt64 {
    if round == 0 { return 0 }
    let usual = UInt64(stream.firstDetectors) &+ (round &- 1) &* UInt64(stream.roundDetectors)
    return round < rounds ? usual : usual &- UInt64(stream.roundDetectors) &+ UInt64(stream.lastDetectors)
  }
}
