import DecantCore

/// From real weights to the integer weights that decoding works with.
///
/// An integer weight is twice a rounded number, hence even, so that two regions growing towards each other
/// over an edge always meet at an integer time. The rule is PyMatching's: weights that are integers already
/// are kept, others are stretched until the heaviest takes the largest value.
public struct WeightScale: Equatable, Sendable {
  /// Integer weight = 2 * round(factor * real weight), halves rounded away from zero.
  public let factor: Double

  /// The scale for these weights.
  ///
  /// - Parameters:
  ///   - weights: finite; integers among themselves at most 2^24 - 1 in absolute value.
  ///   - impliedWeights: those that correlations may put in their place, as finite.
  ///   - distinctWeights: absolute values to tell apart, zero included; from 2 to 2^24.
  init(weights: some Sequence<Double>, impliedWeights: [Double] = [], distinctWeights: Int) {
    var heaviest = 0.0
    var allIntegers = true
    func take(_ weight: Double) {
      heaviest = max(heaviest, abs(weight))
      allIntegers = allIntegers && weight.rounded() == weight
    }
    for weight in weights { take(weight) }
    for weight in impliedWeights { take(weight) }
    let steps = Double(distinctWeights - 1)
    // A heaviest weight of 10^-310 would make the factor infinite.
    factor = allIntegers ? 1 : min(steps / heaviest, .greatestFiniteMagnitude)
  }

  private init(factor: Double) { self.factor = factor }

  /// A scale that also holds a weight for which this one may be too fine.
  func holding(_ weight: Double) -> WeightScale {
    let steps = Double(SlotRecord.weightMask / 2)
    return weight * factor <= steps ? self : WeightScale(factor: steps / weight)
  }

  /// The integer nearest to a weight that the scale was not made for, as a network gives them: the largest that an image
  /// takes if it is beyond that.
  ///
  /// - Parameter weight: not negative, and a number.
  func nearestWeight(_ weight: Double) -> Int32 {
    2 * Int32(min((weight * factor).rounded(.toNearestOrAwayFromZero), Double(SlotRecord.weightMask / 2)))
  }

  /// - Parameter weight: one of those that the scale was made for.
  public func integerWeight(_ weight: Double) -> Int32 {
    2 * Int32((weight * factor).rounded(.toNearestOrAwayFromZero))
  }
}
