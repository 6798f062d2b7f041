import FoundationEssentials
import Glibc

/// Shots in a `.dets` file with their observables appended, and their JSON beside them.
///
/// A directory may hold a set for each basis: samples_X.dets and metadata_X.json, or X/samples.dets and
/// X/metadata.json; or one of any basis, samples.dets and metadata.json.
public struct DetsDataSet: DataSet {
  public let source: String
  public let metadata: DetsMetadata
  private let samples: String

  public var facts: ExperimentFacts { metadata.facts }
  public var shots: Int { metadata.shots }
  public var detectors: Int { metadata.detectors }
  public var observables: Int { metadata.observables }

  /// All sets in a directory, X before Z.
  ///
  /// asked: what flags say of the experiment; a basis picks its set. checksNoise: whether noise must be what they
  /// say. Throws all that is wrong with a set at once.
  public static func all(
    in directory: String, asked: ExperimentFacts = ExperimentFacts(), checksNoise: Bool = true
  ) throws(DataSetError) -> [DetsDataSet] {
    var sets: [DetsDataSet] = []
    for basis in PauliBasis.allCases where asked.basis == nil || asked.basis == basis {
      let name = basis.rawValue
      for (samples, metadata) in [
        ("samples_\(name).dets", "metadata_\(name).json"), ("\(name)/samples.dets", "\(name)/metadata.json"),
      ] where FileSystem.exists("\(directory)/\(samples)") || FileSystem.exists("\(directory)/\(metadata)") {
        var asked = asked
        asked.basis = basis
        sets.append(try DetsDataSet(directory, samples, metadata, asked, checksNoise))
        break
      }
    }
    if sets.isEmpty, FileSystem.exists("\(directory)/samples.dets") {
      sets.append(try DetsDataSet(directory, "samples.dets", "metadata.json", asked, checksNoise))
    }
    guard !sets.isEmpty else {
      let basis = asked.basis?.rawValue ?? "X"
      throw DataSetError(
        source: directory,
        problems: [
          "holds no recorded shots: neither metadata.txt with detectors.bin, nor samples_\(basis).dets, "
            + "\(basis)/samples.dets or samples.dets with its metadata"
        ])
    }
    return sets
  }

  private init(
    _ directory: String, _ samples: String, _ metadata: String, _ asked: ExperimentFacts, _ checksNoise: Bool
  ) throws(DataSetError) {
    source = directory
    self.samples = "\(directory)/\(samples)"
    let bytes: [UInt8]
    do throws(ShotFileError) {
      bytes = try ByteSource.text(of: "\(directory)/\(metadata)")
    } catch {
      throw DataSetError(source: directory, problems: ["\(metadata): \(error.problem)"])
    }
    self.metadata = try DetsMetadata(
      json: bytes, source: directory, file: metadata, asked: asked, checksNoise: checksNoise)
  }

  public func open(limit: Int) throws -> RecordedShots {
    let layout = ShotLayout(detectors: detectors, observables: observables)
    let reader = ShotReader(try ByteSource(path: samples), format: .dets, layout: layout)
    return RecordedShots(
      shots: CountedRows(ShotFileRows(reader), expected: shots), truth: nil, detectors: detectors,
      observables: observables, limit: limit)
  }

  /// Writes a set under the names of its basis.
  ///
  /// directory: is made if it is not there.
  public static func write(to directory: String, _ metadata: DetsMetadata, shots: [ShotBlock]) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let ending = metadata.facts.basis.map { "_\($0.rawValue)" } ?? ""
    let layout = ShotLayout(detectors: metadata.detectors, observables: metadata.observables)
    var writer = ShotWriter(
      try ByteSink(path: "\(directory)/samples\(ending).dets"), format: .dets, layout: layout)
    for block in shots { try writer.write(ShotBatch(joining: block.detectors, block.observables)) }
    try writer.finish()
    var sink = try ByteSink(path: "\(directory)/metadata\(ending).json")
    try sink.write(metadata.json)
    try sink.finish()
  }
}

/// A file that must hold a certain number of rows.
private final class CountedRows: RowFile {
  private let file: ShotFileRows
  private let expected: Int

  init(_ file: ShotFileRows, expected: Int) {
    self.file = file
    self.expected = expected
  }

  var name: String { file.name }
  var rows: Int { file.rows }

  func read(into batch: inout ShotBatch) throws {
    try file.read(into: &batch)
    guard file.rows > expected || (batch.count < batch.capacity && file.rows != expected) else { return }
    throw DataSetError(
      source: name,
      problems: [
        "holds \(file.rows > expected ? "more than \(expected)" : "\(file.rows)") shots, but num_shots is \(expected)"
      ])
  }
}

extension ShotBatch {
  /// Shots whose rows are those of two batches, one after the other.
  init(joining first: ShotBatch, _ second: ShotBatch) {
    let bits = first.layout.bits
    let layout = ShotLayout(detectors: bits, observables: second.layout.bits)
    self.init(layout: layout, capacity: first.count)
    let rowBytes = layout.rowBytes
    refill { room, count in
      count = first.count
      for shot in 0..<count {
        let row = room + shot * rowBytes
        for (index, byte) in first[shot].enumerated() { row[index] = byte }
        for (index, byte) in second[shot].enumerated() {
          for bit in 0..<8 where byte >> UInt8(bit) & 1 == 1 {
            let place = bits + 8 * index + bit
            row[place >> 3] |= 1 << UInt8(place & 7)
          }
        }
      }
    }
  }
}
