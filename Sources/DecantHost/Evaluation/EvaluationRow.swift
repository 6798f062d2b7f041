/// What was evaluated: an experiment, as far as it is known.
public struct EvaluationSubject: Equatable, Sendable {
  /// surface, stim:..., or nil for a model from a file.
  public var code: String?
  public var facts = ExperimentFacts()
  /// A preset or file of noise, where there is one.
  public var noiseSource: String?
  /// The file of the model or circuit.
  public var model: String?
  /// The directory or file of recorded shots.
  public var data: String?
  /// SHA-256 of what decoders were made from, in hexadecimal.
  public var modelHash: String

  public init(code: String? = nil, facts: ExperimentFacts = ExperimentFacts(), modelHash: String) {
    self.code = code
    self.facts = facts
    self.modelHash = modelHash
  }

  /// As the flag says it.
  var circuitNoise: String? { facts.noiseCircuit.map { $0 == .scalar ? "scalar" : "25" } }

  /// By the names of the flags that say it.
  var members: [JSONValue.Member] {
    let value = JSONValue.members([
      "code": code.map { .string($0) }, "distance": facts.distance.map { .integer($0) },
      "rounds": facts.rounds.map { .integer($0) }, "basis": facts.basis.map { .string($0.rawValue) },
      "orientation": facts.orientation.map { .string($0.rawValue) }, "noise": facts.noise.map { .number($0) },
      "circuit_noise": circuitNoise.map { .string($0) },
      "noise_source": noiseSource.map { .string($0) }, "model": model.map { .string($0) },
      "data": data.map { .string($0) }, "model_sha256": .string(modelHash),
    ])
    guard case .object(let members) = value else { return [] }
    return members
  }
}

/// How one decoder did on one experiment: a row of every table and file of results.
public struct EvaluationRow: Equatable, Sendable {
  public let subject: EvaluationSubject
  /// The name of the decoder, or of predictions that were recorded.
  public let decoder: String
  public let rate: ErrorRate
  public var detectors: Int?
  /// Share of detectors that fire: of all, and of those of the memory's basis.
  public var density: Double?
  public var memoryDensity: Double?
  /// The same of what a pre-decoder leaves; nil for decoders without one.
  public var residualDensity: Double?
  public var residualMemoryDensity: Double?
  /// Time of all threads together; nil where nothing was decoded here.
  public var sampling: Duration?
  public var decoding: Duration?
  /// Of single shots; nil unless they were timed.
  public var latency: LatencyHistogram?

  public init(subject: EvaluationSubject, decoder: String, rate: ErrorRate) {
    self.subject = subject
    self.decoder = decoder
    self.rate = rate
  }

  /// The row of a contender. decoder: how rows call it, index: its place among the contenders.
  /// preDecodes: whether a pre-decoder stands before it.
  public init(
    subject: EvaluationSubject, decoder: String, index: Int, of result: EvaluationResult,
    preDecodes: Bool = false
  ) {
    self.init(
      subject: subject, decoder: decoder, rate: ErrorRate(errors: result.errors[index], shots: result.shots))
    detectors = result.detectors
    density = result.density
    memoryDensity = result.memoryDensity
    if preDecodes {
      residualDensity = result.residualDensity(index)
      residualMemoryDensity = result.residualMemoryDensity(index)
    }
    sampling = result.sampling
    decoding = result.decoding[index]
    if result.latencies[index].count > 0 { latency = result.latencies[index] }
  }

  /// Nil where the number of rounds is not known.
  public var ratePerRound: ErrorRate.Estimate? { subject.facts.rounds.flatMap { rate.perRound($0) } }

  /// How many times fewer events a pre-decoder leaves on the checks of the memory's basis, as published systems
  /// count it; nil where that is not known, or nothing is left.
  public var densityReduction: Double? {
    guard let memoryDensity, let residualMemoryDensity, residualMemoryDensity > 0 else { return nil }
    return memoryDensity / residualMemoryDensity
  }

  public var nanosecondsPerShot: Double? {
    guard let decoding, rate.shots > 0 else { return nil }
    return decoding / Duration.nanoseconds(1) / Double(rate.shots)
  }

  public var nanosecondsPerRound: Double? {
    guard let perShot = nanosecondsPerShot, let rounds = subject.facts.rounds else { return nil }
    return perShot / Double(rounds)
  }

  /// The same for all rows of one decoder on one experiment, whatever their seeds and shots: results with one
  /// identity may be added up.
  public var identity: String {
    let identity = JSONValue.object(subject.members + [.init(key: "decoder", value: .string(decoder))])
    return SHA256.hexadecimal(Array(identity.line.utf8))
  }
}
