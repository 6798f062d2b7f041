import DecantCore

/// A decoder image taken apart for tests, trusting nothing but the offsets in `ImageLayout`.
struct ParsedImage {
  struct Section: Equatable {
    var kind: UInt32
    var elementSize: Int
    var offset: Int
    var words: [UInt32]
    var count: Int { 4 * words.count / elementSize }
  }

  let bytes: [UInt8]
  let sections: [Section]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let count = Int(Self.number(bytes, ImageLayout.Header.sectionCount, size: 4))
    sections = (0..<count).map { index in
      let entry = ImageLayout.headerSize + index * ImageLayout.sectionEntrySize
      let elementSize = Int(Self.number(bytes, entry + ImageLayout.SectionEntry.elementSize, size: 4))
      let offset = Int(Self.number(bytes, entry + ImageLayout.SectionEntry.offset, size: 8))
      let count = Int(Self.number(bytes, entry + ImageLayout.SectionEntry.count, size: 8))
      return Section(
        kind: UInt32(Self.number(bytes, entry + ImageLayout.SectionEntry.kind, size: 4)),
        elementSize: elementSize, offset: offset,
        words: stride(from: offset, to: offset + count * elementSize, by: 4).map {
          UInt32(Self.number(bytes, $0, size: 4))
        })
    }
  }

  /// A little-endian number.
  static func number(_ bytes: [UInt8], _ offset: Int, size: Int) -> UInt64 {
    bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  func u32(_ offset: Int) -> Int { Int(Self.number(bytes, offset, size: 4)) }
  func u64(_ offset: Int) -> UInt64 { Self.number(bytes, offset, size: 8) }

  /// The words of a section; nil if it is absent.
  func words(_ kind: UInt32) -> [UInt32]? { sections.first { $0.kind == kind }?.words }

  /// CRC-32 of IEEE 802.3, bit by bit from its definition.
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
