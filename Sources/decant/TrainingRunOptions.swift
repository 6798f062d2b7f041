import ArgumentParser
import DecantHost

/// How long training takes and what it leaves behind, whatever the network.
struct TrainingRunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Steps in all, the interrupted ones included.", valueName: "count"))
  var steps: Int

  @Option(help: ArgumentHelp("Stop after so long; --resume goes on.", valueName: "minutes"))
  var minutes: Double?

  @Option(
    name: .customLong("batch"),
    help: ArgumentHelp(
      "For grid, shots of a step, of both bases together; for event, detectors to look at. (default: 256; 8192)",
      valueName: "count"))
  var givenBatch: Int?

  @Option(
    name: .customLong("optimizer"),
    help: ArgumentHelp("lion or adamw; event has adamw alone. (default: lion; adamw)", valueName: "method"))
  var givenOptimizer: Optimizer.Method?

  @Option(
    name: .customLong("rate"),
    help: ArgumentHelp("Largest learning rate. (default: 0.001; 0.0015)", valueName: "rate"))
  var givenRate: Double?

  @Option(
    name: .customLong("warm_up"),
    help: ArgumentHelp("Steps in which the rate rises to that. (default: 100; 200)", valueName: "count"))
  var givenWarmUp: Int?

  @Option(
    help: ArgumentHelp(
      "How the rate falls then: constant; steps, by 0.7 at 1/4 and 1/2; or cosine, to 1/100 (for event to 1/50, which has "
        + "cosine alone).",
      valueName: "decay"))
  var decay = LearningRateSchedule.Decay.cosine

  @Option(name: .customLong("weight_decay"), help: ArgumentHelp("Decoupled weight decay.", valueName: "rate"))
  var weightDecay = 1e-7

  @Option(help: ArgumentHelp("Length that gradients are cut down to.", valueName: "length"))
  var clip = 1.0

  @Option(help: ArgumentHelp("Seed of parameters and shots, from 0.", valueName: "seed"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Threads; with another number the last bits differ.", valueName: "count"))
  var threads = 1

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp(
      "Where the network goes, SafeTensors. Its training's state goes beside it.", valueName: "file"))
  var out: String

  @Option(help: ArgumentHelp("Where loss, rates and validations go.", valueName: "file"))
  var csv: String?

  @Flag(help: "Go on from where training of --out was interrupted, as if it had not been.")
  var resume = false

  @Option(name: .customLong("report_every"), help: ArgumentHelp("Steps between reports.", valueName: "count"))
  var reportEvery = 100

  @Option(
    name: .customLong("save_every"), help: ArgumentHelp("Steps between checkpoints.", valueName: "count"))
  var saveEvery = 1000

  @Option(
    name: .customLong("validate_every"),
    help: ArgumentHelp("Steps between validations; 0 for none.", valueName: "count"))
  var validateEvery = 0

  @Option(
    name: .customLong("validation_shots"),
    help: ArgumentHelp("Held-out shots of each basis to validate on.", valueName: "count"))
  var validationShots = 10_000

  func validate() throws {
    let counts: [(String, Int, Int)] = [
      ("steps", steps, 1), ("batch", batch, 2), ("warm_up", warmUp, 0), ("report_every", reportEvery, 1),
      ("save_every", saveEvery, 1), ("validate_every", validateEvery, 0),
      ("validation_shots", validationShots, 1),
    ]
    for (name, count, least) in counts where !(least...1 << 32).contains(count) {
      throw ValidationError("--\(name) \(count) is not between \(least) and \(1 << 32).")
    }
    guard batch % 2 == 0, batch <= 1 << 20 else {
      throw ValidationError(
        "--batch \(batch) is not an even number up to \(1 << 20); half of it is for each basis.")
    }
    guard rate > 0, rate <= 1 else { throw ValidationError("--rate \(rate) is not above 0 and at most 1.") }
    guard (0...1).contains(weightDecay) else {
      throw ValidationError("--weight_decay \(weightDecay) is not between 0 and 1.")
    }
    guard clip > 0 else { throw ValidationError("--clip \(clip) is not above 0.") }
    if let minutes, !(minutes > 0) { throw ValidationError("--minutes \(minutes) is not above 0.") }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is not between 1 and 1024.")
    }
  }

  var batch: Int { givenBatch ?? 256 }
  var optimizer: Optimizer.Method { givenOptimizer ?? .lion }
  var rate: Double { givenRate ?? 0.001 }
  var warmUp: Int { givenWarmUp ?? 100 }

  var schedule: LearningRateSchedule {
    LearningRateSchedule(peak: rate, warmUp: warmUp, steps: steps, decay: decay)
  }

  var statePath: String { out + ".state" }

  /// In words, for recipes: all that the weights depend on.
  var description: String {
    "steps \(steps), batch \(batch), optimizer \(optimizer.rawValue), rate \(rate), warm_up \(warmUp), "
      + "decay \(decay.rawValue), weight_decay \(weightDecay), clip \(clip), seed \(seed), threads \(threads)"
  }
}

extension Optimizer.Method: ExpressibleByArgument {}
extension LearningRateSchedule.Decay: ExpressibleByArgument {}
