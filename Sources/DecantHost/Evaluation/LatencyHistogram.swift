/// How long single shots took, in memory that does not grow with their number.
///
/// Durations are told apart to 1 part in 64; the longest is kept exactly.
public struct LatencyHistogram: Equatable, Sendable {
  /// The longest, in nanoseconds.
  public private(set) var max: UInt64 = 0
  public private(set) var count = 0
  private var buckets = [Int](repeating: 0, count: 58 * 64 + 64)

  public init() {}

  public mutating func record(nanoseconds: UInt64) {
    buckets[Self.bucket(nanoseconds)] += 1
    count += 1
    max = Swift.max(max, nanoseconds)
  }

  public mutating func add(_ other: LatencyHistogram) {
    for index in buckets.indices { buckets[index] += other.buckets[index] }
    count += other.count
    max = Swift.max(max, other.max)
  }

  /// The least duration, in nanoseconds, that at least this share of the shots did not exceed; nil without shots.
  public func quantile(_ share: Double) -> UInt64? {
    guard count > 0 else { return nil }
    let rank = Swift.max(1, Int((share * Double(count)).rounded(.up)))
    var seen = 0
    for index in buckets.indices {
      seen += buckets[index]
      if seen >= rank { return min(max, Self.largest(index)) }
    }
    return max
  }

  /// Below 64 each number has a bucket; above, each octave has 64.
  private static func bucket(_ value: UInt64) -> Int {
    guard value >= 64 else { return Int(value) }
    let octave = 63 - value.leadingZeroBitCount - 6
    return (octave + 1) * 64 + Int(value >> UInt64(octave)) - 64
  }

  /// The largest value of a bucket.
  private static func largest(_ bucket: Int) -> UInt64 {
    guard bucket >= 64 else { return UInt64(bucket) }
    let octave = UInt64(bucket / 64 - 1)
    return (UInt64(bucket % 64 + 64) << octave) + ((1 << octave) - 1)
  }
}
