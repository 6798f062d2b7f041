/// A directory of CUDA-Q QEC's test data: shots, the graph to match them on, and what others made of them.
///
/// Inside are metadata.txt, detectors.bin, observables.bin, H_csr.bin, O_csr.bin and priors.bin, and perhaps
/// pymatching_predictions.bin and predecoder_outputs.bin.
public struct CudaqDataSet: DataSet {
  public let source: String
  public let facts: ExperimentFacts
  public let shots: Int
  public let detectors: Int
  public let observables: Int
  public let edges: EdgeMatrices
  /// Whether there are recorded predictions of another matcher, and of a pre-decoder.
  public let holdsPredictions: Bool
  public let holdsPredecoderOutputs: Bool

  enum Name {
    static let metadata = "metadata.txt"
    static let detectors = "detectors.bin"
    static let observables = "observables.bin"
    static let checks = "H_csr.bin"
    static let logicals = "O_csr.bin"
    static let priors = "priors.bin"
    static let predictions = "pymatching_predictions.bin"
    static let predecoder = "predecoder_outputs.bin"
  }

  /// Reads all but the shots, and holds everything against everything.
  ///
  /// asked: what flags say of the experiment. checksNoise: whether its noise must be what they say.
  /// Throws all that is wrong at once.
  public init(
    directory: String, asked: ExperimentFacts = ExperimentFacts(), checksNoise: Bool = true
  ) throws(DataSetError) {
    var metadata = try CudaqMetadata(directory: directory)
    var complaints = Complaints()
    let shots = complaints.attempt { () throws(DataSetError) in
      try CudaqRows(directory: directory, Name.detectors)
    }
    let truth = complaints.attempt { () throws(DataSetError) in
      try CudaqRows(directory: directory, Name.observables)
    }
    let edges = complaints.attempt { () throws(DataSetError) in try Self.edges(directory) }
    let predictions = try Self.optional(directory, Name.predictions, 4, &complaints)
    let predecoder = try Self.optional(directory, Name.predecoder, 1, &complaints)
    complaints.add(edges?.problems ?? [])
    complaints.add(
      metadata.facts.mismatches(asked: asked, file: Name.metadata, checksNoise: checksNoise))

    func compare(_ file: String, _ what: String, _ found: Int?, _ key: String, _ told: Int?) {
      guard let found, let told, found != told else { return }
      complaints.add("\(file): has \(found) \(what), but \(key) is \(told)")
    }
    let (samples, detectors, observables) = (metadata.samples, metadata.detectors, metadata.observables)
    compare(Name.detectors, "shots", shots?.count, "num_samples", samples)
    compare(Name.detectors, "detectors", shots?.bits, "num_detectors", detectors)
    compare(Name.observables, "shots", truth?.count, "num_samples", samples)
    compare(Name.observables, "observables", truth?.bits, "num_observables", observables)
    compare(Name.checks, "rows", edges?.checks.rows, "num_detectors", detectors)
    compare(Name.checks, "rows", edges?.checks.rows, "the first number of H_shape", metadata.shape?.rows)
    compare(
      Name.checks, "columns", edges?.checks.columns, "the second number of H_shape", metadata.shape?.columns)
    compare(Name.logicals, "rows", edges?.observables.rows, "num_observables", observables)
    compare(Name.predictions, "shots", predictions?.count, "num_samples", samples)
    compare(Name.predictions, "observables", predictions?.bits, "num_observables", observables)
    compare(Name.predecoder, "shots", predecoder?.count, "num_samples", samples)
    compare(Name.predecoder, "columns", predecoder?.bits, "1 + num_detectors", detectors.map { $0 + 1 })
    metadata.takeComplaints(into: &complaints)
    try complaints.check(directory)
    guard let shots, let truth, let edges else { throw DataSetError(source: directory, problems: []) }
    source = directory
    facts = metadata.facts
    self.shots = shots.count
    self.detectors = shots.bits
    self.observables = truth.bits
    self.edges = edges
    holdsPredictions = predictions != nil
    holdsPredecoderOutputs = predecoder != nil
  }

  public func open(limit: Int) throws -> RecordedShots {
    RecordedShots(
      shots: try CudaqRows(directory: source, Name.detectors),
      truth: try CudaqRows(directory: source, Name.observables), detectors: detectors,
      observables: observables, limit: limit)
  }

  /// What the pre-decoder left of the shots. Whoever decodes these rightly has, with the pre-decoder, decoded
  /// the shots rightly: their observables are the true ones and the pre-decoder's frame added up.
  public func openResiduals(limit: Int) throws -> RecordedShots {
    let outputs = try CudaqRows(directory: source, Name.predecoder, bytesPerBit: 1)
    let truth = try CudaqRows(directory: source, Name.observables)
    guard truth.bits == 1 else {
      throw DataSetError(
        source: source,
        problems: [
          "\(Name.predecoder): gives one observable's frame, but there are \(truth.bits) observables"
        ])
    }
    return RecordedShots(
      shots: PredecodedRows(outputs, truth), truth: nil, detectors: detectors, observables: 1, limit: limit)
  }

  /// How often the recorded predictions are wrong. limit: shots to look at, at most.
  public func countPredictedWrongly(limit: Int) throws -> ErrorRate {
    let predictions = try CudaqRows(directory: source, Name.predictions)
    let truth = try CudaqRows(directory: source, Name.observables)
    let layout = ShotLayout(observables: observables)
    var mine = ShotBatch(layout: layout, capacity: ShotBlock.capacity)
    var theirs = mine
    var (errors, shots) = (0, 0)
    while shots < limit {
      try predictions.read(into: &mine)
      try truth.read(into: &theirs)
      guard mine.count > 0 else { break }
      if mine.count > limit - shots { mine.cut(to: limit - shots) }
      errors += mine.countDifferences(from: theirs)
      shots += mine.count
    }
    return ErrorRate(errors: errors, shots: shots)
  }

  private static func optional(
    _ directory: String, _ name: String, _ bytesPerBit: Int, _ complaints: inout Complaints
  ) throws(DataSetError) -> CudaqRows? {
    guard FileSystem.exists("\(directory)/\(name)") else { return nil }
    return complaints.attempt { () throws(DataSetError) in
      try CudaqRows(directory: directory, name, bytesPerBit: bytesPerBit)
    }
  }

  private static func edges(_ directory: String) throws(DataSetError) -> EdgeMatrices {
    var complaints = Complaints()
    let checks = complaints.attempt { () throws(DataSetError) in
      try CudaqFile.rows(directory: directory, Name.checks)
    }
    let observables = complaints.attempt { () throws(DataSetError) in
      try CudaqFile.rows(directory: directory, Name.logicals)
    }
    let priors = complaints.attempt { () throws(DataSetError) in
      try CudaqFile.doubles(directory: directory, Name.priors)
    }
    try complaints.check(directory)
    guard let checks, let observables, let priors else { throw DataSetError(source: directory, problems: []) }
    return EdgeMatrices(checks: checks, observables: observables, priors: priors)
  }
}

/// A pre-decoder's residual syndromes, each followed by the observable that is still to be found.
private final class PredecodedRows: RowFile, @unchecked Sendable {
  private let outputs: CudaqRows
  private let truth: CudaqRows
  private var frames: ShotBatch
  private var actual: ShotBatch

  init(_ outputs: CudaqRows, _ truth: CudaqRows) {
    self.outputs = outputs
    self.truth = truth
    frames = ShotBatch(layout: ShotLayout(detectors: outputs.bits), capacity: ShotBlock.capacity)
    actual = ShotBatch(layout: ShotLayout(observables: 1), capacity: ShotBlock.capacity)
  }

  var name: String { outputs.name }
  var rows: Int { outputs.rows }

  func read(into batch: inout ShotBatch) throws {
    try outputs.read(into: &frames)
    try truth.read(into: &actual)
    let detectors = outputs.bits - 1
    let rowBytes = batch.layout.rowBytes
    batch.refill { room, count in
      count = frames.count
      for shot in 0..<frames.count {
        let row = Array(frames[shot])
        let to = room + shot * rowBytes
        for bit in 0..<detectors {
          to[bit >> 3] |= (row[(bit + 1) >> 3] >> UInt8((bit + 1) & 7) & 1) << UInt8(bit & 7)
        }
        let left = (row[0] ^ Array(actual[shot])[0]) & 1
        to[detectors >> 3] |= left << UInt8(detectors & 7)
      }
    }
  }
}
