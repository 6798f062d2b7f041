import Glibc
import Testing

@testable import DecantHost

/// Rates from exact parities and from shots; parameters and their gradients; what estimators make of them.
@Suite struct NoiseLearningTests {
  static func memory(
    _ distance: Int = 3, _ rounds: Int = 4, _ basis: PauliBasis = .x, noise: NoiseParameters? = nil
  ) throws -> SurfaceCodeMemory {
    try SurfaceCodeMemory(
      distance: distance, rounds: rounds, basis: basis, orientation: .xv,
      noise: .parameters(noise ?? NoiseParameters(.uniform, p: 0.004)))
  }

  /// 25 values that are all different.
  static func randomNoise(_ seed: UInt64, scale: Double = 1) throws -> NoiseParameters {
    var random = RandomStream(seed: seed, block: 7)
    let uniform = try NoiseParameters(.uniform, p: 0.004)
    return try NoiseParameters(
      values: uniform.values.map { $0 * scale * (0.3 + 3 * Double(random.next() >> 11) * 0x1p-53) })
  }

  static func statistics(
    _ model: DetectorErrorModel, _ products: DetectorProducts, shots: Int, seed: UInt64 = 5
  ) throws -> SyndromeStatistics {
    let sampler = try ModelSampler(model, seed: seed)
    let counter = ProductCounter(products)
    let layout = ShotLayout(detectors: model.detectorCount)
    var batch = ShotBatch(layout: layout, capacity: 1024)
    for first in stride(from: 0, to: shots, by: 1024) {
      batch.refill { rows, count in
        count = min(1024, shots - first)
        sampler.sample(
          first: UInt64(first), count: count, detectors: ShotRows(rows, stride: layout.rowBytes))
      }
      counter.count(batch)
    }
    var statistics = SyndromeStatistics(products)
    statistics.add(counter)
    return statistics
  }

  static func rates(_ model: DetectorErrorModel, _ structure: NoiseStructure) -> [Double] {
    var rates = [Double](repeating: 0, count: structure.count)
    model.forEachError { error in
      guard let mechanism = structure.mechanism(flipping: error.flippedDetectors) else { return }
      rates[mechanism] += Rate.of(probability: error.probability)
    }
    return rates
  }

  /// How often the detectors of each product fire together, exactly: by going through all that may happen.
  static func exactCounts(_ model: DetectorErrorModel, _ products: DetectorProducts) -> [Double] {
    var errors: [(probability: Double, mask: UInt32)] = []
    model.forEachError { error in
      errors.append((error.probability, error.flippedDetectors.reduce(0) { $0 | 1 << $1 }))
    }
    var distribution: [UInt32: Double] = [0: 1]
    for error in errors {
      var next: [UInt32: Double] = [:]
      for (pattern, probability) in distribution {
        next[pattern, default: 0] += probability * (1 - error.probability)
        next[pattern ^ error.mask, default: 0] += probability * error.probability
      }
      distribution = next
    }
    var path: [UInt32] = []
    return products.nodes.map { node in
      path.removeLast(path.count - Int(node.depth) + 1)
      path.append(node.detector)
      let mask = path.reduce(UInt32(0)) { $0 | 1 << $1 }
      return distribution.reduce(0) { $1.key & mask == mask ? $0 + $1.value : $0 }
    }
  }

  /// With exact moments the closed forms give back the rates, of sets of all sizes that overlap in all ways.
  @Test func closedFormsAreExact() throws {
    let text = """
      error(0.03) D0
      error(0.05) D0 D1 ^ D2
      error(0.02) D0 D1
      error(0.04) D1 D2
      error(0.01) D0 D1 ^ D2 D3
      error(0.06) D3 L0
      error(0.015) D1 ^ D2 D4 ^ D3 D5
      error(0.07) D4 D5
      error(0.025) D5
      error(0.01) D5 L0
      """
    let model = try DetectorErrorModel(text: text)
    let structure = try NoiseStructure(model)
    #expect(structure.count == 9)
    let shots = 1e15
    let counts = Self.exactCounts(model, structure.products).map { $0 * shots }
    let statistics = SyndromeStatistics(
      structure.products, shots: shots, squaredWeights: shots, counts: counts)
    let local = LocalRates(structure, statistics)
    #expect(local.isMeasured.allSatisfy { $0 })
    for (found, rate) in zip(local.rates(structure), Self.rates(model, structure)) {
      #expect(abs(found - rate) < 1e-9)
    }
  }

  /// Parameters make the rates that compiling the circuit with them makes.
  @Test(arguments: PauliBasis.allCases) func parametersMakeTheModelsRates(_ basis: PauliBasis) throws {
    let description = try NoiseDescription(Self.memory(3, 4, basis), source: "memory")
    let parametric = try #require(description.parametric)
    #expect(parametric.names == NoiseParameters.names)
    for seed in UInt64(0)..<3 {
      let noise = try Self.randomNoise(seed)
      let model = try DetectorErrorModel(Self.memory(3, 4, basis, noise: noise).circuit(), source: "memory")
      let expected = Self.rates(model, description.structure)
      for (rate, other) in zip(parametric.rates(noise.values), expected) {
        #expect(abs(rate - other) < 1e-12 + 1e-9 * other)
      }
    }
  }

  /// A circuit's numbers are its parameters, of every kind of channel.
  @Test func circuitsHaveParameters() throws {
    func circuit(_ clifford: Double, _ waiting: Double, _ reset: Double, _ measurement: Double) throws
      -> Circuit
    {
      var noise = StimMemory.Noise(p: clifford)
      noise.beforeRoundDataDepolarization = waiting
      noise.afterResetFlipProbability = reset
      noise.beforeMeasureFlipProbability = measurement
      return try StimMemory(.rotatedZ, distance: 3, rounds: 3, noise: noise).circuit()
    }
    let description = try NoiseDescription(circuit(0.003, 0.004, 0.002, 0.005), source: "stim")
    let parametric = try #require(description.parametric)
    let others = [
      "DEPOLARIZE1(0.003)": 0.006, "DEPOLARIZE2(0.003)": 0.006, "DEPOLARIZE1(0.004)": 0.001,
      "X_ERROR(0.002)": 0.01,
      "X_ERROR(0.005)": 0.0005,
    ]
    #expect(Set(parametric.names) == Set(others.keys))
    let parameters = parametric.names.compactMap { others[$0] }
    let rates = parametric.rates(parameters)
    let compiled = try DetectorErrorModel(circuit(0.006, 0.001, 0.01, 0.0005), source: "stim")
    for (rate, found) in zip(rates, Self.rates(compiled, description.structure)) {
      #expect(abs(rate - found) < 1e-12 + 1e-9 * found)
    }
    // And so does the model that is written with them.
    let retold = try description.model(rates: rates, parameters: parameters)
    #expect(String(decoding: retold.text, as: UTF8.self).hasPrefix("error("))
    for (rate, found) in zip(rates, Self.rates(retold, description.structure)) {
      #expect(abs(rate - found) < 1e-12)
    }
  }

  @Test func gradientsAreExact() throws {
    let description = try NoiseDescription(Self.memory(), source: "memory")
    let parametric = try #require(description.parametric)
    let values = try Self.randomNoise(4).values
    var gradients: [[Double]] = []
    parametric.forEachGradient(values) { _, gradient in gradients.append(gradient) }
    for parameter in [0, 5, 9, 12, 24] {
      let step = 1e-6
      var (above, below) = (values, values)
      above[parameter] += step
      below[parameter] -= step
      let rates = zip(parametric.rates(above), parametric.rates(below))
      for (gradient, rate) in zip(gradients, rates) {
        #expect(abs(gradient[parameter] - (rate.0 - rate.1) / (2 * step)) < 1e-4)
      }
    }
  }

  /// Exact rates give exact parameters, of those that can be told from them.
  @Test func fitFindsParameters() throws {
    let description = try NoiseDescription(Self.memory(), source: "memory")
    let parametric = try #require(description.parametric)
    let noise = try Self.randomNoise(11)
    let rates = parametric.rates(noise.values)
    let variances = rates.map { 1e-10 * $0 }
    let start = try NoiseParameters(.uniform, p: 0.004).values
    let fit = ParameterFit(parametric, to: rates, variances: variances, start: start)
    for (found, rate) in zip(fit.rates, rates) { #expect(abs(found / rate - 1) < 1e-3) }
    for parameter in 0..<25 where fit.deviations[parameter] < 0.01 {
      #expect(abs(fit.parameters[parameter] / noise.values[parameter] - 1) < 0.02)
    }
    #expect(fit.deviations.count { $0 < 0.01 } >= 15)
  }

  /// Measured rates scatter about the true ones as their variances say.
  @Test func variancesAreCalibrated() throws {
    let noise = try Self.randomNoise(2)
    let model = try DetectorErrorModel(Self.memory(noise: noise).circuit(), source: "memory")
    let description = try NoiseDescription(Self.memory(), source: "memory")
    let rates = Self.rates(model, description.structure)
    // Neighbours err together, so that one set of shots is little to judge by.
    var spreads: [Double] = []
    var misfits: [Double] = []
    for seed in UInt64(0)..<5 {
      let counted = try Self.statistics(model, description.structure.products, shots: 40_000, seed: seed)
      let evidence = try NoiseEvidence(description, counted)
      let scores = rates.indices.map {
        (evidence.rates[$0] - rates[$0]) / evidence.variances[$0].squareRoot()
      }
      spreads.append(scores.reduce(0) { $0 + $1 * $1 } / Double(scores.count))
      let combined = CombinedEstimator()
      #expect(NoiseChecks(evidence, for: combined).faults.isEmpty)
      misfits.append(
        NoiseReport(evidence, try combined.estimate(evidence), estimator: combined, notices: []).misfit)
    }
    #expect((0.8...1.25).contains(spreads.reduce(0, +) / 5))
    #expect((0.7...1.2).contains(misfits.reduce(0, +) / 5))
  }

  /// Where the noise is what its parameters say, combining is as good as these; where a qubit is bad, far better, and
  /// better than mechanisms by themselves.
  @Test func estimatorsCompared() throws {
    let description = try NoiseDescription(Self.memory(3, 6), source: "memory")
    let structure = description.structure
    let plain = try DetectorErrorModel(Self.memory(3, 6).circuit(), source: "memory")
    func error(_ model: DetectorErrorModel) throws -> [String: Double] {
      let truth = Self.rates(model, structure)
      let counted = try Self.statistics(model, structure.products, shots: 40_000)
      let evidence = try NoiseEvidence(description, counted)
      var errors: [String: Double] = [:]
      for estimator in NoiseEstimators.all {
        let rates = try estimator.estimate(evidence).rates
        #expect(rates.allSatisfy { $0 > 0 })
        // Kullback and Leibler's of rare events.
        errors[estimator.name] = zip(rates, truth).reduce(0) { $0 + $1.1 * log($1.1 / $1.0) + $1.0 - $1.1 }
      }
      return errors
    }
    let uniform = try error(plain)
    let (moments, parameters, combined) = (uniform["moments"]!, uniform["parameters"]!, uniform["combined"]!)
    #expect(parameters < 0.1 * moments)
    #expect(combined < 2 * parameters + 0.02 * moments)

    // All mechanisms that flip this detector in any round are six times as likely.
    let rates = Self.rates(plain, structure)
    let place = structure.coordinates[9].dropLast()
    let spoilt = rates.indices.map { mechanism in
      let isNear = structure.detectors(of: mechanism).contains {
        structure.coordinates[Int($0)].dropLast() == place
      }
      return isNear ? 6 * rates[mechanism] : rates[mechanism]
    }
    let bad = try error(description.model(rates: spoilt, parameters: nil))
    #expect(bad["combined"]! < 0.5 * bad["moments"]!)
    #expect(bad["combined"]! < 0.2 * bad["parameters"]!)
  }

  @Test func ratesAboveZero() {
    #expect(abs(MomentEstimator.meanAboveZero(0, 1) - 0.7978845608) < 1e-9)
    #expect(abs(MomentEstimator.meanAboveZero(10, 1) - 10) < 1e-9)
    for mean in [-1e3, -50, -20.5, -19.5, -3, 0.1] {
      let value = MomentEstimator.meanAboveZero(mean, 1)
      #expect(value > 0 && value < 1 + max(mean, 0))
    }
    #expect(abs(MomentEstimator.meanAboveZero(-20.001, 1) - MomentEstimator.meanAboveZero(-19.999, 1)) < 1e-3)
  }

  /// A few that differ are left alone, and the others drawn in.
  @Test func shrinkage() {
    typealias Value = AdaptiveShrinkage.Value
    var random = RandomStream(seed: 1, block: 1)
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in sum + Double(random.next() >> 11) * 0x1p-53 }
    }
    var values = (0..<500).map { _ in Value(value: 1 + 0.1 * normal(), variance: 0.01) }
    for index in 0..<5 { values[index].value += 6 }
    let shrinkage = AdaptiveShrinkage(values)
    for index in 0..<5 { #expect(abs(shrinkage.shrunk(values[index]).value - values[index].value) < 0.1) }
    let drawn = values[5...].map { shrinkage.shrunk($0).value - 1 }
    #expect(drawn.reduce(0) { $0 + $1 * $1 } / Double(drawn.count) < 0.001)
  }

  /// Errors that flip the same detectors share as the model's do, and repeated ones learn apart.
  @Test func modelsWithLearnedRates() throws {
    let text = """
      error(0.1) D0 L0
      error(0.2) D0
      repeat 2 {
          error(0.1) D0 D1
          shift_detectors 1
      }
      error(0.3) L0
      """
    let description = try NoiseDescription(DetectorErrorModel(text: text))
    #expect(description.structure.count == 3)
    let learned = try description.model(rates: [0.5, 0.02, 0.03], parameters: nil)
    var found: [Double] = []
    learned.forEachError { found.append($0.probability) }
    #expect(found.count == 5)
    let shares = [Rate.of(probability: 0.1), Rate.of(probability: 0.2)]
    let expected =
      shares.map { Rate.probability(0.5 * $0 / (shares[0] + shares[1])) }
      + [Rate.probability(0.02), Rate.probability(0.03), 0.3]
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-12) }
    #expect(learned.detectorCount == 3 && learned.observableCount == 1)
  }

  /// Too large a set is refused, with its line.
  @Test func sizesAreBounded() throws {
    let model = try DetectorErrorModel(text: "error(0.1) D0\nerror(0.1) D0 D1 D2 D3 D4 D5 D6 D7 D8\n")
    #expect {
      try NoiseDescription(model)
    } throws: {
      ($0 as? NoiseLearningError)?.problem == "line 2: an error flips 9 detectors, but learning takes up to 8"
    }
  }
}
