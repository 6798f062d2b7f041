import CDecant

/// What the grid network of an image leaves of a block of shots.
struct FixedResiduals {
  private(set) var residual: ShotBatch

  init(detectors: Int) {
    residual = ShotBatch(layout: ShotLayout(detectors: detectors), capacity: ShotBlock.capacity)
  }

  mutating func take(_ shots: ShotBatch, _ decoder: LoadedDecoder) throws(DecoderError) {
    let rowBytes = shots.layout.rowBytes
    try residual.refill { (room, count) throws(DecoderError) in
      try shots.withRows { (rows) throws(DecoderError) in
        for shot in 0..<shots.count {
          let status = decant_predecode(
            decoder.decoder, rows.baseAddress! + shot * rowBytes, rowBytes, room + shot * rowBytes, rowBytes,
            nil, 0, nil, 0, nil, nil)
          guard status >= 0 else { throw .decoding(decoder.name, status, shot: shot) }
          count += 1
        }
      }
    }
  }
}
