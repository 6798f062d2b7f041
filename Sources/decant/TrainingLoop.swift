import DecantHost

/// A training under way, of whatever network.
protocol TrainingRun {
  /// Steps that are done.
  var step: Int { get }
  var isFinished: Bool { get }
  /// What was trained on since the first step: shots, or detectors.
  var inputs: Int { get }
  /// Of each.
  var multiplications: Int { get }
  var recipe: String { get }

  func advance() throws -> TrainingStep
  func validate() throws -> TrainingLog.Validation
  func network(_ metadata: [String: String]) -> SafeTensors
  /// All that resuming needs.
  func checkpoint() -> SafeTensors
}

/// What a step came to.
struct TrainingStep {
  var inputs: Int
  /// A sum of so many losses.
  var loss: Double
  var losses: Int
  var rate: Double
  var gradientNorm: Double
}

/// Steps until they are done or the time is over, and between them reports, validations and checkpoints.
struct TrainingLoop {
  private let options: TrainingRunOptions
  private let unit: String

  /// unit: what inputs are.
  init(_ options: TrainingRunOptions, unit: String = "shots") {
    self.options = options
    self.unit = unit
  }

  func run(_ training: some TrainingRun) throws {
    let clock = ContinuousClock()
    let start = clock.now
    var log = TrainingLog(path: options.csv, unit: unit, resumingAt: training.step)
    var (loss, losses, inputs, busy) = (0.0, 0, 0, Duration.zero)
    var isOutOfTime = false
    while !training.isFinished, !isOutOfTime {
      let began = clock.now
      let step = try training.advance()
      busy += clock.now - began
      loss += step.loss
      losses += step.losses
      inputs += step.inputs
      isOutOfTime = options.minutes.map { clock.now - start > .seconds($0 * 60) } ?? false
      let isLast = isOutOfTime || training.isFinished
      let validates = options.validateEvery > 0 && (isLast || training.step % options.validateEvery == 0)
      if isLast || training.step % options.saveEvery == 0 { try save(training) }
      guard isLast || validates || training.step % options.reportEvery == 0 else { continue }
      let rate = Double(inputs) / (busy / .seconds(1))
      try log.add(
        .init(
          step: training.step, shots: training.inputs, loss: loss / Double(max(1, losses)),
          learningRate: step.rate, gradientNorm: step.gradientNorm,
          seconds: (clock.now - start) / .seconds(1),
          shotsPerSecond: rate, gigaMultiplicationsPerSecond: rate * Double(training.multiplications) / 1e9,
          validation: validates ? try training.validate() : nil))
      (loss, losses, inputs, busy) = (0, 0, 0, .zero)
    }
    if isOutOfTime, !training.isFinished {
      printError("Time is over after \(training.step) of \(options.steps) steps; --resume goes on.")
    }
  }

  /// State last: a network without its state is still good.
  private func save(_ training: some TrainingRun) throws {
    let metadata = ["recipe": training.recipe, "step": "\(training.step)", "trained_by": "decant"]
    try AtomicFile.write(training.network(metadata).bytes(), to: options.out)
    try AtomicFile.write(training.checkpoint().bytes(), to: options.statePath)
  }
}
