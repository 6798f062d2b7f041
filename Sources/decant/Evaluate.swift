import ArgumentParser
import CDecant
import DecantHost
import Synchronization

/// Measures logical error rates, on sampled shots or recorded ones.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the logical error rates of decoders, all on the same shots.",
    discussion: """
      For example: decant evaluate --code surface --distance 5,9,13 --noise 0.003,0.006 --basis X \
      --decoder matching,matching:correlated --max_shots 100000

      Prints a row for each experiment and decoder. Intervals are Wilson's, 95 %. Results depend on the seed, \
      and not on the number of threads. Shots come in blocks of \(ShotBlock.capacity), and --max_errors ends after \
      the block in which every decoder has made so many.

      A decoder grid:FILE is a grid network's checkpoint, run in float, in front of matching; grid:FILE+union-find and \
      the like are in front of others; grid:grid-small is one that Decant brings along. It takes surface-code memories, \
      and the table then tells what share of the detectors of the memory's basis it leaves. What becomes of its output is \
      said by --acceptance; --prior hands it to the decoder besides, as weights. fixed:FILE is the same network in fixed \
      point, as images hold it for decoders in a control loop; it takes --acceptance edge.

      A decoder event:FILE is matching under the weights that an event network gives each shot, in fixed point; event and \
      event-small are networks that Decant brings along. event+matching:correlated and the like are in front of others.
      """)

  @Option(
    name: .customLong("decoder"),
    help: ArgumentHelp(
      "Decoders, as a list or by several flags: \(DecoderChoice.all.map(\.name).joined(separator: ", "))"
        + "; or grid:FILE or fixed:FILE, and these with + before one of the others. (default: matching)",
      valueName: "list"))
  var decoderNames: [String] = []

  @Option(
    name: [.customLong("max_shots"), .customLong("max-shots")],
    help: ArgumentHelp("Shots at most. (default: 1000000; all recorded ones)", valueName: "count"))
  var maxShots: Int?

  @Option(
    name: [.customLong("max_errors"), .customLong("max-errors")],
    help: ArgumentHelp("Ends when every decoder was wrong in so many shots.", valueName: "count"))
  var maxErrors: Int?

  @Option(help: ArgumentHelp("Threads to sample and decode on.", valueName: "count"))
  var threads = 1

  @Flag(help: "Decode shots one by one, and tell p50, p99, p99.9 and the longest.")
  var latency = false

  @OptionGroup var rule: GridRuleOptions

  @Option(
    help: ArgumentHelp(
      "Share of a grid network in the weights of edges, from 0 to 1: what it says of each shot against the noise. "
        + "(default: 0)", valueName: "share"))
  var prior = 0.0

  @Option(help: ArgumentHelp("Where results go as CSV, in sinter's columns.", valueName: "file"))
  var csv: String?

  @Option(help: ArgumentHelp("Where results go as JSON.", valueName: "file"))
  var json: String?

  @OptionGroup var input: EvaluationInput
  @OptionGroup var graphOptions: GraphOptions

  func validate() throws {
    let decoders = try decoders()
    if latency, let name = decoders.first(where: { $0.gridNetwork != nil })?.name {
      throw ValidationError(
        "--latency is no measure of --decoder \(name), which takes shots by the block; leave it out.")
    }
    guard (0...1).contains(prior) else { throw ValidationError("--prior \(prior) is not between 0 and 1.") }
    if let maxShots, maxShots < 1 { throw ValidationError("--max_shots \(maxShots) is not above 0.") }
    if let maxErrors, maxErrors < 1 { throw ValidationError("--max_errors \(maxErrors) is not above 0.") }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is not between 1 and 1024.")
    }
  }

  func run() throws {
    let decoders = try decoders()
    let networks = try EvaluationNetworks(decoders)
    var rows: [EvaluationRow] = []
    // What was measured is told even if something goes wrong later.
    defer { if !rows.isEmpty { try? TextFile.write(Array(EvaluationRow.table(rows).utf8), to: nil) } }
    try input.forEachJob { job in
      let source = try job.open(maxShots)
      try ShotBlock.check(source)
      let contenders = try job.contenders(decoders, graphOptions, networks, rule.rule, prior: prior)
      let result = try run(contenders, job, source)
      rows += decoders.indices.map {
        EvaluationRow(
          subject: job.subject, decoder: name(decoders[$0]), index: $0, of: result,
          preDecodes: decoders[$0].gridNetwork != nil || decoders[$0].fixedNetwork != nil)
      }
      for recorded in job.recorded {
        let rate = try recorded.count(result.shots)
        rows.append(EvaluationRow(subject: job.subject, decoder: recorded.decoder, rate: rate))
      }
      if let residuals = job.residuals {
        let result = try run(contenders, job, try residuals.open(result.shots))
        rows += decoders.indices.map {
          EvaluationRow(
            subject: job.subject, decoder: "\(residuals.name)+\(decoders[$0].name)", index: $0, of: result)
        }
      }
      try write(rows)
    }
  }

  private func run(
    _ contenders: [Evaluation.Contender], _ job: EvaluationJob, _ source: any ShotSource
  ) throws -> EvaluationResult {
    let shots = maxShots ?? (job.subject.data == nil ? EvaluationJob.defaultShots : nil)
    let progress = Progress(shots: shots)
    defer { progress.end() }
    let evaluation = Evaluation(
      contenders, memoryDetectors: job.memoryDetectors, maxErrors: maxErrors, threads: threads,
      timesShots: latency)
    do {
      return try evaluation.run(source) { progress.update($0) }
    } catch let error as EvaluationError {
      throw CommandFailure("\(job.subject.data.map { "\($0): " } ?? "")\(error)")
    }
  }

  /// Files hold what is known so far, so that a long sweep may be cut off.
  private func write(_ rows: [EvaluationRow]) throws {
    if let csv { try AtomicFile.write(Array(EvaluationRow.csv(rows).utf8), to: csv) }
    if let json {
      let seed = input.data == nil && input.shots == nil ? input.seed : nil
      let version = String(cString: decant_version_string())
      let text = EvaluationRow.json(rows, version: version, seed: seed, threads: threads)
      try AtomicFile.write(Array(text.utf8), to: json)
    }
  }

  /// How rows call a decoder: a rule other than the published one makes it another one.
  private func name(_ decoder: DecoderChoice) -> String {
    guard decoder.gridNetwork != nil || decoder.fixedNetwork != nil else { return decoder.name }
    return decoder.name + rule.suffix + (prior == 0 ? "" : "@prior/\(prior)")
  }

  private func decoders() throws -> [DecoderChoice] {
    let names = decoderNames.flatMap { list in
      list.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
    }
    var choices: [DecoderChoice] = []
    for name in names.isEmpty ? [DecoderChoice.matching.name] : names {
      guard let choice = DecoderChoice(name: name) else {
        throw ValidationError(
          "--decoder \(name) is unknown. Give any of \(DecoderChoice.all.map(\.name).joined(separator: ", ")), "
            + "grid:FILE, fixed:FILE, event:FILE, "
            + "\(ShippedModel.allCases.map(\.rawValue).joined(separator: ", "))."
        )
      }
      if choices.contains(choice) { throw ValidationError("--decoder \(name) is given twice.") }
      choices.append(choice)
    }
    return choices
  }
}

/// A progress bar that several threads may move.
private final class Progress: Sendable {
  private let bar = Mutex(ProgressBar())
  private let total: Int?

  /// shots: how many there may be, nil if that is not known.
  init(shots: Int?) { total = shots }

  func update(_ shots: Int) { bar.withLock { $0.update(shots: shots, offset: shots, size: total) } }
  func end() { bar.withLock { $0.clear() } }
}
