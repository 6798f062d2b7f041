/// What the image of a strip holds beside its graph: which part of a shot the strip sees, and what of it becomes final.
///
/// A patch that is too large for one core is cut across into strips. Strips with an even number are the first layer: each
/// sees its own detectors and a buffer on both sides, edges that lead out of that being edges to the boundary. Those with
/// an odd number are the second, and see what is left between.
public struct StripRecord: Equatable {
  /// Its number, and how many strips the patch has.
  public var index: UInt32
  public var strips: UInt32
  /// Detectors of a shot of the whole patch.
  public var shotDetectors: UInt32
  /// Detectors that the strip decides: edges with an end there are committed.
  public var committed: UInt32
  /// Detectors on the seam with the strip before, and with the one behind.
  public var before: UInt32
  public var after: UInt32
  /// The most detectors on any seam of the patch.
  public var seamDetectors: UInt32

  public init(
    index: UInt32, strips: UInt32, shotDetectors: UInt32, committed: UInt32, before: UInt32, after: UInt32,
    seamDetectors: UInt32
  ) {
    self.index = index
    self.strips = strips
    self.shotDetectors = shotDetectors
    self.committed = committed
    self.before = before
    self.after = after
    self.seamDetectors = seamDetectors
  }

  static var absent: StripRecord {
    StripRecord(
      index: 0, strips: 0, shotDetectors: 0, committed: 0, before: 0, after: 0, seamDetectors: 0)
  }

  var isSecond: Bool { index & 1 != 0 }
  var isFirst: Bool { index == 0 }
  var isLast: Bool { index &+ 1 == strips }
  /// Bytes of a seam.
  var seamSize: Int { (Int(truncatingIfNeeded: seamDetectors) &+ 7) / 8 }

  /// Whether the numbers fit together, as far as they alone can tell.
  var isSound: Bool {
    index < strips && shotDetectors < ImageReader.maxDetectors && seamDetectors <= shotDetectors
      && max(before, after) <= seamDetectors && (!isFirst || before == 0) && (!isLast || after == 0)
  }
}

/// Which of 64 detectors of the patch a strip sees, as stored: the next ones from a multiple of 64 on.
///
/// A shot is sparse. So a strip does not ask for each of its detectors whether it has fired, but for each that has fired
/// where it is.
public struct StripBlock {
  /// A bit for each, least significant first.
  public var seen: UInt64
  /// Detectors of the strip before the first of these.
  public var firstNode: UInt32
  public var reserved: UInt32 = 0

  public init(seen: UInt64, firstNode: UInt32) {
    self.seen = seen
    self.firstNode = firstNode
  }

  /// Where in the strip a detector is that it sees.
  @inline(__always)
  func node(_ bit: Int) -> UInt32 {
    let before = seen & (1 &<< UInt64(truncatingIfNeeded: bit) &- 1)
    return firstNode &+ UInt32(truncatingIfNeeded: before.nonzeroBitCount)
  }

  static func count(_ shotDetectors: UInt32) -> UInt32 { (shotDetectors &+ 63) / 64 }
}
