/// The noise to learn, as far as it is known beforehand: its structure, and the parameters behind it if it has any.
public struct NoiseDescription: Sendable {
  public let structure: NoiseStructure
  /// The model that told the structure.
  private let template: DetectorErrorModel
  private let traced: ParameterTrace.Result?
  /// Of the parameters, to begin with.
  private let values: [Double]
  /// The model with other parameters.
  private let retell: (@Sendable ([Double]) throws -> DetectorErrorModel)?
  /// Whether the parameters are the 25 of a surface code's noise.
  let isSurface: Bool
  /// The surface code's memory, if its noise has these parameters.
  private let memory: SurfaceCodeMemory?

  private init(
    _ structure: NoiseStructure, _ template: DetectorErrorModel, _ traced: ParameterTrace.Result? = nil,
    values: [Double] = [], memory: SurfaceCodeMemory? = nil,
    retell: (@Sendable ([Double]) throws -> DetectorErrorModel)? = nil
  ) {
    self.structure = structure
    self.template = template
    self.traced = traced
    self.retell = retell
    self.values = values
    isSurface = memory != nil
    self.memory = memory
  }

  /// Noise of any error model, without parameters.
  public init(_ model: DetectorErrorModel) throws(NoiseLearningError) {
    self.init(try NoiseStructure(model), model)
  }

  /// Noise of a circuit; its parameters are the numbers in it.
  public init(_ circuit: Circuit, source: String) throws {
    let model = try DetectorErrorModel(circuit, source: source)
    let structure = try NoiseStructure(model)
    let traced = try ParameterTrace.circuit(circuit, structure)
    self.init(structure, model, traced, values: traced.values) { parameters in
      try DetectorErrorModel(circuit.withNoise(parameters, places: traced.places), source: source)
    }
  }

  /// Noise of a surface code's memory: its 25 parameters, or what its other circuit has.
  public init(_ memory: SurfaceCodeMemory, source: String) throws {
    guard case .parameters = memory.noise else {
      try self.init(memory.circuit(), source: source)
      return
    }
    // All that may happen has to be in the structure, whatever noise was told.
    let noise = try NoiseParameters(.uniform, p: 0.003)
    let uniform = try memory.with(noise)
    let model = try DetectorErrorModel(uniform.circuit(), source: source)
    let structure = try NoiseStructure(model)
    let traced = try ParameterTrace.surface(uniform, structure)
    self.init(structure, model, traced, values: noise.values, memory: uniform) { parameters in
      let learned = try NoiseParameters(values: parameters, source: source)
      return try DetectorErrorModel(uniform.with(learned).circuit(), source: source)
    }
  }

  var parametric: ParametricRates? { traced?.rates }

  /// The windows that a noise network looks through.
  ///
  /// - Throws: `NoiseLearningError` where there are none.
  public func windows() throws(NoiseLearningError) -> BulkWindows {
    guard let memory else {
      throw NoiseLearningError(
        source: structure.source,
        problem: "a noise network knows the 25 parameters of --code surface alone; take another --estimator")
    }
    return try BulkWindows(memory, source: structure.source)
  }

  /// The model of the structure, its rates scaled together so that as many detectors fire as did.
  func scaledRates(_ statistics: SyndromeStatistics) -> [Double] {
    let rates = structure.positiveModelRates
    let scale = scale(statistics, rates)
    return rates.map { $0 * scale }
  }

  /// Parameters to begin with: those of the circuit, scaled so that mechanisms happen as often as measured.
  func start(_ rates: [Double]) -> [Double] {
    guard let parametric else { return [] }
    let whole = parametric.rates(values).reduce(0, +)
    let scale = whole > 0 ? max(1e-3, min(100, rates.reduce(0, +) / whole)) : 1
    return zip(values, parametric.limits).map { min(max($0 * scale, 1e-7), $1) }
  }

  private func scale(_ statistics: SyndromeStatistics, _ rates: [Double]) -> Double {
    let shots = max(statistics.shots, 1)
    let sums = structure.sums(rates)
    var measured = 0.0
    var expected = 0.0
    for root in structure.products.roots where sums[Int(root)] > 0 {
      // A detector that is stuck says nothing of the others.
      let density = statistics.counts[Int(root)] / shots
      guard density > 0, density < 0.45 else { continue }
      measured += Rate.of(probability: density)
      expected += sums[Int(root)]
    }
    return expected > 0 ? max(1e-3, measured / expected) : 1
  }

  /// The error model with learned rates: its errors decomposed as before, repetitions played out.
  ///
  /// Errors that flip the same detectors share their mechanism's rate as they do in the model of the parameters, or,
  /// without any, in that which told the structure. Detection events cannot tell how, as these errors differ in
  /// observables and decomposition alone; but decoding depends on it.
  ///
  /// - Parameters:
  ///   - rates: of the mechanisms; errors that flip no detector keep their probabilities.
  ///   - parameters: that were fitted; nil if there are none.
  public func model(rates: [Double], parameters: [Double]?) throws -> DetectorErrorModel {
    let template = try parameters.flatMap { try retell?($0) } ?? template
    var whole = [Double](repeating: 0, count: structure.count)
    var members = whole
    template.forEachError { error in
      guard let mechanism = structure.mechanism(flipping: error.flippedDetectors) else { return }
      whole[mechanism] += Rate.of(probability: error.probability)
      members[mechanism] += 1
    }
    var builder = ErrorModelBuilder()
    template.forEachError { error in
      var probability = error.probability
      if let mechanism = structure.mechanism(flipping: error.flippedDetectors) {
        let own = Rate.of(probability: probability)
        let share = whole[mechanism] > 0 ? own / whole[mechanism] : 1 / members[mechanism]
        probability = Rate.probability(rates[mechanism] * share)
      }
      let targets = error.targets.map { target in
        target.detector.map {
          ErrorTarget(detector: UInt32(UInt64($0).addingSaturated(error.detectorShift)))
        } ?? target
      }
      builder.append(.error, targets, arguments: [probability])
    }
    let errors = builder.instructions.count
    for detector in 0..<template.detectorCount {
      builder.append(
        .detector, [ErrorTarget(detector: UInt32(detector))],
        arguments: Array(structure.coordinates[detector]))
    }
    for observable in 0..<template.observableCount {
      builder.append(.logicalObservable, [ErrorTarget(observable: UInt32(observable))], arguments: [])
    }
    return DetectorErrorModel(
      source: structure.source, detectorCount: template.detectorCount,
      observableCount: template.observableCount, errorCount: errors, builder)
  }
}

extension SurfaceCodeMemory {
  /// The same experiment with other noise.
  fileprivate func with(_ noise: NoiseParameters) throws(ExperimentError) -> SurfaceCodeMemory {
    try SurfaceCodeMemory(
      distance: lattice.distance, rounds: rounds, basis: basis, orientation: lattice.orientation,
      noise: .parameters(noise))
  }
}
