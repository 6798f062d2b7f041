import ArgumentParser
import DecantHost

/// What is sampled: an experiment told by flags, a circuit, or an error model.
struct SampleSource: ParsableArguments {
  @Option(
    name: .customLong("dem"),
    help: ArgumentHelp("Detector error model, instead of an experiment.", valueName: "file"))
  var errorModel: String?

  @Option(
    name: .customLong("circuit"),
    help: ArgumentHelp("Circuit in Stim's language, instead of an experiment.", valueName: "file"))
  var circuitPath: String?

  @OptionGroup var experiment: ExperimentOptions

  func validate() throws {
    let given = [errorModel != nil, circuitPath != nil, experiment.areGiven].count { $0 }
    if given == 0 {
      throw ValidationError(
        "Say what to sample: --code and what belongs to it, --circuit, or --dem for a detector error model.")
    }
    if given > 1 {
      throw ValidationError("--dem, --circuit and --code all say what to sample; give one of them.")
    }
  }

  /// Makes the sampler that these outputs need.
  func sampler(seed: UInt64, outputs: SampleOutputs) throws -> Sampler {
    if outputs.labels == nil, outputs.labelsAreDescribed {
      throw ValidationError("--labels, --teacher are about --labels_out; say where labels go.")
    }
    if errorModel == nil, circuitPath == nil, outputs.edges == nil {
      if case .surface(let memory) = try experiment.experiment() {
        let teacher = outputs.teacher ? try TeacherLabels(memory) : nil
        return .surface(
          try SurfaceCodeSampler(
            memory, seed: seed, equivalence: outputs.equivalence, teacher: teacher))
      }
    }
    if outputs.labels != nil {
      throw ValidationError("--labels_out needs --code surface: other codes have edges alone (--edges_out).")
    }
    let model = try model()
    let graph = try outputs.edges.map { _ in try DetectorGraph(model) }
    return .model(try ModelSampler(model, seed: seed, graph: graph))
  }

  private func model() throws -> DetectorErrorModel {
    if let errorModel {
      var file = try ByteSource(path: errorModel)
      return try DetectorErrorModel(bytes: try file.readAll(), source: errorModel)
    }
    if let circuitPath {
      var file = try ByteSource(path: circuitPath)
      return try DetectorErrorModel(
        Circuit(bytes: try file.readAll(), source: circuitPath), source: circuitPath)
    }
    return try DetectorErrorModel(try experiment.circuit(), source: experiment.name)
  }
}

/// One of the two samplers.
enum Sampler {
  case model(ModelSampler)
  case surface(SurfaceCodeSampler)

  var detectors: Int {
    switch self {
    case .model(let sampler): sampler.detectorCount
    case .surface(let sampler): sampler.detectorCount
    }
  }

  var observables: Int {
    switch self {
    case .model(let sampler): sampler.observableCount
    case .surface(let sampler): sampler.observableCount
    }
  }

  /// Bits of a shot's edges or labels.
  var extras: Int {
    switch self {
    case .model(let sampler): sampler.edgeCount
    case .surface(let sampler): sampler.targetCount
    }
  }

  func sample(
    first: Int, count: Int, threads: Int, detectors: ShotRows, observables: ShotRows, extras: ShotRows?
  ) throws {
    switch self {
    case .model(let sampler):
      sampler.sample(
        first: UInt64(first), count: count, threads: threads, detectors: detectors, observables: observables,
        edges: extras)
    case .surface(let sampler):
      try sampler.sample(
        first: UInt64(first), count: count, threads: threads, detectors: detectors, observables: observables,
        targets: extras)
    }
  }
}
