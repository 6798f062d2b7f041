import CDecant

extension LoadedDecoder {
  /// Decodes shots one call each, and notes how long each call took. Otherwise as `decode(_:into:)`.
  public func decode(
    _ shots: ShotBatch, into answers: inout ShotBatch, latencies: inout LatencyHistogram
  ) throws(DecoderError) {
    precondition(
      shots.layout.rowBytes == shotSize && answers.layout.rowBytes == needs.observables_size,
      "the batches must have the decoder's layouts")
    precondition(answers.capacity >= shots.count, "the answers must have room")
    let (detectorsStride, observablesStride) = (shots.layout.rowBytes, answers.layout.rowBytes)
    try answers.refill { (observables, done) throws(DecoderError) in
      try shots.withRows { (rows) throws(DecoderError) in
        for shot in 0..<shots.count {
          let start = monotonicNanoseconds()
          let status = decode(
            shot: rows.baseAddress.map { $0 + shot * detectorsStride }, observables + shot * observablesStride
          )
          latencies.record(nanoseconds: monotonicNanoseconds() - start)
          guard status >= 0 else { throw .decoding(name, status, shot: shot) }
          done = shot + 1
        }
      }
    }
  }
}
