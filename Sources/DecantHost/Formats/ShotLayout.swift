/// What the bits of one shot are: measurements, then detectors, then observables.
///
/// A decoder's input is detectors, perhaps with the true observables appended; its output is observables.
public struct ShotLayout: Equatable, Sendable, CustomStringConvertible {
  public let measurements: Int
  public let detectors: Int
  public let observables: Int

  /// Counts of bits, none of them negative.
  public init(measurements: Int = 0, detectors: Int = 0, observables: Int = 0) {
    precondition(
      measurements >= 0 && detectors >= 0 && observables >= 0, "a shot cannot have fewer than no bits")
    self.measurements = measurements
    self.detectors = detectors
    self.observables = observables
  }

  /// Bits in a shot.
  public var bits: Int { measurements + detectors + observables }

  /// Bytes in a shot's row: its bits, packed.
  public var rowBytes: Int { bits / 8 + (bits % 8 == 0 ? 0 : 1) }

  /// The bits of a row's last byte that belong to the shot; the others are padding, and zero.
  var lastByteMask: UInt8 { bits % 8 == 0 ? 0xFF : UInt8(1) << UInt8(bits % 8) - 1 }

  /// Such as "25 bits (24 detectors, 1 observable)".
  public var description: String {
    let kinds = [(measurements, "measurement"), (detectors, "detector"), (observables, "observable")]
    let parts = kinds.filter { $0.0 > 0 }.map { ShotLayout.count($0.0, $0.1) }
    let total = ShotLayout.count(bits, "bit")
    return parts.isEmpty ? total : "\(total) (\(parts.joined(separator: ", ")))"
  }

  /// A number and the noun it counts.
  static func count(_ number: Int, _ noun: String) -> String {
    number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
  }
}
