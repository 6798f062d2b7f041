import Glibc

/// How often something went wrong, and how far the count can be trusted.
///
/// The interval is Wilson's (1927): it stays inside 0 to 1, is usable from no error at all upwards, and covers
/// close to 95 % on average.
public struct ErrorRate: Equatable, Sendable {
  public let errors: Int
  public let shots: Int

  /// The 0.975 quantile of the normal distribution.
  public static let z = 1.959963984540054

  /// errors: from 0 to `shots`.
  public init(errors: Int, shots: Int) {
    precondition(errors >= 0 && errors <= shots, "there cannot be more errors than shots")
    self.errors = errors
    self.shots = shots
  }

  /// A rate, with the ends of its 95 % interval.
  public struct Estimate: Equatable, Sendable {
    public let value: Double
    public let low: Double
    public let high: Double
  }

  /// The rate for a shot; nil without shots.
  public var perShot: Estimate? {
    guard shots > 0 else { return nil }
    let n = Double(shots)
    let p = Double(errors) / n
    let z2n = Self.z * Self.z / n
    let center = (p + z2n / 2) / (1 + z2n)
    let half = Self.z * (p * (1 - p) / n + z2n / (4 * n)).squareRoot() / (1 + z2n)
    return Estimate(
      value: p, low: errors == 0 ? 0 : max(0, center - half),
      high: errors == shots ? 1 : min(1, center + half))
  }

  /// The rate for a round, if rounds go wrong independently: 1 - 2 p_shot = (1 - 2 p_round)^rounds. A shot
  /// that is wrong half of the time or more gives 1/2, for nothing is left to share out among its rounds.
  public func perRound(_ rounds: Int) -> Estimate? {
    guard rounds > 0, let shot = perShot else { return nil }
    return Estimate(
      value: Self.perRound(shot.value, rounds), low: Self.perRound(shot.low, rounds),
      high: Self.perRound(shot.high, rounds))
  }

  private static func perRound(_ p: Double, _ rounds: Int) -> Double {
    // By logarithms, so that small rates keep their digits.
    p < 0.5 ? -expm1(log1p(-2 * p) / Double(rounds)) / 2 : 0.5
  }
}
