import DecantKernels
import Testing

@testable import DecantHost

/// The event network: its arithmetic, its labels, its training and its files.
@Suite struct EventNetworkTrainingTests {
  static func experiment(_ shape: EventNetwork.Shape, p: Double = 0.008) throws -> EventExperiment {
    let memory = try SurfaceCodeMemory(
      distance: 5, rounds: 5, basis: .z, orientation: .xv,
      noise: .parameters(try NoiseParameters(.uniform, p: p)))
    return try EventExperiment(try DetectorErrorModel(memory.circuit(), source: "d5"), shape)
  }

  static func shape() throws -> EventNetwork.Shape {
    try EventNetwork.Shape(roundRadius: 2, rowRadius: 2, columnRadius: 3, hidden: 32, units: 16)
  }

  /// Straight from the formulas in event.h.
  static func outputs(_ network: EventNetwork, features: some Sequence<UInt16>, bases: some Collection<Float>)
    -> [Double]
  {
    let (shape, parts) = (network.shape, network.shape.parts)
    let p = network.parameters.map { Double($0) }
    func clip(_ x: Double) -> Double { min(max(x, 0), Double(DECANT_EVENT_CLIP)) }
    let a1 = (0..<shape.hidden).map { h in
      clip(features.reduce(p[parts.firstBias.lowerBound + h]) { $0 + p[Int($1) * shape.hidden + h] })
    }
    let a2 = (0..<shape.units).map { m in
      clip(
        a1.indices.reduce(p[parts.secondBias.lowerBound + m]) {
          $0 + a1[$1] * p[parts.secondWeights.lowerBound + $1 * shape.units + m]
        })
    }
    return zip(bases, 0...).map { base, o in
      a2.indices.reduce(Double(base) + p[parts.thirdBias.lowerBound + o]) {
        $0 + a2[$1] * p[parts.thirdWeights.lowerBound + $1 * 16 + o]
      }
    }
  }

  private func samples(_ experiment: EventExperiment, count: Int) throws -> EventSamples {
    let sampler = try EventSampler(experiment, seed: 5)
    var samples = EventSamples()
    sampler.sample(block: 3, count: count, EventSampler.Workspace(sampler), into: &samples)
    return samples
  }

  @Test func kernelsComputeTheFormulas() throws {
    let shape = try Self.shape()
    let network = EventNetwork(shape, seed: 1)
    let samples = try samples(try Self.experiment(shape), count: 300)
    var z = Array(repeating: Float(0), count: 16 * samples.count)
    var kernel = shape.kernel
    samples.withKernelSamples { decant_event_forward(&kernel, network.parameters, $0, &z) }
    #expect(samples.count > 250)
    for sample in 0..<samples.count {
      let features = samples.features[Int(samples.starts[sample])..<Int(samples.starts[sample + 1])]
      let expected = Self.outputs(
        network, features: features, bases: samples.bases[16 * sample..<16 * sample + 16])
      for output in 0..<EventLattice.outputs where samples.bases[16 * sample + output] < 1e8 {
        #expect(abs(Double(z[16 * sample + output]) - expected[output]) < 1e-4)
      }
    }
  }

  @Test func gradientIsThatOfTheLoss() throws {
    let shape = try Self.shape()
    var network = EventNetwork(shape, seed: 2)
    let samples = try samples(try Self.experiment(shape), count: 60)
    var kernel = shape.kernel
    func loss(_ parameters: [Float]) -> (Double, [Float]) {
      var transposed = Array(repeating: Float(0), count: shape.hidden * shape.units)
      decant_event_transpose(&kernel, parameters, &transposed)
      var gradient = Array(repeating: Float(0), count: parameters.count)
      let loss = samples.withKernelSamples {
        decant_event_backward(&kernel, parameters, transposed, $0, &gradient)
      }
      return (loss, gradient)
    }
    let gradient = loss(network.parameters).1
    let parts = shape.parts
    // The middle of each part, and the place and window rows that occur most.
    var indices = [
      parts.firstBias, parts.secondWeights, parts.secondBias, parts.thirdWeights, parts.thirdBias,
    ]
    .flatMap { [$0.lowerBound + 1, $0.lowerBound + $0.count / 2] }
    for feature in samples.features.prefix(12) { indices.append(Int(feature) * shape.hidden + 7) }
    for index in indices {
      let step: Float = 2e-3
      let before = network.parameters[index]
      network.parameters[index] = before + step
      let above = loss(network.parameters).0
      network.parameters[index] = before - step
      let below = loss(network.parameters).0
      network.parameters[index] = before
      let slope = (above - below) / Double(2 * step)
      #expect(abs(slope - Double(gradient[index])) < 0.02 * abs(slope) + 0.02, "parameter \(index)")
    }
  }

  /// The expectation of the labels is the rate at which edges flip.
  @Test func labelsAreRatesOnAverage() throws {
    let experiment = try Self.experiment(try Self.shape())
    let labels = try ExtrinsicLabels(experiment.model, experiment.graph, typeOfEdge: experiment.typeOfEdge)
    // Each group's own probability of being odd, from its errors.
    var evenness = Array(repeating: 1.0, count: labels.groupCount)
    for error in labels.errors {
      for group in error.groups { evenness[Int(group)] *= 1 - 2 * error.probability }
    }
    for (edge, compiled) in experiment.graph.edges.enumerated() {
      var product = Double(labels.alone[edge])
      for entry in Int(labels.starts[edge])..<Int(labels.starts[edge + 1]) {
        let isOdd = (1 - evenness[Int(labels.groups[entry])]) / 2
        product *= isOdd * Double(labels.odd[entry]) + (1 - isOdd) * Double(labels.even[entry])
      }
      #expect(abs((1 - product) / 2 - compiled.probability) < 1e-6)
    }
    #expect(labels.groupCount > experiment.graph.edges.count / 2)
  }

  private func trainer(_ shape: EventNetwork.Shape, steps: Int, threads: Int) throws -> EventTrainer {
    let experiments = try [0.004, 0.01].map { try Self.experiment(shape, p: $0) }
    return try EventTrainer(
      EventNetwork(shape, seed: 3), on: experiments,
      .init(
        samples: UInt64(512 * steps), batch: 512, rate: 4e-3, warmUp: 5, decay: 1e-4, seed: 9,
        threads: threads))
  }

  @Test func learns() throws {
    let trainer = try trainer(try Self.shape(), steps: 300, threads: 2)
    var losses: [Double] = []
    while !trainer.isFinished {
      let progress = trainer.advance()
      losses.append(progress.loss / Double(progress.samples))
    }
    #expect(losses.count == 300)
    #expect(losses[280...].reduce(0, +) < 0.95 * losses[..<20].reduce(0, +))
  }

  @Test(arguments: [1, 3]) func resumesExactly(threads: Int) throws {
    let shape = try Self.shape()
    let whole = try trainer(shape, steps: 20, threads: threads)
    for _ in 0..<7 { _ = whole.advance() }
    let state = try SafeTensors(bytes: whole.checkpoint(recipe: "r").bytes(), source: "state")
    for _ in 0..<6 { _ = whole.advance() }
    let resumed = try trainer(shape, steps: 20, threads: threads)
    try resumed.restore(state, recipe: "r", source: "state")
    #expect(resumed.step == 7)
    for _ in 0..<6 { _ = resumed.advance() }
    #expect(resumed.network.parameters.map(\.bitPattern) == whole.network.parameters.map(\.bitPattern))
    #expect(throws: TrainingError.self) { try resumed.restore(state, recipe: "other", source: "state") }
  }

  /// Weights next to nothing make a scale beyond all integers.
  @Test(arguments: [0.3, 0.4999999, 0.49999999999999]) func plansOfCoinTossesCompile(p: Double) throws {
    let model = try DetectorErrorModel(
      text: "error(\(p)) D0 D1\nerror(\(p)) D1\ndetector(0, 2, 0) D0\ndetector(2, 4, 0) D1")
    let graph = try DetectorGraph(model)
    let plan = try EventNetwork(try Self.shape(), seed: 4).plan(
      for: EventLattice(model, graph), scale: graph.weightScale)
    #expect(plan.minWeight >= 2 && plan.minWeight <= 33_554_430)
    let image = try ImageCompiler.compile(graph, network: plan)
    _ = try LoadedDecoder(image: image, name: "tosses", network: true)
  }

  /// The host's windows, lattice and layers are not the core's: both must see and say the same.
  @Test(arguments: [ShippedModel.event, .eventSmall], ["X", "Z"])
  func fixedPointSaysWhatFloatSays(_ model: ShippedModel, basis: String) throws {
    let memory = try SurfaceCodeMemory(
      distance: 5, rounds: 6, basis: try #require(PauliBasis(rawValue: basis)), orientation: .zh,
      noise: .parameters(try NoiseParameters(.uniform, p: 0.006)))
    let cost = try QuantizationCost.measure(
      EventNetwork(model), try DetectorErrorModel(memory.circuit(), source: "d5"), shots: 300, seed: 2)
    #expect(cost.shots == 300 && cost.weights > 300)
    #expect(cost.totalDifference / Double(cost.weights) < 0.03)
    #expect(cost.largestDifference < 0.5)
  }

  @Test func filesComeBack() throws {
    let network = EventNetwork(try Self.shape(), seed: 4)
    let file = try SafeTensors(bytes: network.safeTensors().bytes(), source: "file")
    var expected = network
    // What no output uses is not kept.
    let parts = network.shape.parts
    for index in [parts.thirdWeights, parts.thirdBias].joined()
    where (index - parts.thirdWeights.lowerBound) % 16 >= EventLattice.outputs {
      expected.parameters[index] = 0
    }
    #expect(try EventNetwork(file, source: "file") == expected)
    let half = try EventNetwork(
      SafeTensors(bytes: network.safeTensors(type: .float16).bytes(), source: "half"), source: "half")
    #expect(zip(half.parameters, expected.parameters).allSatisfy { abs($0 - $1) <= 1e-3 * max(1, abs($1)) })
  }

  @Test func malformedFilesAreRefused() throws {
    let good = EventNetwork(try Self.shape(), seed: 4).safeTensors()
    func problem(_ tensors: [SafeTensors.Tensor], _ metadata: [String: String]) -> String? {
      do throws(NetworkError) {
        _ = try EventNetwork(SafeTensors(tensors, metadata: metadata), source: "bad.safetensors")
        return nil
      } catch {
        return error.description
      }
    }
    #expect(problem(good.tensors, good.metadata) == nil)
    #expect(problem(good.tensors, [:])?.contains("model_version") == true)
    for missing in good.tensors.indices {
      var tensors = good.tensors
      let tensor = tensors.remove(at: missing)
      #expect(problem(tensors, good.metadata)?.contains(tensor.name) == true)
      for shape in [
        [], [0], [1, 1, 1, 1, 1], tensor.shape + [0], tensor.shape.map { 2 * $0 },
        tensor.shape.map { $0 + 1 },
      ] {
        let values = Array(repeating: Float(0), count: shape.reduce(1, *))
        #expect(
          problem(tensors + [.init(name: tensor.name, shape: shape, values: values)], good.metadata) != nil)
      }
      var values = tensor.values
      values[values.count / 2] = 1e30
      let wild = SafeTensors.Tensor(name: tensor.name, shape: tensor.shape, values: values)
      #expect(problem(tensors + [wild], good.metadata)?.contains("beyond") == true)
    }
  }
}
