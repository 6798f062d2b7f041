/// The JSON that lies beside shots in a `.dets` file, and says which experiment they are of.
public struct DetsMetadata: Equatable, Sendable {
  public var facts: ExperimentFacts
  public var shots: Int
  public var detectors: Int
  public var observables: Int
  /// All 25, where they are known.
  public var parameters: NoiseParameters?

  /// The newest version of the schema that is known; what says nothing is of version 1.
  public static let schemaVersion = 2

  public init(
    facts: ExperimentFacts, shots: Int, detectors: Int, observables: Int, parameters: NoiseParameters? = nil
  ) {
    self.facts = facts
    self.shots = shots
    self.detectors = detectors
    self.observables = observables
    self.parameters = parameters
    if let parameters { self.facts.fingerprint = parameters.fingerprint }
  }

  /// Reads it, and holds it against what flags ask for. Throws all that is wrong at once.
  ///
  /// source: what the error calls the data set. file: what its sentences call this file.
  init(
    json: [UInt8], source: String, file: String, asked: ExperimentFacts, checksNoise: Bool
  ) throws(DataSetError) {
    guard case .object(let members)? = JSONValue(json: json) else {
      throw DataSetError(source: source, problems: ["\(file): is not a JSON object"])
    }
    let values = Dictionary(members.map { ($0.key, $0.value) }) { $1 }
    var reader = MetadataReader(file: file, values: values)
    let version = values["schema_version"] == nil ? 1 : reader.count("schema_version", from: 1)
    if let version, version > Self.schemaVersion {
      // Whatever else such a file says may mean something new.
      throw DataSetError(
        source: source,
        problems: [
          "\(file): schema_version is \(version), but this Decant knows up to \(Self.schemaVersion); update it"
        ])
    }
    for (key, expected) in [
      ("artifact", JSONValue.string("stim_detector_samples")), ("format", .string("dets")),
      ("append_observables", .bool(true)),
    ] {
      guard values[key] != expected else { continue }
      let found = values[key].map { "is \(MetadataReader.shown($0))" } ?? "is missing"
      reader.complaints.add("\(file): \(key) \(found); it must be \(expected.line)")
    }
    var facts = reader.facts()
    let shots = reader.count("num_shots")
    let detectors = reader.count("num_detectors")
    let observables = reader.count("num_observables")
    reader.check(detectors: detectors, facts)
    if case .string(let label)? = values["noise_model"] { facts.noiseCircuit = .init(rawValue: label) }
    parameters = Self.parameters(values, file, &facts, &reader.complaints)
    reader.complaints.add(facts.mismatches(asked: asked, file: file, checksNoise: checksNoise))
    try reader.complaints.check(source)
    self.facts = facts
    self.shots = shots ?? 0
    self.detectors = detectors ?? 0
    self.observables = observables ?? 0
  }

  private static func parameters(
    _ values: [String: JSONValue], _ file: String, _ facts: inout ExperimentFacts,
    _ complaints: inout Complaints
  ) -> NoiseParameters? {
    if case .string(let hash)? = values["noise_model_sha256"] { facts.fingerprint = hash.lowercased() }
    guard let given = values["noise_model_params"], given != .null else { return nil }
    do throws(NoiseError) {
      let parameters = try NoiseParameters(json: Array(given.line.utf8), source: "noise_model_params")
      if let told = facts.fingerprint, told != parameters.fingerprint {
        complaints.add(
          "\(file): noise_model_sha256 is \(told.prefix(12))..., but noise_model_params hash to "
            + "\(parameters.fingerprint.prefix(12))...")
      }
      facts.fingerprint = parameters.fingerprint
      return parameters
    } catch {
      complaints.add("\(file): \(error)")
      return nil
    }
  }

  /// The file's text.
  public var json: String {
    let numbers = parameters.map { parameters in
      JSONValue.object(
        zip(NoiseParameters.names, parameters.values).map { .init(key: $0, value: .number($1)) })
    }
    return JSONValue.members([
      "schema_version": .integer(Self.schemaVersion), "artifact": .string("stim_detector_samples"),
      "format": .string("dets"), "append_observables": .bool(true),
      "distance": facts.distance.map { .integer($0) }, "n_rounds": facts.rounds.map { .integer($0) },
      "basis": facts.basis.map { .string($0.rawValue) },
      "code_rotation": facts.orientation.map { .string($0.rawValue) }, "num_detectors": .integer(detectors),
      "num_observables": .integer(observables), "num_shots": .integer(shots),
      "p_error": facts.noise.map { .number($0) },
      "noise_model": facts.noiseCircuit.map { .string($0.rawValue) }, "noise_model_params": numbers,
      "noise_model_sha256": facts.fingerprint.map { .string($0) },
    ]).indented() + "\n"
  }
}
