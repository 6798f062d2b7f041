/// The parameters of a surface code's noise as a network reads them off windows of the bulk, and what they make of each
/// mechanism. Boundaries, the first and the last round follow from the parameters, whatever the shots say of them.
public struct NeuralEstimator: NoiseEstimator {
  public let name = "neural"
  private let network: NoiseNetwork

  public init(_ network: NoiseNetwork) { self.network = network }

  /// - Parameter path: of a network that `python -m decant.train.noise` wrote; nil for the one that comes along.
  /// - Throws: as `NoiseNetwork.init(named:)`.
  public init(path: String?) throws {
    self.init(try NoiseNetwork(named: path ?? NoiseNetwork.shippedName))
  }

  public func estimate(_ evidence: NoiseEvidence) throws(NoiseLearningError) -> NoiseEstimate {
    guard let windows = evidence.windows, let parametric = evidence.parametric else {
      throw NoiseLearningError(
        source: evidence.structure.source,
        problem: "a noise network looks at shots, and statistics do not hold what it sees; "
          + "take another estimator")
    }
    let parameters = network.parameters(windows)
    let rates = parametric.rates(parameters)
    return NoiseEstimate(
      rates: rates, deviations: rates.map { $0 * network.rateDeviation },
      parameters: zip(parameters, network.deviations).map { ($0, $0 * $1) })
  }
}
