/// Where a stream stands: everything about it that outlives a call, but for the bits and frames themselves.
struct StreamState {
  /// Rounds that wait to be committed, the oldest first, and detectors in them.
  var rounds: UInt32 = 0
  var nodes: UInt32 = 0
  /// The sequence numbers of the oldest of these, and of the round to come.
  var oldest: UInt64 = 0
  var next: UInt64 = 0
  /// Whether the oldest round that waits is the first of its experiment.
  var isFirst = true
  /// A round is missing; nothing is taken until the decoder is reset.
  var isLost = false
  /// Whether the image has detectors that no error flips.
  var hasIdleDetectors = false
  /// Which window the tables in the workspace make: rounds, nodes and edges; none yet if it has no rounds.
  var window = Window()
  /// Weights that committed edges have left for the next window.
  var carriedCount: UInt32 = 0
  /// Frames that wait to be taken, and the place of the oldest of them.
  var frameCount: UInt32 = 0
  var oldestFrame: UInt32 = 0

  /// Frames that can wait.
  static var maxFrames: Int { 4 }

  var past: WindowSide { isFirst ? .end : .committed }

  /// A window as it stands in the workspace.
  struct Window {
    var kind = WindowKind(past: .end, future: .open)
    var rounds: UInt32 = 0
    var nodes: UInt32 = 0
    var edges: UInt32 = 0
  }
}

/// What is told of committed rounds, beside the observables they flip.
struct FrameRecord {
  var firstRound: UInt64
  var lastRound: UInt64
  var timestamp: UInt64
  var work: UInt64
  var digest: UInt64
  var weight: Int64
  var detectionEvents: UInt32
  var flags: UInt32
}
