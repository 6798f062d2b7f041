import DecantHost

// How the tests of formats read and write: whole files in memory.

/// Reads all shots of a file in batches of a size. Gives their rows, one after the other, and their number.
func readShots(
  _ bytes: [UInt8], _ format: ShotFormat, _ layout: ShotLayout, batchSize: Int = 64
) throws(ShotFileError) -> (rows: [UInt8], count: Int) {
  var reader = ShotReader(ByteSource(bytes: bytes, name: "shots"), format: format, layout: layout)
  var batch = ShotBatch(layout: layout, capacity: batchSize)
  var rows: [UInt8] = []
  repeat {
    try reader.read(into: &batch)
    rows += batch.rows
  } while batch.count > 0
  return (rows, reader.shots)
}

/// Writes shots. Gives the file.
func writeShots(
  _ rows: [UInt8], count: Int, _ format: ShotFormat, _ layout: ShotLayout
) throws(ShotFileError) -> [UInt8] {
  var writer = ShotWriter(ByteSink(inMemory: "output"), format: format, layout: layout)
  try writer.write(ShotBatch(layout: layout, rows: rows, count: count))
  try writer.finish()
  return try writer.sink.takeBytes()
}

/// Rows of shots whose bits a function gives.
func makeRows(_ count: Int, bits: Int, _ bit: (_ shot: Int, _ position: Int) -> Bool) -> [UInt8] {
  let rowBytes = (bits + 7) / 8
  var rows = [UInt8](repeating: 0, count: count * rowBytes)
  for shot in 0..<count {
    for position in 0..<bits where bit(shot, position) {
      rows[shot * rowBytes + position / 8] |= 1 << (position % 8)
    }
  }
  return rows
}

/// The shots that the golden vectors hold.
func goldenBit(shot: Int, position: Int) -> Bool {
  (7 * shot + 5 * position + shot * position * position) % 3 == 0
}

/// Bytes from their hexadecimal digits.
func bytes(hex: String) -> [UInt8] {
  let digits = hex.compactMap(\.hexDigitValue).map(UInt8.init)
  return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
