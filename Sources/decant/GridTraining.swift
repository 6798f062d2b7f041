import ArgumentParser
import DecantHost

/// Training a grid network from the shell: what `TrainingLoop` takes the steps of.
struct GridTraining {
  let options: TrainingRunOptions
  let data: TrainingDataOptions
  let grid: GridTrainingOptions

  init(run options: TrainingRunOptions, data: TrainingDataOptions, grid: GridTrainingOptions) {
    self.options = options
    self.data = data
    self.grid = grid
  }

  func run() throws {
    let memories = try data.memories()
    let network = try grid.network(seed: options.seed)
    let recipe = recipe(network)
    let trainer = try GridTrainer(
      network,
      Optimizer(options.optimizer, count: network.parameters.count, weightDecay: Float(options.weightDecay)),
      .init(
        memories: try memories.map {
          (
            try data.sampler($0.x, $0.name, seed: options.seed),
            try data.sampler($0.z, $0.name, seed: options.seed)
          )
        }, batch: options.batch, schedule: options.schedule, clip: options.clip, threads: options.threads,
        recipe: recipe))
    if options.resume {
      var file = try ByteSource(path: options.statePath)
      let state = try SafeTensors(bytes: try file.readAll(limit: 1 << 31), source: options.statePath)
      try trainer.restore(state, source: options.statePath)
    }
    try TrainingLoop(options)
      .run(GridRun(trainer: trainer, validation: try GridValidation(memories[0], options), options: options))
  }

  private func recipe(_ network: GridNetwork) -> String {
    let architecture = network.architecture
    let beginning = grid.from.map { ", from \($0)" } ?? ""
    return "grid, widths \(architecture.widths), kernels \(architecture.kernels), activation "
      + "\(architecture.activation.rawValue)\(beginning), \(data.description), labels \(data.labels), "
      + options.description
  }
}

private struct GridRun: TrainingRun {
  let trainer: GridTrainer
  let validation: GridValidation
  let options: TrainingRunOptions

  var step: Int { trainer.step }
  var isFinished: Bool { trainer.step >= options.steps }
  var inputs: Int { trainer.shots }
  var multiplications: Int { trainer.multiplicationsPerShot }
  var recipe: String { trainer.plan.recipe }

  func advance() throws -> TrainingStep {
    let step = try trainer.takeStep()
    return TrainingStep(
      inputs: options.batch, loss: step.loss, losses: 1, rate: step.rate, gradientNorm: step.gradientNorm)
  }

  func validate() throws -> TrainingLog.Validation { try validation.run(trainer.network) }
  func network(_ metadata: [String: String]) -> SafeTensors {
    trainer.network.safeTensors(metadata: metadata)
  }
  func checkpoint() -> SafeTensors { trainer.checkpoint() }
}

/// Held-out shots of a memory in both bases, on which a network in front of matching is set beside matching alone.
struct GridValidation {
  private let bases: [(model: DetectorErrorModel, image: [UInt8], memory: SurfaceCodeMemory)]
  private let options: TrainingRunOptions

  init(_ pair: TrainingDataOptions.Pair, _ options: TrainingRunOptions) throws {
    self.options = options
    guard options.validateEvery > 0 else {
      bases = []
      return
    }
    bases = try [pair.x, pair.z].map { memory in
      let model = try DetectorErrorModel(memory.circuit(), source: "surface code")
      return (model, try ModelFile(model, options: DetectorGraph.Options()).image, memory)
    }
  }

  func run(_ network: GridNetwork) throws -> TrainingLog.Validation {
    var total = TrainingLog.Validation()
    for (model, image, memory) in bases {
      let geometry = GridGeometry(memory)
      let evaluation = Evaluation(
        [
          .init(.matching, image: image, source: model.source),
          .init(.matching, image: image, source: model.source, preDecoder: GridPreDecoder(network, geometry)),
        ],
        memoryDetectors: MemoryDetectors.indices(
          distance: geometry.distance, rounds: geometry.rounds, basis: geometry.basis),
        threads: options.threads)
      // The samplers of labelled shots and of models share no shots, whatever their seeds.
      let shots = try ModelShots(
        model, seed: Fingerprint.seed(options.seed, Fingerprint.of(model.text)),
        limit: options.validationShots)
      let result = try evaluation.run(shots)
      total.shots += result.shots
      total.plainErrors += result.errors[0]
      total.networkErrors += result.errors[1]
      total.density += (result.memoryDensity ?? 0) / 2
      total.residualDensity += (result.residualMemoryDensity(1) ?? 0) / 2
    }
    return total
  }
}
