import ArgumentParser
import DecantHost

/// What to evaluate on: sampled experiments, a model, recorded shots, or a directory of them.
struct EvaluationInput: ParsableArguments {
  @Option(
    name: .customLong("dem"),
    help: ArgumentHelp("Detector error model to sample and decode, instead of --code.", valueName: "file"))
  var errorModel: String?

  @Option(
    name: .customLong("circuit"),
    help: ArgumentHelp("Circuit in Stim's language, instead of --code.", valueName: "file"))
  var circuit: String?

  @Option(
    help: ArgumentHelp(
      "Recorded shots with their metadata: CUDA-Q QEC test data, or .dets with JSON.", valueName: "directory")
  )
  var data: String?

  @Flag(
    name: .customLong("allow_noise_mismatch"),
    help: "Decode --data with other noise than was recorded.")
  var allowsOtherNoise = false

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp("Recorded shots to decode with the model, instead of sampled ones.", valueName: "file")
  )
  var shots: String?

  @Option(name: .customLong("in_format"), help: ArgumentHelp("Their format.", valueName: "format"))
  var shotFormat = ShotFormat.b8

  @Flag(
    name: .customLong("in_includes_appended_observables"),
    help: "After its detectors, each shot holds its true observables.")
  var includesObservables = false

  @Option(
    name: .customLong("obs_in"), help: ArgumentHelp("True observables of the shots.", valueName: "file"))
  var observables: String?

  @Option(
    name: .customLong("obs_in_format"), help: ArgumentHelp("Their format.", valueName: "format"))
  var observableFormat = ShotFormat.b8

  @Option(help: ArgumentHelp("Seed of sampled shots, from 0.", valueName: "seed"))
  var seed: UInt64 = 0

  @OptionGroup var sweep: SweepOptions

  func validate() throws {
    if errorModel != nil, circuit != nil {
      throw ValidationError("--dem and --circuit are both the whole model; give one of them.")
    }
    if errorModel ?? circuit != nil, sweep.code != nil || (sweep.areGiven && data == nil) {
      throw ValidationError(
        "--\(errorModel != nil ? "dem" : "circuit") is the whole model; leave --code and what belongs to it "
          + "out. (--rounds may stay, for rates per round.)")
    }
    if data != nil, shots ?? observables != nil {
      throw ValidationError("--data holds shots and observables; leave --in and --obs_in out.")
    }
    if data == nil, errorModel ?? circuit ?? sweep.code == nil {
      throw ValidationError("Say what to evaluate: --code, --dem, --circuit, or --data for recorded shots.")
    }
    if shots != nil, observables != nil, includesObservables {
      throw ValidationError(
        "--obs_in and --in_includes_appended_observables both say the truth; give one of them.")
    }
    if shots != nil, observables == nil, !includesObservables {
      throw ValidationError(
        "Say where the true observables are: in a file of their own, --obs_in FILE, "
          + "or after the detectors of each shot, --in_includes_appended_observables.")
    }
    if shots == nil, observables != nil || includesObservables {
      throw ValidationError("--obs_in and --in_includes_appended_observables are about --in; say that, too.")
    }
  }

  /// Makes ready what is asked for, one experiment after the other.
  func forEachJob(_ body: (EvaluationJob) throws -> Void) throws {
    if let data { return try DataJobs(input: self, directory: data).forEach(body) }
    if let path = errorModel ?? circuit {
      let facts = try sweep.facts()
      let model = try fileModel(path)
      var subject = EvaluationSubject(facts: facts, modelHash: Fingerprint.of(model.text))
      subject.model = path
      return try body(job(subject, model, memoryDetectors: nil))
    }
    let points = try sweep.points()
    if shots != nil, points.count > 1 {
      throw ValidationError("--in holds shots of one experiment, but the flags tell \(points.count).")
    }
    for point in points { _ = try point.experiment.circuit() }
    for point in points {
      let model = try DetectorErrorModel(try point.experiment.circuit(), source: point.experiment.name)
      let subject = try subject(point, modelHash: Fingerprint.of(model.text))
      let isSurface = try point.experiment.surfaceMemory() != nil
      try body(job(subject, model, memoryDetectors: isSurface ? subject.facts.memoryDetectors : nil))
    }
  }

  /// The model of --dem or --circuit.
  func fileModel(_ path: String) throws -> DetectorErrorModel {
    var file = try ByteSource(path: path)
    if errorModel != nil { return try DetectorErrorModel(bytes: try file.readAll(), source: path) }
    return try DetectorErrorModel(try Circuit(bytes: try file.readAll(), source: path), source: path)
  }

  func subject(_ point: SweepOptions.Point, modelHash: String) throws -> EvaluationSubject {
    let experiment = point.experiment
    var facts: ExperimentFacts
    if let memory = try experiment.surfaceMemory() {
      facts = ExperimentFacts(memory, noise: point.noise)
    } else {
      let basis = (experiment.code ?? "").hasSuffix("_x") ? PauliBasis.x : .z
      facts = ExperimentFacts(
        distance: experiment.distance, rounds: experiment.rounds, basis: basis, noise: point.noise)
    }
    var subject = EvaluationSubject(code: experiment.code, facts: facts, modelHash: modelHash)
    subject.noiseSource = sweep.noiseSource
    return subject
  }

  private func job(
    _ subject: EvaluationSubject, _ model: DetectorErrorModel, memoryDetectors: [Int]?
  ) -> EvaluationJob {
    var subject = subject
    subject.data = shots
    return EvaluationJob(subject: subject, model: .errors(model), memoryDetectors: memoryDetectors) { limit in
      guard let shots else {
        return try ModelShots(
          model, seed: Fingerprint.seed(seed, subject.modelHash), limit: limit ?? EvaluationJob.defaultShots)
      }
      let source = try ByteSource(path: shots)
      guard let observables else {
        return RecordedShots(
          shots: source, format: shotFormat, truth: nil, truthFormat: shotFormat,
          detectors: model.detectorCount, observables: model.observableCount, limit: limit ?? .max)
      }
      return RecordedShots(
        shots: source, format: shotFormat, truth: try ByteSource(path: observables),
        truthFormat: observableFormat, detectors: model.detectorCount, observables: model.observableCount,
        limit: limit ?? .max)
    }
  }
}
