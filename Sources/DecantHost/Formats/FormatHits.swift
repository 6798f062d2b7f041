/// The format hits: for each shot, a line with the positions of its ones, separated by commas.
///
/// As in Stim, positions may come in any order, and one that is named twice is not a one.
struct DecoderHits: ShotDecoder {
  let layout: ShotLayout
  /// The offset in the file of the line being read.
  private var lineStart = 0

  init(layout: ShotLayout) {
    self.layout = layout
  }

  mutating func read(
    _ source: inout ByteSource, into row: UnsafeMutablePointer<UInt8>, shot: Int
  ) throws(ShotFileError) -> Bool {
    lineStart = source.offset
    var byte = try source.next()
    if byte == -1 { return false }
    if byte == UInt8.carriageReturn {
      byte = try source.next()
      guard byte == UInt8.lineFeed else { throw explain(source, byte, "the end of the line", shot) }
    }
    if byte == UInt8.lineFeed { return true }

    while true {
      let start = source.offset - 1
      guard let position = try Decimal(first: byte, &source) else {
        throw explain(source, byte, "a number", shot)
      }
      guard position.value < layout.bits else { throw tooLarge(source, position, start, shot) }
      row[position.value >> 3] ^= 1 << UInt8(position.value & 7)
      byte = position.following
      if byte == UInt8.carriageReturn { byte = try source.next() }
      if byte == UInt8.lineFeed { return true }
      guard byte == UInt8.comma else { throw explain(source, byte, "a comma or the end of the line", shot) }
      byte = try source.next()
    }
  }

  /// found: the byte that was taken last, or -1 at the end of the file.
  private func explain(
    _ source: borrowing ByteSource, _ found: Int, _ expected: String, _ shot: Int
  ) -> ShotFileError {
    let byte = found == -1 ? source.offset : source.offset - 1
    return ShotFileError(
      file: source.name,
      place: .init(shot: shot, line: shot + 1, column: byte - lineStart + 1, byte: byte),
      problem: "found \(ShotFileError.name(ofByte: found)) where \(expected) should be",
      remedy: found == -1 && expected != "a number"
        ? "If the file is not cut short, append a newline."
        : "A line is numbers separated by single commas; check the format.")
  }

  private func tooLarge(
    _ source: borrowing ByteSource, _ position: Decimal, _ start: Int, _ shot: Int
  ) -> ShotFileError {
    ShotFileError(
      file: source.name,
      place: .init(shot: shot, line: shot + 1, column: start - lineStart + 1, byte: start),
      problem: "there is no bit \(position.text) in a shot of \(layout)",
      remedy:
        "Bits are numbered from 0; check whether observables are appended, and which circuit made the shots.")
  }
}

struct EncoderHits: ShotEncoder {
  let layout: ShotLayout

  mutating func write(_ row: UnsafePointer<UInt8>, to sink: inout ByteSink) throws(ShotFileError) {
    var first = true
    try forEachOne(in: row, bits: layout.bits) { (position) throws(ShotFileError) in
      if !first { try sink.append(.comma) }
      first = false
      try Decimal.write(position, to: &sink)
    }
    try sink.append(.lineFeed)
  }
}
