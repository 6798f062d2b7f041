/// Each mechanism by itself, as far as it has reason to be, and otherwise as its like: drawn first from the mean over
/// its orbit in time towards what the parameters say, then from its own rate towards its orbit's.
public struct CombinedEstimator: NoiseEstimator {
  public let name = "combined"

  public func estimate(_ evidence: NoiseEvidence) throws(NoiseLearningError) -> NoiseEstimate {
    let orbits = evidence.families.orbits
    var rates = evidence.expected
    let byOrbit = GroupShrinkage(evidence.rates, evidence.variances, expected: rates, groups: orbits)
    for mechanism in rates.indices { rates[mechanism] *= byOrbit.ratios[orbits[mechanism]].value }

    var members = [Int](repeating: 0, count: byOrbit.ratios.count)
    for orbit in orbits { members[orbit] += 1 }
    // One that is its whole orbit has been heard already.
    let isHeard = orbits.map { members[$0] == 1 }
    let variances = evidence.variances(ifTrue: rates)
    let own = GroupShrinkage(
      evidence.rates, variances.indices.map { isHeard[$0] ? .infinity : variances[$0] }, expected: rates,
      groups: Array(rates.indices))
    // What is expected is itself uncertain.
    let fitted = evidence.fit.flatMap { fit in evidence.parametric.map { fit.rateDeviations($0) } }
    var deviations = rates
    for mechanism in rates.indices {
      let orbit = byOrbit.ratios[orbits[mechanism]]
      let ratio = isHeard[mechanism] ? AdaptiveShrinkage.Value(value: 1, variance: 0) : own.ratios[mechanism]
      let common = (fitted?[mechanism] ?? 0) / evidence.expected[mechanism]
      let relative =
        common * common + orbit.variance / (orbit.value * orbit.value)
        + ratio.variance / (ratio.value * ratio.value)
      rates[mechanism] *= ratio.value
      deviations[mechanism] = rates[mechanism] * relative.squareRoot()
    }
    return NoiseEstimate(
      rates: rates, deviations: deviations,
      remark: "of the orbits \(Self.percent(1 - byOrbit.shrinkage.shares[0])) and of their members "
        + "\(Self.percent(1 - own.shrinkage.shares[0])) are not as expected")
  }

  private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
}
