/// A pre-decoder's place in an evaluation: it works on a block of shots before their decoder does.
struct PreDecoding {
  private let worker: GridPreDecoder.Worker
  private let layout: ShotLayout
  /// What it left of the last block.
  private(set) var residual: ShotBatch
  private var frames: [UInt8] = []

  /// - Throws: `NetworkError` where the experiment is too large for it.
  init(_ preDecoder: GridPreDecoder) throws(NetworkError) {
    worker = try preDecoder.makeWorker()
    layout = ShotLayout(detectors: preDecoder.geometry.detectorCount)
    residual = ShotBatch(layout: layout, capacity: ShotBlock.capacity)
  }

  /// As the decoder's own, of shots that the pre-decoder has seen first.
  mutating func decode(
    _ shots: ShotBatch, _ decoder: LoadedDecoder, into answers: inout ShotBatch
  ) throws(DecoderError) {
    worker.preDecode(shots, residual: &residual, frames: &frames)
    var predictions = ShotBatch(layout: answers.layout, capacity: residual.capacity)
    try decoder.decode(residual, into: &predictions)
    let rowBytes = answers.layout.rowBytes
    answers.refill { room, count in
      count = predictions.count
      for (index, byte) in predictions.rows.enumerated() { room[index] = byte }
      // The one observable of a memory.
      for shot in 0..<count { room[shot * rowBytes] ^= frames[shot] }
    }
  }
}
