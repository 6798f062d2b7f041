/// One target of an error: a detector, an observable, or the `^` that separates two components.
///
/// Four bytes, because a model of a long experiment holds tens of millions of them.
public struct ErrorTarget: Hashable, Comparable, Sendable {
  /// Detectors stand as they are (below 2^28), observables with bit 31 set, the separator as all ones: so
  /// they sort in this order, as in Stim.
  let code: UInt32

  private static let observableBit: UInt32 = 1 << 31

  init(detector: UInt32) { code = detector }
  init(observable: UInt32) { code = observable | Self.observableBit }
  private init(code: UInt32) { self.code = code }

  /// `^`
  public static let separator = ErrorTarget(code: .max)

  public var isSeparator: Bool { code == .max }

  public static func < (a: ErrorTarget, b: ErrorTarget) -> Bool { a.code < b.code }

  /// The number of the detector, to which the shift in force is still to be added; nil if it is none.
  public var detector: UInt32? { code < Self.observableBit ? code : nil }

  /// The number of the observable; nil if it is none.
  public var observable: UInt32? {
    code >= Self.observableBit && code != .max ? code ^ Self.observableBit : nil
  }
}
