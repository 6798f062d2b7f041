import Glibc

/// Weights of edges: log-likelihood ratios ln((1 - p) / p) of the mechanisms they stand for.
///
/// The formulas are evaluated in the order in which PyMatching 2.4 evaluates them, so that the same model
/// gives the same floating-point weights, bit for bit.
enum LogLikelihood {
  /// The largest probability below 1. A mechanism that always happens would weigh minus infinity; read as
  /// this, it weighs -36.7, as certain as double precision can say.
  static let nearlyCertain = 1 - 0x1p-53

  /// - Parameter probability: above 0, at most 1.
  static func weight(probability: Double) -> Double {
    let probability = min(probability, nearlyCertain)
    let odds = (1 - probability) / probability
    // Below 2^-1024 the quotient overflows, and 1 - p is 1.
    return odds.isFinite ? log(odds) : -log(probability)
  }

  static func probability(weight: Double) -> Double { 1 / (1 + exp(weight)) }

  /// Probability that exactly one of two independent mechanisms happens.
  static func exactlyOne(_ p: Double, _ q: Double) -> Double { p * (1 - q) + q * (1 - p) }

  /// Weight of the mechanism that happens when exactly one of two independent mechanisms does, computed from
  /// their weights without overflow: Hagenauer, Offer and Papke's "box-plus" of two log-likelihood ratios.
  static func exactlyOne(weights a: Double, _ b: Double) -> Double {
    let smaller = min(abs(a), abs(b))
    let sameSign = (a.sign == .minus) == (b.sign == .minus)
    return (sameSign ? smaller : -smaller) + log(1 + exp(-abs(a + b))) - log(1 + exp(-abs(a - b)))
  }
}
