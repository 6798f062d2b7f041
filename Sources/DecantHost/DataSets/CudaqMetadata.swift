/// metadata.txt of CUDA-Q QEC's test data: a line "key=value" for each thing that is known.
struct CudaqMetadata {
  let facts: ExperimentFacts
  let samples: Int?
  let detectors: Int?
  let observables: Int?
  /// Rows and columns of H.
  let shape: (rows: Int, columns: Int)?
  private var complaints: Complaints

  /// What is wrong inside is kept until `takeComplaints`. Throws if the file cannot be read at all.
  init(directory: String) throws(DataSetError) {
    let file = CudaqDataSet.Name.metadata
    let bytes: [UInt8]
    do throws(ShotFileError) {
      bytes = try ByteSource.text(of: "\(directory)/\(file)")
    } catch {
      throw DataSetError(source: directory, problems: ["\(file): \(error.problem)"])
    }
    var values: [String: JSONValue] = [:]
    var complaints = Complaints()
    for (number, line) in bytes.split(separator: .lineFeed, omittingEmptySubsequences: false).enumerated() {
      let text = String(decoding: line, as: UTF8.self).filter { $0 != "\r" }
      guard !text.allSatisfy(\.isWhitespace) else { continue }
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        complaints.add("\(file): line \(number + 1) is '\(text.prefix(60))', not key=value")
        continue
      }
      let (key, value) = (Self.trimmed(parts[0]), Self.trimmed(parts[1]))
      if values[key] != nil { complaints.add("\(file): line \(number + 1) says \(key) once more") }
      values[key] = Int(value).map { .integer($0) } ?? Double(value).map { .number($0) } ?? .string(value)
    }
    var reader = MetadataReader(file: file, values: values, complaints: complaints)
    var facts = reader.facts()
    if let label = values["noise_model"], label != .null {
      facts.noiseCircuit = reader.word("noise_model", "25-param or simple") { .init(rawValue: $0) }
    }
    if case .string(let hash)? = values["noise_model_sha256"] { facts.fingerprint = hash }
    self.facts = facts
    samples = reader.count("num_samples")
    detectors = reader.count("num_detectors")
    observables = reader.count("num_observables")
    shape =
      values["H_shape"] == nil
      ? nil : reader.word("H_shape", "two whole numbers, such as (24, 180)") { Self.shape($0) }
    reader.check(detectors: detectors, facts)
    self.complaints = reader.complaints
  }

  mutating func takeComplaints(into others: inout Complaints) {
    others.add(complaints.problems)
    complaints = Complaints()
  }

  /// "(17472, 93864)", or with other signs around the numbers.
  private static func shape(_ text: String) -> (rows: Int, columns: Int)? {
    let numbers = text.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }

  /// The file's text.
  static func text(_ facts: ExperimentFacts, shots: Int, edges: EdgeMatrices) -> String {
    let values: [(String, String?)] = [
      ("distance", facts.distance.map(String.init)), ("n_rounds", facts.rounds.map(String.init)),
      ("basis", facts.basis?.rawValue), ("code_rotation", facts.orientation?.rawValue),
      ("p_error", facts.noise.map { "\($0)" }), ("num_samples", "\(shots)"),
      ("num_detectors", "\(edges.checks.rows)"), ("num_observables", "\(edges.observables.rows)"),
      ("H_shape", "(\(edges.checks.rows), \(edges.checks.columns))"),
      ("noise_model", facts.noiseCircuit?.rawValue), ("noise_model_sha256", facts.fingerprint),
    ]
    return values.compactMap { key, value in value.map { "\(key)=\($0)\n" } }.joined()
  }
}
