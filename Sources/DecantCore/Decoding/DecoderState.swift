/// The head of a workspace: everything about a decoder that outlives a call.
///
/// It holds one address, the image's; its own parts are found by offset, so that a copy of the workspace is
/// a decoder as well.
struct DecoderState {
  var magic: UInt64
  var image: ImageReader
  var layout: WorkspaceLayout
  var configuration: Configuration
  var reweighting: Reweighting
  var totals: Totals
  var stream = StreamState()
  /// The window of a stream that is being decoded.
  var unfinished = UnfinishedWindow()
  /// Which kernels the network is worked out with; see `EventKernel`.
  var kernelLevel = EventKernel.bestLevel()

  /// Says that a decoder was initialised here by this version of the library.
  static var magic: UInt64 { 0x0001_7265_646F_6344 }
}

/// Weights changed for the next shot: how many, and what that does to the shot's beginning.
struct Reweighting {
  /// Edges in the overlay.
  var count: UInt32 = 0
  /// Of these, edges whose weight has changed sign.
  var toggles: UInt32 = 0
  /// What to add to the image's `negativeWeight`.
  var negativeWeight: Int64 = 0
}

/// What `decant_stats_read` and `decant_digest` tell. A reset starts it again.
struct Totals {
  var shots: UInt64 = 0
  var truncated: UInt64 = 0
  var impossible: UInt64 = 0
  var detectionEvents: UInt64 = 0
  var grownEvents: UInt64 = 0
  var blossoms: UInt64 = 0
  var work: UInt64 = 0
  var maxWork: UInt64 = 0
  var maxDetectionEvents: UInt32 = 0
  var digest = Digest()
}
