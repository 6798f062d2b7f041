import DecantCore

/// Lays header, section table and sections out as bytes, and seals them with their checksum.
struct ImageBuilder {
  private struct Section {
    var kind: UInt32
    var elementSize: Int
    var words: [UInt32]
  }

  private var fields: [(offset: Int, value: UInt64, size: Int)] = []
  private var sections: [Section] = []

  /// Sets a header field.
  ///
  /// - Parameter offset: from `ImageLayout.Header`. The frame's own fields are set by `bytes()`.
  mutating func header(_ offset: Int, _ value: UInt32) { fields.append((offset, UInt64(value), 4)) }
  mutating func header(_ offset: Int, _ value: UInt64) { fields.append((offset, value, 8)) }

  /// Adds a section. There is one of each kind at most.
  ///
  /// - Parameter elementWords: 32-bit words in an element, a divisor of the number of words.
  mutating func section(_ kind: UInt32, elementWords: Int, _ words: [UInt32]) {
    sections.append(Section(kind: kind, elementSize: 4 * elementWords, words: words))
  }

  /// The whole image.
  func bytes() -> [UInt8] {
    let alignment = ImageLayout.sectionAlignment
    let sections = sections.sorted { $0.kind < $1.kind }
    var end = ImageLayout.headerSize + sections.count * ImageLayout.sectionEntrySize
    var offsets: [Int] = []
    for section in sections {
      let offset = (end + alignment - 1) / alignment * alignment
      offsets.append(offset)
      end = offset + 4 * section.words.count
    }

    var bytes = [UInt8](repeating: 0, count: end)
    bytes.withUnsafeMutableBytes { image in
      func store(_ value: UInt64, size: Int, at offset: Int) {
        withUnsafeBytes(of: value.littleEndian) {
          image[offset..<offset + size].copyBytes(from: $0[..<size])
        }
      }
      store(ImageLayout.magic, size: 8, at: ImageLayout.Header.magic)
      store(UInt64(ImageLayout.formatVersion), size: 4, at: ImageLayout.Header.formatVersion)
      store(UInt64(ImageLayout.headerSize), size: 4, at: ImageLayout.Header.headerSize)
      store(UInt64(end), size: 8, at: ImageLayout.Header.imageSize)
      store(UInt64(sections.count), size: 4, at: ImageLayout.Header.sectionCount)
      for field in fields { store(field.value, size: field.size, at: field.offset) }
      for (index, section) in sections.enumerated() {
        let entry = ImageLayout.headerSize + index * ImageLayout.sectionEntrySize
        let count = 4 * section.words.count / section.elementSize
        store(UInt64(section.kind), size: 4, at: entry + ImageLayout.SectionEntry.kind)
        store(UInt64(section.elementSize), size: 4, at: entry + ImageLayout.SectionEntry.elementSize)
        store(UInt64(offsets[index]), size: 8, at: entry + ImageLayout.SectionEntry.offset)
        store(UInt64(count), size: 8, at: entry + ImageLayout.SectionEntry.count)
        let words = image[offsets[index]..<offsets[index] + 4 * section.words.count]
        section.words.map { $0.littleEndian }.withUnsafeBytes { words.copyBytes(from: $0) }
      }
      let checksum = CRC32.ofImage(UnsafeRawPointer(image.baseAddress!), count: image.count)
      store(UInt64(checksum), size: 4, at: ImageLayout.Header.crc32)
    }
    return bytes
  }
}
