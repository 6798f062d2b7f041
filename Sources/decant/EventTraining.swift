import ArgumentParser
import DecantHost

/// Training an event network from the shell: steps, reports, validations and checkpoints.
struct EventTraining {
  let options: TrainingRunOptions
  let data: TrainingDataOptions
  let event: EventTrainingOptions

  init(run options: TrainingRunOptions, data: TrainingDataOptions, event: EventTrainingOptions) {
    self.options = options
    self.data = data
    self.event = event
  }

  func run() throws {
    guard options.givenOptimizer ?? .adamw == .adamw, options.decay == .cosine else {
      throw ValidationError("An event network is trained with --optimizer adamw and --decay cosine.")
    }
    let shape = try event.shape()
    let batch = options.givenBatch ?? 8192
    let plan = EventTrainer.Plan(
      samples: UInt64(options.steps) * UInt64(batch), batch: batch, rate: options.givenRate ?? 1.5e-3,
      warmUp: options.givenWarmUp ?? 200, decay: options.weightDecay, clip: options.clip, seed: options.seed,
      threads: options.threads)
    let models = try data.points().map { point in
      try DetectorErrorModel(try point.experiment.circuit(), source: point.name)
    }
    let trainer = try EventTrainer(
      EventNetwork(shape, seed: options.seed &+ 1), on: try models.map { try EventExperiment($0, shape) },
      plan)
    let recipe = recipe(shape, plan)
    if options.resume {
      var file = try ByteSource(path: options.statePath)
      let state = try SafeTensors(bytes: try file.readAll(limit: 1 << 31), source: options.statePath)
      try trainer.restore(state, recipe: recipe, source: options.statePath)
    }
    try train(trainer, recipe, EventValidation(models.last, options))
  }

  private func train(_ trainer: EventTrainer, _ recipe: String, _ validation: EventValidation) throws {
    let clock = ContinuousClock()
    let start = clock.now
    var log = TrainingLog(path: options.csv, unit: "samples", resumingAt: trainer.step)
    var sum = EventTrainer.Progress()
    var busy = Duration.zero
    var isOutOfTime = false
    while !trainer.isFinished, !isOutOfTime {
      var progress = EventTrainer.Progress()
      busy += clock.measure { progress = trainer.advance() }
      sum.samples += progress.samples
      sum.loss += progress.loss
      isOutOfTime = options.minutes.map { clock.now - start > .seconds($0 * 60) } ?? false
      let isLast = isOutOfTime || trainer.isFinished
      let validates = options.validateEvery > 0 && (isLast || trainer.step % options.validateEvery == 0)
      if isLast || trainer.step % options.saveEvery == 0 { try save(trainer, recipe) }
      guard isLast || validates || trainer.step % options.reportEvery == 0 else { continue }
      let rate = Double(sum.samples) / (busy / .seconds(1))
      try log.add(
        .init(
          step: trainer.step, shots: trainer.step * trainer.plan.batch,
          loss: sum.loss / Double(max(1, sum.samples)),
          learningRate: progress.rate, gradientNorm: progress.gradientNorm,
          seconds: (clock.now - start) / .seconds(1), shotsPerSecond: rate,
          gigaMultiplicationsPerSecond: rate * Double(trainer.shape.multiplications) / 1e9,
          validation: validates ? try validation.run(trainer.network) : nil))
      (sum, busy) = (EventTrainer.Progress(), .zero)
    }
    if isOutOfTime, !trainer.isFinished {
      printError("Time is over after \(trainer.step) of \(options.steps) steps; --resume goes on.")
    }
  }

  /// State last: a network without its state is still good.
  private func save(_ trainer: EventTrainer, _ recipe: String) throws {
    let network = trainer.network.safeTensors(
      metadata: ["recipe": recipe, "step": "\(trainer.step)", "trained_by": "decant"])
    try AtomicFile.write(network.bytes(), to: options.out)
    try AtomicFile.write(trainer.checkpoint(recipe: recipe).bytes(), to: options.statePath)
  }

  private func recipe(_ shape: EventNetwork.Shape, _ plan: EventTrainer.Plan) -> String {
    "event, radius \(shape.roundRadius),\(shape.rowRadius),\(shape.columnRadius), hidden \(shape.hidden), units "
      + "\(shape.units), \(data.description), steps \(options.steps), batch \(plan.batch), rate \(plan.rate), warm_up "
      + "\(plan.warmUp), weight_decay \(plan.decay), clip \(plan.clip), seed \(plan.seed), threads \(plan.threads)"
  }
}

/// Held-out shots, on which an event network in front of matching is set beside matching alone.
struct EventValidation {
  private let model: DetectorErrorModel?
  private let options: TrainingRunOptions

  /// model: the last that training is on.
  init(_ model: DetectorErrorModel?, _ options: TrainingRunOptions) {
    self.model = model
    self.options = options
  }

  func run(_ network: EventNetwork) throws -> TrainingLog.Validation {
    var validation = TrainingLog.Validation()
    guard let model else { return validation }
    let plain = try ModelFile(model, options: DetectorGraph.Options()).image
    let event = try ModelFile(model, options: DetectorGraph.Options(), form: .shots(network)).image
    let evaluation = Evaluation(
      [
        .init(.matching, image: plain, source: model.source),
        .init(.event, image: event, source: model.source),
      ], threads: options.threads)
    // Samplers for training draw from streams of their own.
    let shots = try ModelShots(
      model, seed: Fingerprint.seed(options.seed, Fingerprint.of(model.text)), limit: options.validationShots)
    let result = try evaluation.run(shots)
    validation.shots = result.shots
    validation.plainErrors = result.errors[0]
    validation.networkErrors = result.errors[1]
    // It changes weights, and no detector.
    (validation.density, validation.residualDensity) = (result.density ?? 0, result.density ?? 0)
    return validation
  }
}
