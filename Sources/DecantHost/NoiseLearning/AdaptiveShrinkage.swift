import Glibc

/// Estimates drawn towards what is expected of them, as far as all of them together say that they should be.
///
/// Each value is thought to be 1 plus a deviation of one of several spreads, of which the narrowest is none. How many
/// values have which is found from all of them by expectation and maximization (M. Stephens, "False discovery rates: a
/// new deal", 2016). So where all agree with what is expected, all are drawn in; and a few that are quite different do
/// not keep the others from it, nor are they drawn in themselves.
struct AdaptiveShrinkage {
  /// A value and its variance.
  struct Value {
    var value: Double
    var variance: Double
  }

  static let spreads = [0, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8]
  /// Of spreads, the share of each among the values.
  let shares: [Double]

  /// - Parameter values: relative to what is expected.
  init(_ values: [Value]) {
    // Without a reason to do otherwise nothing deviates.
    var shares = Self.spreads.map { $0 == 0 ? 0.5 : 0.5 / Double(Self.spreads.count - 1) }
    let likelihoods = values.map { Self.likelihoods($0) }
    for _ in 0..<200 {
      var sums = Self.spreads.map { $0 == 0 ? 10.0 : 0 }
      for likelihood in likelihoods {
        var total = 0.0
        for index in shares.indices { total += shares[index] * likelihood[index] }
        guard total > 0 else { continue }
        for index in shares.indices { sums[index] += shares[index] * likelihood[index] / total }
      }
      let whole = sums.reduce(0, +)
      var change = 0.0
      for index in shares.indices {
        change = max(change, abs(sums[index] / whole - shares[index]))
        shares[index] = sums[index] / whole
      }
      if change < 1e-5 { break }
    }
    self.shares = shares
  }

  /// What a value is likely to be: mean and variance.
  func shrunk(_ value: Value) -> Value {
    let likelihoods = Self.likelihoods(value)
    var total = 0.0
    var mean = 0.0
    var square = 0.0
    for (index, spread) in Self.spreads.enumerated() {
      let weight = shares[index] * likelihoods[index]
      let gain = spread * spread / (spread * spread + value.variance)
      let center = 1 + gain * (value.value - 1)
      total += weight
      mean += weight * center
      square += weight * (center * center + gain * value.variance)
    }
    guard total > 0 else { return value }
    mean /= total
    return Value(value: mean, variance: max(0, square / total - mean * mean))
  }

  /// Of a value under each spread, up to a factor.
  private static func likelihoods(_ value: Value) -> [Double] {
    let logarithms = spreads.map { spread in
      let variance = value.variance + spread * spread
      return -0.5 * log(variance) - 0.5 * (value.value - 1) * (value.value - 1) / variance
    }
    let most = logarithms.max() ?? 0
    return logarithms.map { exp($0 - most) }
  }
}
