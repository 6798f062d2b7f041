/// A way to make rates of what shots say. All of them give the same kind of answer, so that they can be compared.
public protocol NoiseEstimator: Sendable {
  /// As users call it.
  var name: String { get }

  /// - Throws: `NoiseLearningError` where it cannot say anything.
  func estimate(_ evidence: NoiseEvidence) throws(NoiseLearningError) -> NoiseEstimate
}

/// How likely each mechanism is, and how sure that is.
public struct NoiseEstimate: Sendable {
  /// -ln(1 - 2p) of each mechanism, above 0.
  public let rates: [Double]
  /// Standard deviations of the rates.
  public let deviations: [Double]
  /// In a sentence, what the estimator found out on its way; nil if nothing.
  public var remark: String?
  /// The parameters behind the rates and their standard deviations, if they are others than those that fit best.
  public var parameters: [(value: Double, deviation: Double)]?

  init(
    rates: [Double], deviations: [Double], remark: String? = nil,
    parameters: [(value: Double, deviation: Double)]? = nil
  ) {
    self.rates = rates
    self.deviations = deviations
    self.remark = remark
    self.parameters = parameters
  }
}

/// The estimators that statistics are enough for. `NeuralEstimator` is one more; it sees shots, and has a file.
public enum NoiseEstimators {
  public static let all: [any NoiseEstimator] = [
    MomentEstimator(), ParameterEstimator(), CombinedEstimator(),
  ]

  public static func named(_ name: String) -> (any NoiseEstimator)? { all.first { $0.name == name } }
}
