/// What shots say of noise with a known structure, made ready for estimators: a rate for each mechanism with its
/// variance, and what the structure makes expect.
public struct NoiseEvidence: Sendable {
  public let structure: NoiseStructure
  public let statistics: SyndromeStatistics
  /// What a noise network sees of the same shots; nil if none is to look.
  let windows: WindowCounts?
  let families: NoiseFamilies
  let local: LocalRates
  /// For each mechanism, its own rate, which chance may make negative.
  let rates: [Double]
  /// Infinite for what was not measured.
  let variances: [Double]
  /// For each mechanism, the rate that the structure makes expect: of the parameters if there are any, otherwise a
  /// mean over mechanisms to which the model of the structure gives the same rate. Above 0.
  let expected: [Double]
  let parametric: ParametricRates?
  /// The parameters that fit best; nil if the noise has none.
  let fit: ParameterFit?
  /// The description's model with estimated rates.
  public func model(_ estimate: NoiseEstimate) throws -> DetectorErrorModel {
    try description.model(
      rates: estimate.rates, parameters: estimate.parameters?.map(\.value) ?? fit?.parameters)
  }

  private let description: NoiseDescription
  /// What a variance is to be multiplied by for what larger sets leave.
  private let factors: [Double]

  /// - Parameters:
  ///   - description: the structure, and what is known of its parameters.
  ///   - statistics: of the structure's products.
  ///   - windows: of all the same shots.
  /// - Throws: `NoiseLearningError` for statistics of something else, or without shots; `ErrorModelError` for noise
  ///   that cannot be sampled.
  public init(
    _ description: NoiseDescription, _ statistics: SyndromeStatistics, windows: WindowCounts? = nil,
    threads: Int = 1
  ) throws {
    let structure = description.structure
    guard statistics.products == structure.products else {
      throw NoiseLearningError(
        source: structure.source, problem: "the statistics were counted for another code or error model")
    }
    guard statistics.shots > 0 else {
      throw NoiseLearningError(source: structure.source, problem: "there are no shots to learn from")
    }
    let families = NoiseFamilies(structure)
    let local = LocalRates(structure, statistics)
    let rates = local.rates(structure)
    let shots = statistics.effectiveShots

    func variances(_ expected: [Double], _ factors: [Double]?) -> [Double] {
      let sums = RateVariances.ofSums(structure, rates: expected)
      return sums.indices.map { local.isMeasured[$0] ? sums[$0] * (factors?[$0] ?? 1) / shots : .infinity }
    }
    func fit(_ variances: [Double]) -> (rates: [Double], fit: ParameterFit?) {
      guard let parametric = description.parametric else {
        return (Self.means(structure, families, rates, variances), nil)
      }
      let fit = ParameterFit(parametric, to: rates, variances: variances, start: description.start(rates))
      return (fit.rates, fit)
    }

    // Variances depend on the rates that they are to weigh.
    var expected = description.scaledRates(statistics)
    for _ in 0..<2 { expected = fit(variances(expected, nil)).rates }
    let factors = try RateCalibration.factors(
      structure, families, rates: expected, model: description.model(rates: expected, parameters: nil),
      variances: RateVariances.ofSums(structure, rates: expected), threads: threads)
    let final = variances(expected, factors)
    let best = fit(final)

    self.description = description
    self.structure = structure
    self.statistics = statistics
    self.windows = windows
    self.families = families
    self.local = local
    self.rates = rates
    self.factors = factors
    self.variances = final
    self.expected = best.rates
    parametric = description.parametric
    self.fit = best.fit
  }

  /// Variances of the measured rates, were these the true ones.
  func variances(ifTrue rates: [Double]) -> [Double] {
    let sums = RateVariances.ofSums(structure, rates: rates)
    return sums.indices.map {
      variances[$0].isFinite ? sums[$0] * factors[$0] / statistics.effectiveShots : .infinity
    }
  }

  /// Means over mechanisms of one size and model rate, drawn towards the model's rates with one scale for each size.
  private static func means(
    _ structure: NoiseStructure, _ families: NoiseFamilies, _ rates: [Double], _ variances: [Double]
  ) -> [Double] {
    let model = structure.positiveModelRates
    let sizes = (0..<structure.count).map { structure.size(of: $0) }
    var scales: [Double] = []
    for size in 0...(sizes.max() ?? 0) {
      let members = sizes.indices.filter { sizes[$0] == size && variances[$0].isFinite }
      let whole = members.reduce(0) { $0 + model[$1] }
      let scale = whole > 0 ? members.reduce(0) { $0 + rates[$1] } / whole : 1
      scales.append(max(scale, 1e-3))
    }
    let scaled = model.indices.map { model[$0] * scales[sizes[$0]] }
    let shrinkage = GroupShrinkage(rates, variances, expected: scaled, groups: families.kinds)
    return scaled.indices.map { scaled[$0] * shrinkage.ratios[families.kinds[$0]].value }
  }
}

extension NoiseStructure {
  /// The model's rates; where it gives none, a little.
  var positiveModelRates: [Double] {
    let mean = modelRates.reduce(0, +) / Double(modelRates.count)
    let least = mean > 0 ? 1e-3 * mean : 1e-3
    return modelRates.map { max($0, least) }
  }
}

/// Groups of mechanisms, each measured as one, relative to what is expected of it and shrunk towards that.
struct GroupShrinkage {
  /// For each group; 1 where nothing was measured.
  let ratios: [AdaptiveShrinkage.Value]
  let shrinkage: AdaptiveShrinkage

  /// - Parameter groups: for each mechanism, its group's number.
  init(_ rates: [Double], _ variances: [Double], expected: [Double], groups: [Int]) {
    let count = (groups.max() ?? -1) + 1
    var sums = [(rate: Double, variance: Double, expected: Double)](repeating: (0, 0, 0), count: count)
    for (mechanism, group) in groups.enumerated() where variances[mechanism].isFinite {
      sums[group].rate += rates[mechanism]
      sums[group].variance += variances[mechanism]
      sums[group].expected += expected[mechanism]
    }
    let values = sums.map { sum in
      sum.expected > 0
        ? AdaptiveShrinkage.Value(
          value: sum.rate / sum.expected, variance: sum.variance / (sum.expected * sum.expected)) : nil
    }
    let shrinkage = AdaptiveShrinkage(values.compactMap { $0 })
    self.shrinkage = shrinkage
    ratios = values.map { value in
      guard let value else { return AdaptiveShrinkage.Value(value: 1, variance: 1) }
      let shrunk = shrinkage.shrunk(value)
      // However little was seen of it, what may happen is not impossible.
      return AdaptiveShrinkage.Value(value: max(shrunk.value, 0.02), variance: shrunk.variance)
    }
  }
}
