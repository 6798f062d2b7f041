/// The format dets: for each shot, a line that begins with "shot" and names its ones.
///
/// M5 is measurement 5, D5 detector 5, L5 logical observable 5. As in Stim, names may come in any order and
/// more than once, blank lines and indentation mean nothing, and the last line needs no newline.
struct DecoderDets: ShotDecoder {
  let layout: ShotLayout
  /// The number of the line being read, the first being 1, and its offset in the file.
  private var line = 1
  private var lineStart = 0

  init(layout: ShotLayout) {
    self.layout = layout
  }

  mutating func read(
    _ source: inout ByteSource, into row: UnsafeMutablePointer<UInt8>, shot: Int
  ) throws(ShotFileError) -> Bool {
    guard try findShot(&source, shot) else { return false }
    var byte = try source.next()
    while true {
      if byte == UInt8.carriageReturn { byte = try source.next() }
      if byte == -1 { return true }
      if byte == UInt8.lineFeed {
        startLine(source)
        return true
      }
      guard byte == UInt8.space else {
        throw explain(source, byte, "a space or the end of the line", shot)
      }
      byte = try readName(&source, into: row, shot)
    }
  }

  /// Skips blank space up to and including the next "shot". Returns false if there is none.
  private mutating func findShot(_ source: inout ByteSource, _ shot: Int) throws(ShotFileError) -> Bool {
    while true {
      switch try source.next() {
      case 0x20, 0x09, 0x0D: continue
      case 0x0A: startLine(source)
      case -1: return false
      case 0x73:  // s
        for letter in [0x68, 0x6F, 0x74] {
          let byte = try source.next()
          guard byte == letter else { throw explain(source, byte, "the word shot", shot) }
        }
        return true
      case let byte: throw explain(source, byte, "the word shot", shot)
      }
    }
  }

  /// Reads a name such as D5 and sets its bit. Returns the byte that follows.
  @inline(__always)
  private func readName(
    _ source: inout ByteSource, into row: UnsafeMutablePointer<UInt8>, _ shot: Int
  ) throws(ShotFileError) -> Int {
    let start = source.offset
    let kind = try source.next()
    let first: Int
    let count: Int
    switch kind {
    case 0x4D: (first, count) = (0, layout.measurements)  // M
    case 0x44: (first, count) = (layout.measurements, layout.detectors)  // D
    case 0x4C: (first, count) = (layout.measurements + layout.detectors, layout.observables)  // L
    default: throw explain(source, kind, "M, D or L", shot)
    }
    let digit = try source.next()
    guard let index = try Decimal(first: digit, &source) else {
      throw explain(source, digit, "a number", shot)
    }
    guard index.value < count else { throw tooLarge(source, kind, index, start, shot) }
    let position = first + index.value
    row[position >> 3] |= 1 << UInt8(position & 7)
    return index.following
  }

  private mutating func startLine(_ source: borrowing ByteSource) {
    line += 1
    lineStart = source.offset
  }

  /// found: the byte that was taken last, or -1 at the end of the file.
  private func explain(
    _ source: borrowing ByteSource, _ found: Int, _ expected: String, _ shot: Int
  ) -> ShotFileError {
    let byte = found == -1 ? source.offset : source.offset - 1
    return ShotFileError(
      file: source.name,
      place: .init(shot: shot, line: line, column: byte - lineStart + 1, byte: byte),
      problem: "found \(ShotFileError.name(ofByte: found)) where \(expected) should be",
      remedy: "A line is like \"shot D3 D17 L0\", with single spaces and none at its end; check the format.")
  }

  private func tooLarge(
    _ source: borrowing ByteSource, _ kind: Int, _ index: Decimal, _ start: Int, _ shot: Int
  ) -> ShotFileError {
    let letter = Character(Unicode.Scalar(UInt8(kind)))
    return ShotFileError(
      file: source.name,
      place: .init(shot: shot, line: line, column: start - lineStart + 1, byte: start),
      problem: "there is no \(letter)\(index.text) in a shot of \(layout)",
      remedy:
        "Names are numbered from 0; check whether observables are appended, and which circuit made the shots."
    )
  }
}

struct EncoderDets: ShotEncoder {
  let layout: ShotLayout

  mutating func write(_ row: UnsafePointer<UInt8>, to sink: inout ByteSink) throws(ShotFileError) {
    let firstDetector = layout.measurements
    let firstObservable = firstDetector + layout.detectors
    for letter in [0x73, 0x68, 0x6F, 0x74] as [UInt8] { try sink.append(letter) }
    try forEachOne(in: row, bits: layout.bits) { (position) throws(ShotFileError) in
      try sink.append(.space)
      if position >= firstObservable {
        try sink.append(0x4C)  // L
        try Decimal.write(position - firstObservable, to: &sink)
      } else if position >= firstDetector {
        try sink.append(0x44)  // D
        try Decimal.write(position - firstDetector, to: &sink)
      } else {
        try sink.append(0x4D)  // M
        try Decimal.write(position, to: &sink)
      }
    }
    try sink.append(.lineFeed)
  }
}
