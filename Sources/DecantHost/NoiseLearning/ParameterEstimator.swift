/// A few parameters for all: what the noise's parameters that fit best make of each mechanism.
public struct ParameterEstimator: NoiseEstimator {
  public let name = "parameters"

  public func estimate(_ evidence: NoiseEvidence) throws(NoiseLearningError) -> NoiseEstimate {
    guard let fit = evidence.fit, let parametric = evidence.parametric else {
      throw NoiseLearningError(
        source: evidence.structure.source,
        problem:
          "an error model tells no parameters of noise; give a circuit or a code, or take another estimator")
    }
    return NoiseEstimate(rates: fit.rates, deviations: fit.rateDeviations(parametric))
  }
}
