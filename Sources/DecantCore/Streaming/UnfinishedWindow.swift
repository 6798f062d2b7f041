/// A window of a stream whose work is spread over several calls: what is known of it between these.
///
/// What it sees was taken when it was complete, so that the rounds which come meanwhile are those of the window after
/// it; only what its committed edges flip there is still to come.
struct UnfinishedWindow {
  /// Whether there is one.
  var isThere = false
  /// Calls that may still go on with it, the one that completed it among them.
  var callsLeft: UInt32 = 0
  /// Detectors in rounds that it commits; see `Decoder.carry` for the others.
  var nodes: UInt32 = 0
  var carryBegin: UInt32 = 0
  var known: UInt32 = 0
  /// Of the frame to come.
  var flags: UInt32 = 0
  var firstRound: UInt64 = 0
  var lastRound: UInt64 = 0
  var timestamp: UInt64 = 0
  var result = ShotResult(status: Status.ok)
  var digest = Digest()
  var matcher = MatcherProgress()
  var steps = WindowSteps()
}

extension Stream {
  /// Forgets the window that is unfinished, and leaves the workspace as between two windows.
  @inline(never) @_optimize(size)
  func abandonWindow() {
    guard state.pointee.unfinished.isThere else { return }
    var decoder = Decoder(state)
    decoder.matcher.progress = state.pointee.unfinished.matcher
    decoder.matcher.abandon()
    decoder.clearReweights()
    state.pointee.unfinished.isThere = false
  }
}
