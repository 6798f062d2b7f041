/// The format b8: rows as they are in memory, one after the other.
///
/// Padding bits are ignored, as in Stim.
struct DecoderB8: ShotDecoder {
  let layout: ShotLayout

  mutating func read(
    _ source: inout ByteSource, into row: UnsafeMutablePointer<UInt8>, shot: Int
  ) throws(ShotFileError) -> Bool {
    var count = 0
    try readBatch(&source, into: row, rowBytes: layout.rowBytes, limit: 1, firstShot: shot, count: &count)
    return count == 1
  }

  mutating func readBatch(
    _ source: inout ByteSource, into rows: UnsafeMutablePointer<UInt8>, rowBytes: Int, limit: Int,
    firstShot: Int, count: inout Int
  ) throws(ShotFileError) {
    // Where a shot takes no bytes, there is no telling how many there are; Stim says none.
    guard rowBytes > 0 else { return }
    while count < limit {
      let available = try source.require(rowBytes)
      guard available > 0 else { return }
      guard available >= rowBytes else { throw explain(source, available, firstShot + count) }
      let step = min(available / rowBytes, limit - count)
      let destination = rows + count * rowBytes
      destination.update(from: source.unread, count: step * rowBytes)
      source.skip(step * rowBytes)
      clearPadding(destination, rowBytes, step)
      count += step
    }
  }

  private func clearPadding(_ rows: UnsafeMutablePointer<UInt8>, _ rowBytes: Int, _ count: Int) {
    let mask = layout.lastByteMask
    guard mask != 0xFF else { return }
    for row in 0..<count { rows[row * rowBytes + rowBytes - 1] &= mask }
  }

  private func explain(_ source: borrowing ByteSource, _ available: Int, _ shot: Int) -> ShotFileError {
    ShotFileError(
      file: source.name,
      place: .init(shot: shot, byte: source.offset + available),
      problem: "the file ends after \(available) of the \(layout.rowBytes) bytes of a shot",
      remedy: ShotFileError.cutShort(layout))
  }
}

struct EncoderB8: ShotEncoder {
  let layout: ShotLayout

  mutating func write(_ row: UnsafePointer<UInt8>, to sink: inout ByteSink) throws(ShotFileError) {
    let rowBytes = layout.rowBytes
    guard rowBytes > 0 else { return }
    let place = try sink.room(rowBytes)
    place.update(from: row, count: rowBytes)
    place[rowBytes - 1] &= layout.lastByteMask
    sink.advance(rowBytes)
  }
}
