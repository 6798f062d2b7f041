import Glibc

/// Each mechanism by itself, from the parities around it; no parameters, no likeness to others.
///
/// A rate is not negative: what is taken is its mean given that, under the measured value and its variance. What a
/// large set is raised by is taken from the smaller ones within it, so that the sums over edges stay as measured.
public struct MomentEstimator: NoiseEstimator {
  public let name = "moments"

  public func estimate(_ evidence: NoiseEvidence) throws(NoiseLearningError) -> NoiseEstimate {
    let deviations = evidence.variances.map { $0.squareRoot() }
    let rates = evidence.local.rates(evidence.structure) { mechanism, rate in
      deviations[mechanism].isFinite
        ? Self.meanAboveZero(rate, deviations[mechanism]) : evidence.expected[mechanism]
    }
    return NoiseEstimate(
      rates: rates,
      deviations: deviations.indices.map { deviations[$0].isFinite ? deviations[$0] : rates[$0] })
  }

  /// The mean of a normal distribution, cut off at 0.
  static func meanAboveZero(_ mean: Double, _ deviation: Double) -> Double {
    let height = mean / deviation
    // So far below, the distribution falls like an exponential.
    guard height > -20 else { return deviation / -height }
    let density = exp(-0.5 * height * height) * 0.3989422804014327
    return mean + deviation * density / (0.5 * erfc(-height * 0.7071067811865476))
  }
}
