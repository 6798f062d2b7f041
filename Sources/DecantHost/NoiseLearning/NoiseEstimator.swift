/// A way to make rates of what shots say. All of them give the same kind of answer, so that they can be compared; a
/// network that looks at two rounds would be one more.
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
}

/// The estimators that there are.
public enum NoiseEstimators {
  public static let all: [any NoiseEstimator] = [
    MomentEstimator(), ParameterEstimator(), CombinedEstimator(),
  ]

  public static func named(_ name: String) -> (any NoiseEstimator)? { all.first { $0.name == name } }
}
