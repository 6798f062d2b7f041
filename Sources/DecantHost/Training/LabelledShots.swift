/// The labelled shots of one experiment, batch after batch, made as they are needed.
///
/// A shot's number and the seed say all about it, so training that is interrupted goes on with the shots that would
/// have come.
final class LabelledShots {
  let sampler: SurfaceCodeSampler
  let geometry: GridGeometry
  /// Bytes of a row.
  let detectorBytes: Int
  let targetBytes: Int
  private var detectors: [UInt8] = []
  private var targets: [UInt8] = []
  /// The shots at hand, by their numbers.
  private var known: Range<UInt64> = 0..<0

  init(_ sampler: SurfaceCodeSampler) {
    self.sampler = sampler
    geometry = GridGeometry(sampler.memory)
    detectorBytes = (sampler.detectorCount + 7) / 8
    targetBytes = (sampler.targetCount + 7) / 8
  }

  /// Samplers make so many at a time, shared by their threads.
  private static let shotsAtLeast = 2048

  /// Lends shots by their numbers: rows of detectors and of targets.
  ///
  /// - Throws: if there is no memory for a teacher's decoders.
  func withBatch(
    first: UInt64, count: Int, threads: Int,
    _ body: (_ detectors: UnsafePointer<UInt8>, _ targets: UnsafePointer<UInt8>) -> Void
  ) throws(DecoderError) {
    if !(known.contains(first) && first + UInt64(count) <= known.upperBound) {
      try sample(first: first, count: max(count, Self.shotsAtLeast / count * count), threads: threads)
    }
    let skipped = Int(first - known.lowerBound)
    detectors.withUnsafeBufferPointer { detectors in
      targets.withUnsafeBufferPointer { targets in
        body(
          detectors.baseAddress! + skipped * detectorBytes, targets.baseAddress! + skipped * targetBytes)
      }
    }
  }

  private func sample(first: UInt64, count: Int, threads: Int) throws(DecoderError) {
    if detectors.count < count * detectorBytes {
      detectors = Array(repeating: 0, count: count * detectorBytes)
      targets = Array(repeating: 0, count: count * targetBytes)
    }
    known = 0..<0
    let sampler = sampler
    let (detectorBytes, targetBytes) = (detectorBytes, targetBytes)
    try detectors.withUnsafeMutableBufferPointer { (detectors) throws(DecoderError) in
      try targets.withUnsafeMutableBufferPointer { (targets) throws(DecoderError) in
        try sampler.sample(
          first: first, count: count, threads: threads,
          detectors: ShotRows(detectors.baseAddress!, stride: detectorBytes),
          targets: ShotRows(targets.baseAddress!, stride: targetBytes))
      }
    }
    known = first..<first + UInt64(count)
  }
}
