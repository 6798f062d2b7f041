import CDecant

/// A pre-decoder's place in an evaluation: it works on a block of shots before their decoder does.
struct PreDecoding {
  private let worker: GridPreDecoder.Worker
  private let priors: GridPriors?
  private let layout: ShotLayout
  /// What it left of the last block.
  private(set) var residual: ShotBatch
  private var frames: [UInt8] = []

  /// - Throws: `NetworkError` where the experiment is too large for it.
  init(_ preDecoder: GridPreDecoder, _ priors: GridPriors?) throws {
    worker = try priors == nil ? preDecoder.makeWorker() : preDecoder.makeWorker(edges: preDecoder.edges())
    self.priors = priors
    layout = ShotLayout(detectors: preDecoder.geometry.detectorCount)
    residual = ShotBatch(layout: layout, capacity: ShotBlock.capacity)
  }

  /// As the decoder's own, of shots that the pre-decoder has seen first.
  mutating func decode(
    _ shots: ShotBatch, _ decoder: LoadedDecoder, into answers: inout ShotBatch
  ) throws(DecoderError) {
    var predictions = ShotBatch(layout: answers.layout, capacity: residual.capacity)
    if let priors {
      try decode(shots, decoder, priors, into: &predictions)
    } else {
      worker.preDecode(shots, residual: &residual, frames: &frames)
      try decoder.decode(residual, into: &predictions)
    }
    let rowBytes = answers.layout.rowBytes
    answers.refill { room, count in
      count = predictions.count
      for (index, byte) in predictions.rows.enumerated() { room[index] = byte }
      // The one observable of a memory.
      for shot in 0..<count { room[shot * rowBytes] ^= frames[shot] }
    }
  }

  /// Under weights that the network gives each shot.
  private mutating func decode(
    _ shots: ShotBatch, _ decoder: LoadedDecoder, _ priors: GridPriors, into predictions: inout ShotBatch
  ) throws(DecoderError) {
    var weights: [[decant_reweight]] = []
    worker.preDecode(
      shots, residual: &residual, frames: &frames,
      leastLogits: { least in weights.append(priors.weights(least)) })
    let residual = residual
    let (detectorBytes, rowBytes) = (residual.layout.rowBytes, predictions.layout.rowBytes)
    try predictions.refill { (room, count) throws(DecoderError) in
      for shot in 0..<residual.count {
        try residual.withRows { (rows) throws(DecoderError) in
          try decoder.decode(
            rows.baseAddress! + shot * detectorBytes, weights: weights[shot], into: room + shot * rowBytes)
        }
        count += 1
      }
    }
  }
}
