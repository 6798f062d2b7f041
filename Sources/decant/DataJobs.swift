import DecantHost
import Foundation

/// The experiments of a directory of recorded shots.
struct DataJobs {
  let input: EvaluationInput
  let directory: String

  func forEach(_ body: (EvaluationJob) throws -> Void) throws {
    var asked = try input.sweep.facts()
    if input.sweep.sayNoise { asked = try addingNoise(to: asked) }
    let checksNoise = !input.allowsOtherNoise
    if FileManager.default.fileExists(atPath: "\(directory)/metadata.txt") {
      let set = try CudaqDataSet(directory: directory, asked: asked, checksNoise: checksNoise)
      return try body(job(set))
    }
    for set in try DetsDataSet.all(in: directory, asked: asked, checksNoise: checksNoise) {
      try body(job(set, try model(set) ?? modelOfMetadata(set)))
    }
  }

  /// What the flags say of the noise, which must be what was recorded.
  private func addingNoise(to facts: ExperimentFacts) throws -> ExperimentFacts {
    // Noise does not depend on the size; any experiment tells it.
    let any = ExperimentFacts(distance: 3, rounds: 2, basis: .x, orientation: .xv)
    let point = try input.sweep.experiment(for: any)
    var facts = facts
    guard let memory = try point.experiment.surfaceMemory() else { return facts }
    let noise = ExperimentFacts(memory, noise: point.noise)
    facts.noise = noise.noise
    facts.noiseCircuit = noise.noiseCircuit
    facts.fingerprint = noise.fingerprint
    return facts
  }

  /// The model that flags say, if they do.
  private func model(_ set: some DataSet) throws -> DetectorErrorModel? {
    if let path = input.errorModel ?? input.circuit { return try input.fileModel(path) }
    guard input.sweep.sayNoise else { return nil }
    let experiment = try input.sweep.experiment(for: set.facts).experiment
    return try DetectorErrorModel(try experiment.circuit(), source: experiment.name)
  }

  private func modelOfMetadata(_ set: DetsDataSet) throws -> DetectorErrorModel {
    guard let memory = try set.facts.memory(parameters: set.metadata.parameters) else {
      throw CommandFailure(
        "\(set.source): the metadata does not say the noise (noise_model_params, or noise_model with p_error). "
          + "Say it: --noise 0.003, or --dem FILE.")
    }
    return try DetectorErrorModel(memory.circuit(), source: set.source)
  }

  private func job(_ set: DetsDataSet, _ model: DetectorErrorModel) throws -> EvaluationJob {
    EvaluationJob(
      subject: try subject(set, .errors(model)), model: .errors(model),
      memoryDetectors: set.facts.memoryDetectors
    ) { try set.open(limit: $0 ?? .max) }
  }

  private func job(_ set: CudaqDataSet) throws -> EvaluationJob {
    let model = try model(set).map { EvaluationModel.errors($0) } ?? .edges(set.edges, source: set.source)
    var job = EvaluationJob(
      subject: try subject(set, model), model: model, memoryDetectors: set.facts.memoryDetectors
    ) { try set.open(limit: $0 ?? .max) }
    if set.holdsPredictions {
      job.recorded.append(("recorded:pymatching", { try set.countPredictedWrongly(limit: $0) }))
    }
    if set.holdsPredecoderOutputs {
      job.residuals = ("recorded:predecoder", { try set.openResiduals(limit: $0 ?? .max) })
    }
    return job
  }

  private func subject(_ set: some DataSet, _ model: EvaluationModel) throws -> EvaluationSubject {
    var subject = EvaluationSubject(code: "surface", facts: set.facts, modelHash: try model.hash())
    subject.data = directory
    subject.model = input.errorModel ?? input.circuit
    return subject
  }
}
