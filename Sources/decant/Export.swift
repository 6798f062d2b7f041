import ArgumentParser
import DecantHost

/// Writes shots with their metadata, for other programs and for `evaluate --data`.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write shots with their metadata: CUDA-Q QEC test data, or .dets with JSON.",
    discussion: """
      For example: decant export --format cudaq --code surface --distance 5 --rounds 5 --basis X --noise 0.003 \
      --shots 10000 -o memory

      Shots are sampled, or, with --in, read. The experiment is one of --code surface, as these formats know no \
      others.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case cudaq
    case dets
  }

  @Option(
    help: "cudaq, CUDA-Q QEC's test data with the matching graph; or dets, Stim's text with JSON beside it.")
  var format: Format

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the files go; is made if it is not there.", valueName: "directory"))
  var out: String

  @Option(help: ArgumentHelp("Shots to sample.", valueName: "count"))
  var shots: Int?

  @Option(help: ArgumentHelp("Seed of sampled shots, from 0.", valueName: "seed"))
  var seed: UInt64 = 0

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp("Shots to write, instead of sampled ones.", valueName: "file"))
  var input: String?

  @Option(name: .customLong("in_format"), help: ArgumentHelp("Their format.", valueName: "format"))
  var inputFormat = ShotFormat.b8

  @Option(
    name: .customLong("obs_in"),
    help: ArgumentHelp("Their true observables. (default: appended to the shots)", valueName: "file"))
  var observables: String?

  @Option(
    name: .customLong("obs_in_format"), help: ArgumentHelp("Format of the observables.", valueName: "format"))
  var observableFormat = ShotFormat.b8

  @Flag(name: .customLong("no_predictions"), help: "Leave out what matching predicts (cudaq only).")
  var omitsPredictions = false

  @OptionGroup var experiment: ExperimentOptions

  func validate() throws {
    guard (shots == nil) != (input == nil) else {
      throw ValidationError(
        "Say either how many shots to sample, --shots 10000, or which to write, --in FILE.")
    }
    if let shots, shots < 1 { throw ValidationError("--shots \(shots) is not above 0.") }
    if observables != nil, input == nil { throw ValidationError("--obs_in is about --in; say that, too.") }
  }

  func run() throws {
    let circuit = try experiment.circuit()
    guard let memory = try experiment.surfaceMemory() else {
      throw ValidationError(
        "--code \(experiment.code ?? "") has no place in \(format.rawValue) files, which know --code surface "
          + "alone.")
    }
    let model = try DetectorErrorModel(circuit, source: experiment.name)
    let facts = ExperimentFacts(memory, noise: experiment.noiseOptions.noise)
    let blocks = try blocks(of: model)
    switch format {
    case .dets:
      let parameters: NoiseParameters? =
        if case .parameters(let parameters) = memory.noise { parameters } else { nil }
      let metadata = DetsMetadata(
        facts: facts, shots: blocks.reduce(0) { $0 + $1.detectors.count }, detectors: model.detectorCount,
        observables: model.observableCount, parameters: parameters)
      try DetsDataSet.write(to: out, metadata, shots: blocks)
    case .cudaq:
      try CudaqWriter.write(
        to: out, facts: facts, edges: try EdgeMatrices(model), shots: blocks,
        predictions: omitsPredictions ? nil : try predictions(of: model, blocks))
    }
  }

  private func blocks(of model: DetectorErrorModel) throws -> [ShotBlock] {
    let source = try source(model)
    var blocks: [ShotBlock] = []
    var block = try ShotBlock(for: source)
    while try source.take(into: &block) { blocks.append(block) }
    return blocks
  }

  private func source(_ model: DetectorErrorModel) throws -> any ShotSource {
    guard let input else {
      return try ModelShots(
        model, seed: Fingerprint.seed(seed, Fingerprint.of(model.text)), limit: shots ?? 0)
    }
    let (detectors, count) = (model.detectorCount, model.observableCount)
    let file = try ByteSource(path: input)
    guard let observables else {
      return RecordedShots(
        shots: file, format: inputFormat, truth: nil, truthFormat: inputFormat, detectors: detectors,
        observables: count)
    }
    return RecordedShots(
      shots: file, format: inputFormat, truth: try ByteSource(path: observables),
      truthFormat: observableFormat, detectors: detectors, observables: count)
  }

  private func predictions(of model: DetectorErrorModel, _ blocks: [ShotBlock]) throws -> [ShotBatch] {
    let image = try ModelFile(model, options: DetectorGraph.Options()).image
    let decoder = try LoadedDecoder(image: image, name: model.source)
    return try blocks.map { block in
      var answers = ShotBatch(layout: block.observables.layout, capacity: block.detectors.count)
      do throws(DecoderError) {
        try decoder.decode(block.detectors, into: &answers)
      } catch {
        let shot = error.shot.map { "shot \(block.number * ShotBlock.capacity + $0): " } ?? ""
        throw CommandFailure("\(input ?? model.source): \(shot)\(error)")
      }
      return answers
    }
  }
}
