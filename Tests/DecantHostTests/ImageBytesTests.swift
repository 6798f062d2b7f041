import DecantCore
import DecantHost
import Testing

/// One small image, word by word as worked out by hand.
@Suite struct ImageBytesTests {
  static let none = UInt32.max

  /// Detectors 0, 1, 2 in a row with a boundary at 2, detectors 3 and 4 joined, 5 alone. Seen from themselves
  /// 0 and 3 have the same neighbourhood.
  static func image() throws -> ParsedImage {
    ParsedImage(
      try ImageCompiler.compile(
        DetectorGraph(
          detectors: 6, observables: 9,
          edges: [
            .init(4, 3, weight: 5, observables: [8, 2]),
            .init(2, nil, weight: -1, observables: [2]),
            .init(2, 1, weight: 7),
            .init(1, 0, weight: 5, observables: [8, 2]),
          ])))
  }

  @Test func header() throws {
    let image = try Self.image()
    #expect(Array(image.bytes[0..<8]) == Array("DECANT".utf8) + [0x1A, 0x0A])
    typealias Header = ImageLayout.Header
    #expect(image.u32(Header.formatVersion) == 1)
    #expect(image.u32(Header.headerSize) == 128)
    #expect(image.u64(Header.imageSize) == UInt64(image.bytes.count))
    #expect(image.u32(Header.detectors) == 6)
    #expect(image.u32(Header.observables) == 9)
    #expect(image.u32(Header.edges) == 4)
    #expect(image.u32(Header.slots) == 6)
    #expect(image.u32(Header.boundaryEdges) == 1)
    #expect(image.u32(Header.negativeEdges) == 1)
    #expect(image.u32(Header.components) == 3)
    #expect(image.u32(Header.closedComponents) == 2)
    #expect(image.u32(Header.maxDegree) == 2)
    #expect(image.u32(Header.maxWeight) == 14)
    #expect(image.u32(Header.sectionCount) == 10)
    #expect(image.u32(Header.longestEscape) == 3)
    #expect(image.u64(Header.weightScale) == 1.0.bitPattern)
    #expect(Int64(bitPattern: image.u64(Header.negativeWeight)) == -2)
  }

  @Test func nodesAndPatterns() throws {
    let image = try Self.image()
    let none = Self.none
    typealias Section = ImageLayout.Section
    #expect(
      image.elements(Section.nodes) == [[0, 0], [1, 1], [2, 2], [0, 3], [3, 4], [4, 4], [none, 4]])
    #expect(
      image.elements(Section.patterns) == [
        [0, 1, 10, none, 0, 1], [1, 2, 10, none, 1, 1], [3, 1, 2, 2, 2, 1], [5, 1, 10, none, 3, 0],
        [6, 0, none, none, 3, 0],
      ])
    let flips: UInt32 = 1 << 31
    let back = UInt32.max
    #expect(
      image.elements(Section.slots) == [
        [1, 10 | flips], [back, 10 | flips], [1, 14], [back, 14], [0, 2 | flips], [back, 10 | flips],
      ])
    #expect(image.elements(Section.slotDetails) == [[0, 1], [0, 1], [0, 0], [0, 0], [0, 2], [0, 1]])
    #expect(image.words(Section.ownSlots) == [0, 1, 1])
  }

  @Test func otherSections() throws {
    let image = try Self.image()
    let none = Self.none
    typealias Section = ImageLayout.Section
    // Sets in the order of the edges: {2, 8}, none, {2}, {2, 8}.
    #expect(image.words(Section.observableSets) == [0, 0, 2, 3])
    #expect(image.words(Section.observableIDs) == [2, 8, 2])
    #expect(image.elements(Section.escapes) == [[0, 3], [1, 2], [1, 1], [none, 0], [0, 1], [none, 0]])
    #expect(image.words(Section.closedComponents) == [none, none, none, 0, 0, 1])
    #expect(image.words(Section.negativeEdges) == [2])
  }

  @Test func emptyGraph() throws {
    let image = ParsedImage(
      try ImageCompiler.compile(DetectorGraph(detectors: 0, observables: 0, edges: [])))
    #expect(image.sections.map(\.kind) == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(image.words(ImageLayout.Section.nodes) == [Self.none, 0])
    #expect(image.words(ImageLayout.Section.observableSets) == [0, 0])
    #expect(image.sections.allSatisfy { $0.offset <= image.bytes.count })
  }

  /// The check value that every description of CRC-32 gives.
  @Test func checksumOfTheTests() {
    #expect(ParsedImage.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
  }

  /// The order in which edges come, and which end comes first, is nothing that an image remembers.
  @Test func sameGraphSameBytes() throws {
    let reordered = try ImageCompiler.compile(
      DetectorGraph(
        detectors: 6, observables: 9,
        edges: [
          .init(0, 1, weight: 5, observables: [2, 8]),
          .init(2, nil, weight: -1, observables: [2]),
          .init(3, 4, weight: 5, observables: [2, 8]),
          .init(1, 2, weight: 7),
        ]))
    #expect(try Self.image().bytes == reordered)
  }
}
