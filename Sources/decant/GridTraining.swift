import ArgumentParser
import DecantHost

/// Training a grid network from the shell: steps, reports, validations and checkpoints.
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
    try train(trainer, try GridValidation(memories[0], options))
  }

  private func train(_ trainer: GridTrainer, _ validation: GridValidation) throws {
    let clock = ContinuousClock()
    let start = clock.now
    var log = TrainingLog(path: options.csv, resumingAt: trainer.step)
    var (loss, norm, rate, steps, busy) = (0.0, 0.0, 0.0, 0, Duration.zero)
    var isOutOfTime = false
    while trainer.step < options.steps, !isOutOfTime {
      var step: GridTrainer.Step?
      busy += try clock.measure { step = try trainer.takeStep() }
      loss += step!.loss
      (norm, rate, steps) = (step!.gradientNorm, step!.rate, steps + 1)
      isOutOfTime = options.minutes.map { clock.now - start > .seconds($0 * 60) } ?? false
      let isLast = isOutOfTime || trainer.step == options.steps
      let validates = options.validateEvery > 0 && (isLast || trainer.step % options.validateEvery == 0)
      if isLast || trainer.step % options.saveEvery == 0 { try save(trainer) }
      guard isLast || validates || trainer.step % options.reportEvery == 0 else { continue }
      let shotsPerSecond = Double(steps * options.batch) / (busy / .seconds(1))
      try log.add(
        .init(
          step: trainer.step, shots: trainer.shots, loss: loss / Double(steps), learningRate: rate,
          gradientNorm: norm, seconds: (clock.now - start) / .seconds(1), shotsPerSecond: shotsPerSecond,
          gigaMultiplicationsPerSecond: shotsPerSecond * Double(trainer.multiplicationsPerShot) / 1e9,
          validation: validates ? try validation.run(trainer.network) : nil))
      (loss, steps, busy) = (0, 0, .zero)
    }
    if isOutOfTime, trainer.step < options.steps {
      printError("Time is over after \(trainer.step) of \(options.steps) steps; --resume goes on.")
    }
  }

  /// State last: a network without its state is still good.
  private func save(_ trainer: GridTrainer) throws {
    let network = trainer.network.safeTensors(
      metadata: ["recipe": trainer.plan.recipe, "step": "\(trainer.step)", "trained_by": "decant"])
    try AtomicFile.write(network.bytes(), to: options.out)
    try AtomicFile.write(trainer.checkpoint().bytes(), to: options.statePath)
  }

  private func recipe(_ network: GridNetwork) -> String {
    let architecture = network.architecture
    let beginning = grid.from.map { ", from \($0)" } ?? ""
    return "grid, widths \(architecture.widths), kernels \(architecture.kernels), activation "
      + "\(architecture.activation.rawValue)\(beginning), \(data.description), labels \(data.labels), "
      + options.description
  }
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
