/// The format 01: a line of the characters 0 and 1 for each shot.
///
/// People pipe this format by the gigabyte, so eight characters are handled as one 64-bit word. The lowest
/// bit of '0' and '1' is the value; all other bits must be those of '0'.
struct Decoder01: ShotDecoder {
  let layout: ShotLayout

  mutating func read(
    _ source: inout ByteSource, into row: UnsafeMutablePointer<UInt8>, shot: Int
  ) throws(ShotFileError) -> Bool {
    let bits = layout.bits
    let available = try source.require(bits + 1)
    guard available > 0 else { return false }
    guard available > bits, Decoder01.pack(source.unread, bits, into: row) else {
      throw explain(source, available, shot)
    }
    var lineBytes = bits + 1
    if source.unread[bits] == .carriageReturn { lineBytes += 1 }
    guard try source.require(lineBytes) >= lineBytes, source.unread[lineBytes - 1] == .lineFeed else {
      throw explain(source, try source.require(lineBytes), shot)
    }
    source.skip(lineBytes)
    return true
  }

  /// Packs characters into bits. Returns false if any is neither 0 nor 1.
  @inline(__always)
  private static func pack(
    _ text: UnsafePointer<UInt8>, _ bits: Int, into row: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    var stray: UInt64 = 0
    let raw = UnsafeRawPointer(text)
    let wholeBytes = bits >> 3
    for index in 0..<wholeBytes {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index << 3, as: UInt64.self))
      stray |= (word & 0xFEFE_FEFE_FEFE_FEFE) ^ 0x3030_3030_3030_3030
      // Character k stands at bit 8k; this product moves its lowest bit to bit 56 + k, and nothing collides.
      row[index] = UInt8(truncatingIfNeeded: ((word & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) >> 56)
    }
    for bit in (wholeBytes << 3)..<bits {
      stray |= UInt64((text[bit] & 0xFE) ^ .zeroDigit)
      row[bit >> 3] |= (text[bit] & 1) << UInt8(bit & 7)
    }
    return stray == 0
  }

  /// Finds what is wrong with the line that comes next.
  ///
  /// available: how many bytes can be looked at; all that are left if fewer than the line should have.
  private func explain(_ source: borrowing ByteSource, _ available: Int, _ shot: Int) -> ShotFileError {
    let bits = layout.bits
    let text = source.unread
    var position = 0
    while position < min(bits, available) && text[position] & 0xFE == .zeroDigit { position += 1 }
    if position == bits && position < available && text[position] == .carriageReturn { position += 1 }
    let found = position < available ? Int(text[position]) : -1

    let problem: String
    var remedy = ShotFileError.wrongShape(layout)
    if found == -1 && position >= bits {
      problem = "the last line has no newline"
      remedy = "If the file is not cut short, append a newline."
    } else if position >= bits {
      let found = ShotFileError.name(ofByte: found)
      problem = "the line should end after \(ShotLayout.count(bits, "character")), but goes on with \(found)"
    } else if found == -1 {
      problem = "the file ends after \(position) of the \(bits) characters of a line"
      remedy = ShotFileError.cutShort(layout)
    } else if found == 0x0A || found == 0x0D {
      problem = "the line ends after \(position) of \(ShotLayout.count(bits, "character"))"
    } else {
      problem = "found \(ShotFileError.name(ofByte: found)) where 0 or 1 should be"
    }
    let place = ShotFileError.Place(
      shot: shot, line: shot + 1, column: position + 1, byte: source.offset + position)
    return ShotFileError(file: source.name, place: place, problem: problem, remedy: remedy)
  }
}

struct Encoder01: ShotEncoder {
  let layout: ShotLayout

  mutating func write(_ row: UnsafePointer<UInt8>, to sink: inout ByteSink) throws(ShotFileError) {
    let bits = layout.bits
    let text = try sink.room(bits + 1)
    let raw = UnsafeMutableRawPointer(text)
    let wholeBytes = bits >> 3
    for index in 0..<wholeBytes {
      // Byte k of the product, masked, holds bit k of the row's byte and nothing else; adding 0x7F carries
      // it to the byte's highest bit, from where it is shifted to the lowest.
      let spread = (UInt64(row[index]) &* 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201
      let ones = ((spread &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7) & 0x0101_0101_0101_0101
      raw.storeBytes(
        of: (ones | 0x3030_3030_3030_3030).littleEndian, toByteOffset: index << 3, as: UInt64.self)
    }
    for bit in (wholeBytes << 3)..<bits {
      text[bit] = .zeroDigit | (row[bit >> 3] >> UInt8(bit & 7)) & 1
    }
    text[bits] = .lineFeed
    sink.advance(bits + 1)
  }
}
