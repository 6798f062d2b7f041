/// A checked `decant_config`.
struct Configuration {
  /// Work units; `UInt64.max` for no limit.
  var workLimit = UInt64.max
  /// Weights that may be changed for one shot.
  var maxReweights: UInt32 = 0
  /// Whether a second pass matches under what the edges of the first say about others.
  var isCorrelated = false
  /// Whether union-find decodes instead of matching.
  var isUnionFind = false
  /// Whether the image's event network changes weights before a shot is matched.
  var usesNetwork = false
  /// Work units of a window after which a call of a stream leaves the rest to later ones; zero if none may.
  var sliceWork: UInt32 = 0
  /// Rounds that a window of a stream commits, and those that it sees besides; zero for the image's.
  var commitRounds: UInt32 = 0
  var bufferRounds: UInt32 = 0

  /// Whether windows are decoded one by one, in any order, instead of a stream.
  var isBlocks = false
  /// Whether rounds of a stream may be erased.
  var takesErasures = false
  /// Most rounds that a window sees.
  var windowRounds: UInt32 = 0
}
