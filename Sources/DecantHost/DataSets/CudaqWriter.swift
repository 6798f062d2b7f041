import FoundationEssentials
import Glibc

/// Writes a directory of CUDA-Q QEC's test data, the files of which `CudaqDataSet` tells.
public enum CudaqWriter {
  /// directory: is made if it is not there; files in it are replaced.
  /// predictions: what a matcher made of the shots. predecoderOutputs: for each shot the pre-decoder's frame, one
  /// bit, and its residual syndrome.
  public static func write(
    to directory: String, facts: ExperimentFacts, edges: EdgeMatrices, shots: [ShotBlock],
    predictions: [ShotBatch]? = nil, predecoderOutputs: [ShotBatch]? = nil
  ) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    func path(_ name: String) -> String { "\(directory)/\(name)" }
    try write(rows: edges.checks, to: path(CudaqDataSet.Name.checks))
    try write(rows: edges.observables, to: path(CudaqDataSet.Name.logicals))
    try write(priors: edges.priors, to: path(CudaqDataSet.Name.priors))
    func writeBits(_ batches: [ShotBatch], _ bits: Int, _ name: String, bytesPerBit: Int = 4) throws {
      try Self.write(bits: batches, count: bits, to: path(name), bytesPerBit: bytesPerBit)
    }
    let (detectors, observables) = (edges.checks.rows, edges.observables.rows)
    try writeBits(shots.map(\.detectors), detectors, CudaqDataSet.Name.detectors)
    try writeBits(shots.map(\.observables), observables, CudaqDataSet.Name.observables)
    if let predictions { try writeBits(predictions, observables, CudaqDataSet.Name.predictions) }
    if let predecoderOutputs {
      try writeBits(predecoderOutputs, 1 + detectors, CudaqDataSet.Name.predecoder, bytesPerBit: 1)
    }
    var sink = try ByteSink(path: path(CudaqDataSet.Name.metadata))
    try sink.write(
      CudaqMetadata.text(facts, shots: shots.reduce(0) { $0 + $1.detectors.count }, edges: edges))
    try sink.finish()
  }

  private static func write(rows: SparseRows, to path: String) throws(ShotFileError) {
    var sink = try ByteSink(path: path)
    let counts = [rows.rows, rows.columns, rows.indices.count]
    try sink.write(words: counts.map { Int32(truncatingIfNeeded: $0) })
    try sink.write(words: rows.starts)
    try sink.write(words: rows.indices)
    try sink.finish()
  }

  private static func write(priors: [Double], to path: String) throws(ShotFileError) {
    var sink = try ByteSink(path: path)
    try sink.write(words: [Int32(truncatingIfNeeded: priors.count)])
    try sink.write(
      words: priors.flatMap { prior in
        [0, 32].map { Int32(truncatingIfNeeded: prior.bitPattern >> UInt64($0)) }
      })
    try sink.finish()
  }

  private static func write(
    bits batches: [ShotBatch], count: Int, to path: String, bytesPerBit: Int
  ) throws(ShotFileError) {
    var sink = try ByteSink(path: path)
    let shots = batches.reduce(0) { $0 + $1.count }
    try sink.write(words: [shots, count].map { Int32(truncatingIfNeeded: $0) })
    for batch in batches {
      precondition(batch.layout.bits == count, "the shots must be the graph's")
      for shot in 0..<batch.count {
        let row = Array(batch[shot])
        let place = try sink.room(count * bytesPerBit)
        place.update(repeating: 0, count: count * bytesPerBit)
        for bit in 0..<count { place[bit * bytesPerBit] = row[bit >> 3] >> UInt8(bit & 7) & 1 }
        sink.advance(count * bytesPerBit)
      }
    }
    try sink.finish()
  }
}

extension ByteSink {
  fileprivate mutating func write(words: [Int32]) throws(ShotFileError) {
    for word in words {
      let bits = UInt32(bitPattern: word)
      for shift in [0, 8, 16, 24] as [UInt32] { try append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
  }
}
