import ArgumentParser
import DecantHost

/// Training an event network from the shell: what `TrainingLoop` takes the steps of.
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
    try TrainingLoop(options, unit: "samples")
      .run(EventRun(trainer: trainer, recipe: recipe, validation: EventValidation(models.last, options)))
  }

  private func recipe(_ shape: EventNetwork.Shape, _ plan: EventTrainer.Plan) -> String {
    "event, radius \(shape.roundRadius),\(shape.rowRadius),\(shape.columnRadius), hidden \(shape.hidden), units "
      + "\(shape.units), \(data.description), steps \(options.steps), batch \(plan.batch), rate \(plan.rate), warm_up "
      + "\(plan.warmUp), weight_decay \(plan.decay), clip \(plan.clip), seed \(plan.seed), threads \(plan.threads)"
  }
}

private struct EventRun: TrainingRun {
  let trainer: EventTrainer
  let recipe: String
  let validation: EventValidation

  var step: Int { trainer.step }
  var isFinished: Bool { trainer.isFinished }
  var inputs: Int { trainer.step * trainer.plan.batch }
  var multiplications: Int { trainer.shape.multiplications }

  func advance() -> TrainingStep {
    let progress = trainer.advance()
    return TrainingStep(
      inputs: Int(progress.samples), loss: progress.loss, losses: Int(progress.samples), rate: progress.rate,
      gradientNorm: progress.gradientNorm)
  }

  func validate() throws -> TrainingLog.Validation { try validation.run(trainer.network) }
  func network(_ metadata: [String: String]) -> SafeTensors {
    trainer.network.safeTensors(metadata: metadata)
  }
  func checkpoint() -> SafeTensors { trainer.checkpoint(recipe: recipe) }
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
