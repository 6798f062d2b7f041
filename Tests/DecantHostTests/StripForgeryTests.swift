import CDecant
import DecantCore
import Testing

@testable import DecantHost

/// Images of strips with forged numbers and a checksum that is right: refused, or harmless. A trap ends the tests.
@Suite struct StripForgeryTests {
  typealias Section = ImageLayout.Section

  static let images = try! {
    let model = try StripCompilerTests.chain(12)
    return try StripCompiler(model, DetectorGraph(model), StripWidths(commit: 2, buffer: 1)!).images()
  }()

  /// Reads an image and, if it is taken, decodes under all kinds of seams. Returns the reader's status.
  @discardableResult
  static func tried(_ bytes: [UInt8]) -> decant_status {
    let image = AlignedBlock(bytes)!
    var info = decant_strip_info()
    info.struct_size = UInt32(MemoryLayout<decant_strip_info>.size)
    let status = decant_strip_inspect(image.address, image.size, &info, nil, 0)
    guard status == decant_status(DECANT_OK) else { return status }
    var config = decant_config()
    config.struct_size = UInt32(MemoryLayout<decant_config>.size)
    var needs = decant_requirements()
    needs.struct_size = UInt32(MemoryLayout<decant_requirements>.size)
    #expect(
      decant_decoder_measure(image.address, image.size, &config, &needs) == decant_status(DECANT_OK))
    guard needs.workspace_size < 1 << 26, needs.seam_size < 1 << 20, info.shot_detectors < 1 << 20 else {
      return status
    }
    let workspace = AlignedBlock(size: Int(needs.workspace_size))!
    var decoder: OpaquePointer?
    #expect(
      decant_decoder_init(workspace.address, workspace.size, image.address, image.size, &config, &decoder)
        == decant_status(DECANT_OK))
    var random = RandomStream(seed: 3, block: UInt64(bytes.count))
    var shot = [UInt8](repeating: 0, count: (Int(info.shot_detectors) + 7) / 8)
    var bits = [UInt8](repeating: 0, count: Int(needs.detectors_size))
    var before = [UInt8](repeating: 0, count: Int(needs.seam_size))
    var after = before
    var observables = [UInt8](repeating: 0, count: Int(needs.observables_size))
    for _ in 0..<20 {
      for bit in 0..<Int(info.shot_detectors) where random.next() % 4 == 0 {
        shot[bit / 8] ^= 1 << UInt8(bit % 8)
      }
      #expect(
        decant_strip_gather(decoder, shot, shot.count, &bits, bits.count) == decant_status(DECANT_OK))
      for byte in before.indices {
        before[byte] = UInt8(truncatingIfNeeded: random.next()) & 3
        after[byte] = UInt8(truncatingIfNeeded: random.next()) & 3
      }
      let status = decant_strip_decode(
        decoder, bits, bits.count, &before, &after, before.count, &observables, observables.count, nil)
      #expect(
        [DECANT_OK, DECANT_IMPOSSIBLE, DECANT_BAD_ARGUMENT].map { decant_status($0) }.contains(status))
    }
    return status
  }

  @Test func areTakenAsTheyAre() {
    #expect(Self.images.count == 4)
    for image in Self.images {
      #expect(Self.tried(image) == decant_status(DECANT_OK))
      #expect(StreamForgeryTests.assembled(ParsedImage(image), [:]) == image)
    }
  }

  static func status(_ index: Int, _ words: [UInt32: [UInt32]]) -> decant_status {
    tried(StreamForgeryTests.assembled(ParsedImage(images[index]), words))
  }

  @Test func forgedWords() {
    var random = RandomStream(seed: 5, block: 0)
    for index in Self.images.indices {
      let parsed = ParsedImage(Self.images[index])
      for kind in [Section.strip, Section.stripBlocks, Section.stripCommitted, Section.stripSeams] {
        let words = parsed.words(kind)!
        for place in words.indices {
          for value in Set([
            0, 1, words[place] &+ 1, words[place] &- 1, words[place] ^ 1 << 31, words[place] ^ 1 << 30, .max,
            UInt32(truncatingIfNeeded: random.next()) % 16,
          ]) where value != words[place] {
            var forged = words
            forged[place] = value
            let status = Self.status(index, [kind: forged])
            #expect(status == decant_status(DECANT_OK) || status == decant_status(DECANT_BAD_IMAGE))
            // Who decides what is settled, and so is what lies on the seams of the first layer; the second can but believe
            // its lists, as far as they are lists of its detectors.
            let isOfSeam = kind == Section.stripSeams && (index.isMultiple(of: 2) || value > 16)
            if isOfSeam || kind == Section.stripCommitted || kind == Section.stripBlocks && place % 4 != 0 {
              #expect(status == decant_status(DECANT_BAD_IMAGE))
            }
          }
        }
      }
    }
  }

  /// As many detectors are decided as before, but others.
  @Test func whoDecidesWhatIsChecked() throws {
    let model = try StripCompilerTests.chain(14)
    let image = ParsedImage(
      try StripCompiler(model, DetectorGraph(model), StripWidths(commit: 2, buffer: 2)!).image(0))
    let committed = image.words(Section.stripCommitted)!
    #expect(committed == [0b11, 0])
    for own in 0..<2 {
      for other in 2..<4 {
        let forged = committed[0] ^ 1 << own ^ 1 << other
        let bytes = StreamForgeryTests.assembled(image, [Section.stripCommitted: [forged, 0]])
        #expect(Self.tried(bytes) == decant_status(DECANT_BAD_IMAGE))
      }
    }
  }

  /// Numbers of the record that no image may have, in its order: index, strips, detectors, committed, before, after, seam.
  @Test func recordIsChecked() {
    let record = ParsedImage(Self.images[1]).words(Section.strip)!
    let bad: [[UInt32]] = [
      [0, 2, 3, 4, .max], [0, 1, 2], [0, 4, 1 << 28, .max], [0, 5, .max], [0, 2, 9, .max], [0, 2, 9, .max],
      [0, 13, .max],
    ]
    #expect(record == [1, 4, 12, 4, 1, 1, 1])
    for (field, values) in bad.enumerated() {
      for value in values where value != record[field] {
        var forged = record
        forged[field] = value
        #expect(
          Self.status(1, [Section.strip: forged]) == decant_status(DECANT_BAD_IMAGE), "\(field) \(value)")
      }
    }
  }

  /// Fewer elements or more, none, or a strip that is also something else.
  @Test func sectionsHaveTheirSizes() {
    let parsed = ParsedImage(Self.images[1])
    for kind in [Section.strip, Section.stripBlocks, Section.stripCommitted, Section.stripSeams] {
      let words = parsed.words(kind)!
      let element = parsed.sections.first { $0.kind == kind }!.elementSize / 4
      for forged in [Array(words.dropLast(element)), words + words.suffix(element), []] {
        #expect(Self.status(1, [kind: forged]) == decant_status(DECANT_BAD_IMAGE))
      }
    }
  }
}
