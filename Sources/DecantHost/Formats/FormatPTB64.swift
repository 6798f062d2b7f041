/// The format ptb64: groups of 64 shots; for each bit of a shot, 8 bytes with that bit of all 64.
///
/// A group is turned into 64 rows, and back, by transposing blocks of 64 times 64 bits.
struct DecoderPTB64: ShotDecoder {
  let layout: ShotLayout
  /// The rows of the group that was read last.
  private var group: [UInt8]
  /// How many of them are still to be given away; always the last ones.
  private var left = 0

  init(layout: ShotLayout) {
    self.layout = layout
    group = Array(repeating: 0, count: 64 * layout.rowBytes)
  }

  mutating func read(
    _ source: inout ByteSource, into row: UnsafeMutablePointer<UInt8>, shot: Int
  ) throws(ShotFileError) -> Bool {
    // Where a shot takes no bytes, there is no telling how many there are; Stim says none.
    guard layout.bits > 0 else { return false }
    if left == 0 {
      guard try readGroup(&source, shot) else { return false }
    }
    let rowBytes = layout.rowBytes
    let offset = (64 - left) * rowBytes
    group.withUnsafeBufferPointer { rows in
      for index in 0..<rowBytes { row[index] = rows[offset + index] }
    }
    left -= 1
    return true
  }

  private mutating func readGroup(_ source: inout ByteSource, _ shot: Int) throws(ShotFileError) -> Bool {
    let groupBytes = 8 * layout.bits
    let available = try source.require(groupBytes)
    guard available > 0 else { return false }
    guard available >= groupBytes else {
      throw ShotFileError(
        file: source.name,
        place: .init(shot: shot, byte: source.offset + available),
        problem: "the file ends after \(available) of the \(groupBytes) bytes of a group of 64 shots",
        remedy: ShotFileError.cutShort(layout))
    }
    transposeGroup(source.unread)
    source.skip(groupBytes)
    left = 64
    return true
  }

  private mutating func transposeGroup(_ columns: UnsafePointer<UInt8>) {
    let bits = layout.bits
    let rowBytes = layout.rowBytes
    let raw = UnsafeRawPointer(columns)
    var block = BitBlock()
    group.withUnsafeMutableBufferPointer { rows in
      for firstBit in stride(from: 0, to: bits, by: 64) {
        let width = min(64, bits - firstBit)
        for bit in 0..<width {
          let offset = (firstBit + bit) << 3
          block[bit] = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        for bit in width..<64 { block[bit] = 0 }
        block.transpose()
        for shot in 0..<64 {
          let start = shot * rowBytes + (firstBit >> 3)
          for index in 0..<(width + 7) >> 3 {
            rows[start + index] = UInt8(truncatingIfNeeded: block[shot] >> UInt64(index << 3))
          }
        }
      }
    }
  }
}

struct EncoderPTB64: ShotEncoder {
  let layout: ShotLayout
  /// Rows that wait for their group to be complete.
  private var group: [UInt8]
  private var waiting = 0

  init(layout: ShotLayout) {
    self.layout = layout
    group = Array(repeating: 0, count: 64 * layout.rowBytes)
  }

  mutating func write(_ row: UnsafePointer<UInt8>, to sink: inout ByteSink) throws(ShotFileError) {
    let rowBytes = layout.rowBytes
    let offset = waiting * rowBytes
    group.withUnsafeMutableBufferPointer { rows in
      for index in 0..<rowBytes { rows[offset + index] = row[index] }
    }
    waiting += 1
    guard waiting == 64 else { return }
    waiting = 0
    let place = try sink.room(8 * layout.bits)
    transposeGroup(into: place)
    sink.advance(8 * layout.bits)
  }

  mutating func finish(_ sink: inout ByteSink) throws(ShotFileError) {
    guard waiting > 0 else { return }
    throw ShotFileError(
      file: sink.name,
      problem:
        "ptb64 holds shots in groups of 64, and the last \(waiting) do not fill a group, so they are missing",
      remedy: "Write another format, or a multiple of 64 shots.")
  }

  private func transposeGroup(into columns: UnsafeMutablePointer<UInt8>) {
    let bits = layout.bits
    let rowBytes = layout.rowBytes
    let raw = UnsafeMutableRawPointer(columns)
    var block = BitBlock()
    group.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      for firstBit in stride(from: 0, to: bits, by: 64) {
        let width = min(64, bits - firstBit)
        for shot in 0..<64 {
          let start = base + shot * rowBytes + (firstBit >> 3)
          block[shot] =
            width == 64
            ? UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
            : loadBits(start, width)
        }
        block.transpose()
        for bit in 0..<width {
          raw.storeBytes(
            of: block[bit].littleEndian, toByteOffset: (firstBit + bit) << 3, as: UInt64.self)
        }
      }
    }
  }
}
