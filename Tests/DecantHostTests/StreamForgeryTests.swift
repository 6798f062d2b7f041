import CDecant
import DecantCore
import Testing

@testable import DecantHost

/// Images of streams with forged numbers and a checksum that is right: refused, or harmless. A trap ends the tests.
@Suite struct StreamForgeryTests {
  typealias Section = ImageLayout.Section

  /// With edges over two rounds, rules, an idle detector, and rounds of three sizes.
  static let image = try! {
    var source = try ByteSource(
      path: #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
        + "/golden/stream/ladder.dem")
    return try StreamModels.image(
      DetectorErrorModel(bytes: try source.readAll(), source: "ladder.dem"), correlated: true)
  }()

  static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes.replaceSubrange(ImageLayout.Header.crc32..<ImageLayout.Header.crc32 + 4, with: [0, 0, 0, 0])
    let crc = bytes.withUnsafeBytes { CRC32.ofImage($0.baseAddress!, count: $0.count) }
    for byte in 0..<4 {
      bytes[ImageLayout.Header.crc32 + byte] = UInt8(truncatingIfNeeded: crc >> (8 * byte))
    }
    return bytes
  }

  /// Reads an image and, if it is taken, pushes rounds through windows of several lengths. Returns the reader's status.
  @discardableResult
  static func tried(_ bytes: [UInt8]) -> decant_status {
    let image = AlignedBlock(bytes)!
    var info = decant_stream_info()
    info.struct_size = UInt32(MemoryLayout<decant_stream_info>.size)
    let status = decant_stream_inspect(image.address, image.size, &info)
    guard status == decant_status(DECANT_OK) else { return status }
    var random = RandomStream(seed: 7, block: UInt64(bytes.count))
    for (flags, commit, buffer) in [(0, 0, 0), (1, 1, 2), (3, 9, 3), (1, 70, 30)]
      as [(UInt32, UInt32, UInt32)]
    {
      var config = decant_config()
      config.struct_size = UInt32(MemoryLayout<decant_config>.size)
      config.flags = flags
      (config.commit_rounds, config.buffer_rounds) = (commit, buffer)
      config.work_limit = random.next() % 3 == 0 ? 9 : 0
      if random.next() % 2 == 0 { config.flags |= UInt32(DECANT_CONFIG_ERASURES) }
      play(image, info, &config, &random)
    }
    return status
  }

  private static func play(
    _ image: AlignedBlock, _ info: decant_stream_info, _ config: inout decant_config,
    _ random: inout RandomStream
  ) {
    var needs = decant_requirements()
    needs.struct_size = UInt32(MemoryLayout<decant_requirements>.size)
    let status = decant_decoder_measure(image.address, image.size, &config, &needs)
    guard status == decant_status(DECANT_OK), needs.workspace_size < 1 << 26 else {
      #expect(status == decant_status(DECANT_OK) || status == decant_status(DECANT_UNSUPPORTED))
      return
    }
    let workspace = AlignedBlock(size: Int(needs.workspace_size))!
    var decoder: OpaquePointer?
    #expect(
      decant_decoder_init(workspace.address, workspace.size, image.address, image.size, &config, &decoder)
        == decant_status(DECANT_OK))
    var observables = [UInt8](repeating: 0, count: Int(needs.observables_size))
    var next: UInt64 = 0
    for step in 0..<130 {
      var round = decant_round()
      round.struct_size = UInt32(MemoryLayout<decant_round>.size)
      round.sequence = next
      round.flags = step % 120 == 119 || random.next() % 40 == 0 ? UInt32(DECANT_ROUND_LAST) : 0
      if config.flags & UInt32(DECANT_CONFIG_ERASURES) != 0, next != 0, round.flags == 0,
        random.next() % 5 == 0
      {
        round.flags = UInt32(DECANT_ROUND_ERASED)
      }
      let isLast = round.flags == UInt32(DECANT_ROUND_LAST)
      let count = Int(
        isLast ? info.last_detectors : next == 0 ? info.first_detectors : info.round_detectors)
      guard count < 1 << 12 else { return }
      var bits = [UInt8](repeating: 0, count: (count + 7) / 8)
      for bit in 0..<count where random.next() % 6 == 0 { bits[bit / 8] |= 1 << UInt8(bit % 8) }
      let status = decant_stream_push(decoder, &round, bits, bits.count)
      if status == decant_status(DECANT_UNSUPPORTED), isLast { continue }
      #expect(status >= 0)
      next = isLast ? 0 : next + 1
      if status == decant_status(DECANT_PENDING) { continue }
      var frame = decant_frame()
      frame.struct_size = UInt32(MemoryLayout<decant_frame>.size)
      #expect(decant_stream_pop(decoder, &frame, &observables, observables.count) == decant_status(DECANT_OK))
      #expect(frame.work <= needs.worst_case_work)
    }
  }

  /// An image put together again from sections.
  static func assembled(_ image: ParsedImage, _ words: [UInt32: [UInt32]], header: [Int: UInt32] = [:])
    -> [UInt8]
  {
    var builder = ImageBuilder()
    for offset in stride(from: ImageLayout.Header.detectors, to: ImageLayout.Header.end, by: 4)
    where offset != ImageLayout.Header.sectionCount {
      builder.header(offset, header[offset] ?? UInt32(image.u32(offset)))
    }
    for section in image.sections {
      builder.section(
        section.kind, elementWords: section.elementSize / 4, words[section.kind] ?? section.words)
    }
    return builder.bytes()
  }

  static let parsed = ParsedImage(image)
  static func words(_ kind: UInt32) -> [UInt32] { parsed.words(kind)! }

  @Test func isTakenAsItIs() {
    #expect(Self.tried(Self.image) == decant_status(DECANT_OK))
    #expect(Self.assembled(Self.parsed, [:]) == Self.image)
  }

  /// Words of all sections; of those that streams alone have, most. Fuzzing tries the others.
  @Test(arguments: [
    (Section.stream, 1), (Section.layers, 1), (Section.shapes, 3), (Section.shapeLayers, 7),
    (Section.nodes, 3),
    (Section.escapes, 3), (Section.ruleGroups, 2), (Section.ruleStarts, 11), (Section.rules, 13),
    (Section.ruleGroupRecords, 1),
    (Section.patterns, 5), (Section.slots, 7), (Section.slotDetails, 7), (Section.ownSlots, 7),
    (Section.aheadSlots, 1),
  ]) func forgedWords(kind: UInt32, step: Int) {
    let section = Self.parsed.sections.first { $0.kind == kind }!
    var random = RandomStream(seed: 11, block: UInt64(kind))
    var refused = 0
    for index in stride(from: 0, to: section.words.count, by: step) {
      let word = section.words[index]
      for value in Set([
        0, 1, word &+ 1, word &- 1, word ^ 1 << 31, .max, UInt32(truncatingIfNeeded: random.next()) % 64,
      ])
      where value != word {
        var bytes = Self.image
        for byte in 0..<4 {
          bytes[section.offset + 4 * index + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte))
        }
        let status = Self.tried(Self.sealed(bytes))
        #expect(status == decant_status(DECANT_OK) || status == decant_status(DECANT_BAD_IMAGE))
        if status != decant_status(DECANT_OK) { refused += 1 }
      }
    }
    #expect(refused > 0)
  }

  /// Numbers of the record that no image may have, in its order.
  @Test func recordIsChecked() {
    let bad: [[UInt32]] = [
      [0, 4, 65, 1 << 31], [0, 1, 1 << 31, .max], [1, 1 << 20, .max], [1, 1 << 20, .max], [0, 1 << 20, .max],
      [0, 65_536, .max], [0, 1, 65_536, .max], [0, 3, .max], [0, 65, .max], [0, 65, .max],
    ]
    let record = Self.words(Section.stream)
    #expect(record.count == bad.count)
    for (field, values) in bad.enumerated() {
      for value in values {
        var forged = record
        forged[field] = value
        #expect(
          Self.tried(Self.assembled(Self.parsed, [Section.stream: forged])) == decant_status(DECANT_BAD_IMAGE)
        )
      }
    }
    var wide = record
    (wide[5], wide[6]) = (40_000, 40_000)
    #expect(
      Self.tried(Self.assembled(Self.parsed, [Section.stream: wide])) == decant_status(DECANT_BAD_IMAGE))
  }

  /// A layer that no shape holds is never decoded with; but its rules are counted, so they must be where they say.
  @Test func unusedLayersAreChecked() {
    let patterns = Self.words(Section.patterns)
    let idle = (0..<patterns.count / 6).first { patterns[6 * $0 + 1] == 0 && patterns[6 * $0 + 3] == .max }!
    let nodes = Self.words(Section.nodes)
    let count = UInt32(nodes.count / 2 - 1)
    for (group, expected) in [(0, DECANT_OK), (0x7FFF_FFFF, DECANT_BAD_IMAGE), (.max, DECANT_BAD_IMAGE)]
      as [(UInt32, Int)]
    {
      let forged = Self.assembled(
        Self.parsed,
        [
          Section.nodes: nodes.dropLast(2) + [UInt32(idle), 0] + nodes.suffix(2),
          Section.escapes: Self.words(Section.escapes) + [.max, 0],
          Section.ruleGroups: Self.words(Section.ruleGroups) + [group],
          Section.layers: Self.words(Section.layers) + [count, 1, 0, 0],
          Section.aheadSlots: Self.words(Section.aheadSlots) + [.max],
        ], header: [ImageLayout.Header.detectors: count + 1])
      #expect(Self.tried(forged) == decant_status(expected))
    }
  }

  /// Two layers of a shape in each other's place; a shape that is gone; one that is too long.
  @Test func shapesAreChecked() {
    let layers = Self.words(Section.shapeLayers)
    let shapes = Self.words(Section.shapes)
    for index in 0..<layers.count - 1 where layers[index] != layers[index + 1] {
      var forged = layers
      forged.swapAt(index, index + 1)
      #expect(
        Self.tried(Self.assembled(Self.parsed, [Section.shapeLayers: forged]))
          == decant_status(DECANT_BAD_IMAGE))
    }
    for shape in 0..<shapes.count - 1 where shapes[shape] != shapes[shape + 1] {
      let (first, end) = (Int(shapes[shape]), Int(shapes[shape + 1]))
      let gone = Self.assembled(
        Self.parsed,
        [
          Section.shapeLayers: Array(layers[..<first] + layers[end...]),
          Section.shapes: shapes.enumerated().map { $0 > shape ? $1 - UInt32(end - first) : $1 },
        ])
      let isLongest = end - first == Int(Self.words(Section.stream)[0])
      #expect(Self.tried(gone) == decant_status(isLongest ? DECANT_BAD_IMAGE : DECANT_OK))
    }
  }

  /// Fewer elements or more, or none.
  @Test func sectionsHaveTheirSizes() {
    for kind in [Section.stream, Section.layers, Section.shapes, Section.shapeLayers, Section.aheadSlots] {
      let words = Self.words(kind)
      let element = Self.parsed.sections.first { $0.kind == kind }!.elementSize / 4
      for forged in [Array(words.dropLast(element)), words + words.suffix(element), []] {
        let status = Self.tried(Self.assembled(Self.parsed, [kind: forged]))
        #expect(status == decant_status(DECANT_BAD_IMAGE))
      }
    }
  }
}
