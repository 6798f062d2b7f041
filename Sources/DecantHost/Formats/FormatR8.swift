/// The format r8: for each shot, the lengths of the runs of zeros before its ones.
///
/// A byte below 255 is a run and the one after it; 255 is that many zeros and no one. Every shot ends with a
/// one that stands just past its bits.
struct DecoderR8: ShotDecoder {
  let layout: ShotLayout

  mutating func read(
    _ source: inout ByteSource, into row: UnsafeMutablePointer<UInt8>, shot: Int
  ) throws(ShotFileError) -> Bool {
    let bits = layout.bits
    var run = try source.next()
    guard run >= 0 else { return false }
    var position = 0
    while true {
      guard run <= bits - position else { throw overrun(source, run, position, shot) }
      position += run
      if run < 255 {
        guard position < bits else { return true }
        row[position >> 3] |= 1 << UInt8(position & 7)
        position += 1
      }
      run = try source.next()
      guard run >= 0 else { throw ending(source, position, shot) }
    }
  }

  private func overrun(
    _ source: borrowing ByteSource, _ run: Int, _ position: Int, _ shot: Int
  ) -> ShotFileError {
    ShotFileError(
      file: source.name,
      place: .init(shot: shot, byte: source.offset - 1),
      problem: "a run of \(ShotLayout.count(run, "zero")) at bit \(position) goes past the end of the shot",
      remedy: ShotFileError.wrongShape(layout))
  }

  private func ending(_ source: borrowing ByteSource, _ position: Int, _ shot: Int) -> ShotFileError {
    ShotFileError(
      file: source.name,
      place: .init(shot: shot, byte: source.offset),
      problem: "the file ends at bit \(position) of a shot, before the byte that closes it",
      remedy: ShotFileError.cutShort(layout))
  }
}

struct EncoderR8: ShotEncoder {
  let layout: ShotLayout

  mutating func write(_ row: UnsafePointer<UInt8>, to sink: inout ByteSink) throws(ShotFileError) {
    var next = 0
    try forEachOne(in: row, bits: layout.bits) { (position) throws(ShotFileError) in
      try EncoderR8.writeRun(position - next, to: &sink)
      next = position + 1
    }
    try EncoderR8.writeRun(layout.bits - next, to: &sink)
  }

  @inline(__always)
  private static func writeRun(_ length: Int, to sink: inout ByteSink) throws(ShotFileError) {
    var left = length
    while left >= 255 {
      try sink.append(255)
      left -= 255
    }
    try sink.append(UInt8(left))
  }
}
