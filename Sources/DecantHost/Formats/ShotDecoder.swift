/// What turns one format's bytes into rows. There is one conforming type for each format.
///
/// A row is a shot's bits packed into bytes, least significant bit first, the padding zero.
protocol ShotDecoder {
  /// Reads one shot.
  ///
  /// row: `layout.rowBytes` zeros, which receive the shot. shot: its number, for messages.
  /// Returns false where the file ends before the shot begins; the row is then still zero.
  mutating func read(
    _ source: inout ByteSource, into row: UnsafeMutablePointer<UInt8>, shot: Int
  ) throws(ShotFileError) -> Bool

  /// Reads shots until the file ends or there are as many as asked for.
  ///
  /// rows: room for `limit` rows, all zeros. firstShot: number of the first shot, for messages.
  /// count: incremented for each shot read, so that it is right even when the next one is malformed.
  mutating func readBatch(
    _ source: inout ByteSource, into rows: UnsafeMutablePointer<UInt8>, rowBytes: Int, limit: Int,
    firstShot: Int, count: inout Int
  ) throws(ShotFileError)
}

extension ShotDecoder {
  mutating func readBatch(
    _ source: inout ByteSource, into rows: UnsafeMutablePointer<UInt8>, rowBytes: Int, limit: Int,
    firstShot: Int, count: inout Int
  ) throws(ShotFileError) {
    while count < limit {
      guard try read(&source, into: rows + count * rowBytes, shot: firstShot + count) else { return }
      count += 1
    }
  }
}

/// What turns rows into one format's bytes. There is one conforming type for each format.
protocol ShotEncoder {
  /// Writes one shot. row: `layout.rowBytes` bytes, whose padding is ignored.
  mutating func write(_ row: UnsafePointer<UInt8>, to sink: inout ByteSink) throws(ShotFileError)

  /// Writes shots. rows: `count` rows, one after the other.
  mutating func writeBatch(
    _ rows: UnsafePointer<UInt8>, rowBytes: Int, count: Int, to sink: inout ByteSink
  ) throws(ShotFileError)

  /// Writes what the format still owes after the last shot.
  mutating func finish(_ sink: inout ByteSink) throws(ShotFileError)
}

extension ShotEncoder {
  mutating func writeBatch(
    _ rows: UnsafePointer<UInt8>, rowBytes: Int, count: Int, to sink: inout ByteSink
  ) throws(ShotFileError) {
    for shot in 0..<count { try write(rows + shot * rowBytes, to: &sink) }
  }

  mutating func finish(_ sink: inout ByteSink) throws(ShotFileError) {}
}
