import ArgumentParser
import DecantHost
import Synchronization

/// Learns how likely errors are from detection events alone.
struct Learn: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Learn the probabilities of an error model from detection events.",
    discussion: """
      For example: decant learn --code surface --distance 5 --rounds 5 --basis X --in detectors.b8 -o learned.dem

      What may go wrong is told by --code, --circuit or --dem; their probabilities do not matter much. The estimator \
      moments takes each mechanism by itself; parameters fits the few numbers of a circuit's noise (of --code surface \
      25); combined, the default, draws the first to the second as far as they agree. neural has a network read the 25 \
      off windows of two rounds.

      Shots are counted once, in memory that does not grow with them. --statistics keeps the counts, and --merge takes \
      them up again, from other files or machines.
      """)

  @Option(
    name: .customLong("dem"),
    help: ArgumentHelp("Detector error model that has the structure, instead of --code.", valueName: "file"))
  var errorModel: String?

  @Option(
    name: .customLong("circuit"),
    help: ArgumentHelp(
      "Circuit in Stim's language that has the structure, instead of --code.", valueName: "file"))
  var circuit: String?

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp(
      "Shots to learn from; several times for several files; - for standard input.", valueName: "file"))
  var inputs: [String] = []

  @Option(name: .customLong("in_format"), help: ArgumentHelp("Their format.", valueName: "format"))
  var inFormat = ShotFormat.b8

  @Flag(
    name: .customLong("in_includes_appended_observables"),
    help: "After its detectors, each shot holds observables, which are passed over.")
  var includesObservables = false

  @Option(help: ArgumentHelp("Statistics to add, made by --statistics.", valueName: "file"))
  var merge: [String] = []

  @Option(help: ArgumentHelp("Where the statistics of all shots go.", valueName: "file"))
  var statistics: String?

  @Option(
    help: ArgumentHelp(
      "How to estimate: \(Self.estimators).", valueName: "estimator"))
  var estimator = "combined"

  @Option(
    help: ArgumentHelp(
      "Network of --estimator neural, made by python -m decant.train.noise. (default: the one that comes along)",
      valueName: "file"))
  var network: String?

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the error model goes.", valueName: "file"))
  var out: String?

  @Option(help: ArgumentHelp("Where an image compiled from it goes.", valueName: "file"))
  var image: String?

  @Flag(help: "The image is for decoding with --enable_correlations.")
  var correlated = false

  @Option(
    help: ArgumentHelp(
      "Where the parameters of the noise go, JSON; of --code surface such as --noise_model takes.",
      valueName: "file"))
  var parameters: String?

  @Option(
    help: ArgumentHelp(
      "Where a report goes: JSON if its name ends in .json, otherwise text; - for standard output.",
      valueName: "file"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Where plots of the report go, SVG: learned against expected probabilities, how well they explain the shots, and "
        + "detectors that disagree; - for standard output.",
      valueName: "file"))
  var plot: String?

  @Flag(help: "Learn even from shots that do not look like the structure.")
  var force = false

  @Option(help: ArgumentHelp("Threads to count on.", valueName: "count"))
  var threads = 1

  @OptionGroup var following: FollowOptions
  @OptionGroup var experiment: ExperimentOptions

  func validate() throws {
    switch [errorModel != nil, circuit != nil, experiment.areGiven].count(where: { $0 }) {
    case 0:
      throw ValidationError(
        "Say what may go wrong: --code and what belongs to it, --circuit, or --dem for an error model.")
    case 1: break
    default: throw ValidationError("--dem, --circuit and --code all say what may go wrong; give one of them.")
    }
    if inputs.isEmpty, merge.isEmpty {
      throw ValidationError("Say what to learn from: shots, --in FILE, or statistics of them, --merge FILE.")
    }
    if inputs.count(where: { $0 == "-" }) > 1 { throw ValidationError("--in - is given twice.") }
    if [out, image, parameters, report, plot, statistics].allSatisfy({ $0 == nil }) {
      throw ValidationError(
        "Say what is wanted: -o for an error model, --image, --parameters, --report, --plot or --statistics."
      )
    }
    if report == "-", plot == "-" { throw ValidationError("--report and --plot both go to standard output.") }
    if correlated, image == nil { throw ValidationError("--correlated is about --image; say where it goes.") }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads \(threads) is not between 1 and 1024.")
    }
    guard estimator == Self.neural || NoiseEstimators.named(estimator) != nil else {
      throw ValidationError("--estimator \(estimator) is unknown. Give \(Self.estimators).")
    }
    if estimator == Self.neural {
      guard merge.isEmpty, !following.follow else {
        throw ValidationError(
          "--estimator neural looks at whole files of shots; leave --merge and --follow out, or take another estimator."
        )
      }
    } else if network != nil {
      throw ValidationError("--network is about --estimator neural.")
    }
    if following.follow {
      guard merge.isEmpty, statistics == nil, report == nil, plot == nil, parameters == nil, inputs.count == 1
      else {
        throw ValidationError("--follow takes one --in, and writes -o and --image; leave other files out.")
      }
    } else if following.areGiven {
      throw ValidationError("--half_life, --every and --reweight are about --follow.")
    }
    if following.reweight != nil, correlated || image == nil {
      throw ValidationError("--reweight says what --image is like; --correlated it says as well.")
    }
    if parameters != nil, errorModel != nil {
      throw ValidationError(
        "--dem tells no parameters of noise; give --code or --circuit, or leave --parameters out.")
    }
  }

  func run() throws {
    let description = try description()
    if following.follow { return try follow(description) }
    let neural = estimator == Self.neural ? try NeuralEstimator(path: network) : nil
    let windows = neural == nil ? nil : WindowCounter(try description.windows())
    let counted = try count(description.structure, windows)
    if let statistics { try AtomicFile.write(counted.bytes, to: statistics) }
    if [out, image, parameters, report, plot].allSatisfy({ $0 == nil }) { return }
    guard let estimator: any NoiseEstimator = neural ?? NoiseEstimators.named(estimator) else {
      throw CommandFailure("--estimator \(estimator) is unknown.")
    }
    let evidence = try NoiseEvidence(description, counted, windows: windows?.seen, threads: threads)
    let checks = NoiseChecks(evidence, for: estimator)
    if !checks.faults.isEmpty, !force {
      throw CommandFailure(
        "\(name): \(checks.faults.joined(separator: ". Moreover, ")). --force learns all the same.")
    }
    for notice in checks.faults + checks.notices { printError("Warning: \(name): \(notice).") }
    let estimate = try estimator.estimate(evidence)
    try write(
      evidence, estimate,
      NoiseReport(evidence, estimate, estimator: estimator, notices: checks.faults + checks.notices))
  }

  private func write(
    _ evidence: NoiseEvidence, _ estimate: NoiseEstimate, _ told: NoiseReport
  ) throws {
    let model = try evidence.model(estimate)
    if let out { try AtomicFile.write(model.text, to: out) }
    if let image {
      let options = DetectorGraph.Options(hyperedges: .refuse, correlated: correlated)
      try AtomicFile.write(try ModelFile(model, options: options, form: .shots(nil)).image, to: image)
    }
    if let parameters, let json = evidence.parameterJSON(estimate) {
      try AtomicFile.write(Array(json.utf8), to: parameters)
    }
    if let report {
      let text = report.hasSuffix(".json") ? told.json : told.text
      try TextFile.write(Array(text.utf8), to: report == "-" ? nil : report)
    }
    if let plot { try TextFile.write(Array(told.svg.utf8), to: plot == "-" ? nil : plot) }
  }

  private static let neural = "neural"
  private static let estimators =
    (NoiseEstimators.all.map(\.name) + [Self.neural]).joined(separator: ", ")

  /// How messages name the shots.
  private var name: String {
    let files = inputs.map { $0 == "-" ? "standard input" : $0 } + merge
    return files.count == 1 ? files[0] : "\(files[0]) and \(files.count - 1) more"
  }

  private func description() throws -> NoiseDescription {
    if let errorModel {
      var file = try ByteSource(path: errorModel)
      return try NoiseDescription(DetectorErrorModel(bytes: try file.readAll(), source: errorModel))
    }
    if let circuit {
      var file = try ByteSource(path: circuit)
      return try NoiseDescription(Circuit(bytes: try file.readAll(), source: circuit), source: circuit)
    }
    var experiment = experiment
    // Which errors may happen does not depend on how likely they are.
    if !experiment.noiseOptions.areGiven { experiment.noiseOptions.noise = 0.003 }
    switch try experiment.experiment() {
    case .surface(let memory): return try NoiseDescription(memory, source: experiment.name)
    case .stim(let circuit): return try NoiseDescription(circuit, source: experiment.name)
    }
  }

  private func count(_ structure: NoiseStructure, _ windows: WindowCounter?) throws -> SyndromeStatistics {
    var statistics = SyndromeStatistics(structure.products)
    for path in merge {
      var file = try ByteSource(path: path)
      let other = try SyndromeStatistics(bytes: try file.readAll(), source: path)
      guard statistics.merge(other) else {
        throw CommandFailure(
          "\(path): the statistics were counted for another code or error model. Count them again with this one."
        )
      }
    }
    let layout = ShotLayout(
      detectors: structure.products.detectorCount,
      observables: includesObservables ? structure.observableCount : 0)
    for path in inputs {
      let source = path == "-" ? ByteSource.standardInput() : try ByteSource(path: path)
      let size = source.size
      let progress = Progress(size: size)
      defer { progress.end() }
      try statistics.add(
        ShotReader(source, format: inFormat, layout: layout), windows: windows, threads: threads,
        progress: { progress.update($0, $1) })
    }
    return statistics
  }

  /// A progress bar that several threads may move.
  private final class Progress: Sendable {
    private let bar = Mutex(ProgressBar())
    private let size: Int?

    init(size: Int?) { self.size = size }

    func update(_ shots: Int, _ offset: Int) {
      bar.withLock { $0.update(shots: shots, offset: offset, size: size) }
    }
    func end() { bar.withLock { $0.clear() } }
  }
}
