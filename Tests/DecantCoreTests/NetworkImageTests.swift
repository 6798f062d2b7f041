import CDecant
import DecantHost
import Testing

@testable import DecantCore

/// A network in an image is read with the same distrust as the rest of it.
@Suite struct NetworkImageTests {
  static let compiled = try! NetworkDecodingTests.compiled(0)

  /// Reads an image whose checksum is made right, in memory of exactly its size.
  static func status(_ bytes: [UInt8]) -> decant_status {
    let image = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
    defer { image.deallocate() }
    bytes.withUnsafeBytes { image.copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
    image.storeBytes(
      of: CRC32.ofImage(image, count: bytes.count), toByteOffset: ImageLayout.Header.crc32, as: UInt32.self)
    var reader = ImageReader(image)
    return reader.check(available: bytes.count)
  }

  /// Where the section of a kind is, and its entry.
  static func section(_ kind: UInt32, in bytes: [UInt8]) -> (entry: Int, offset: Int, size: Int, element: Int)
  {
    func u32(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    var entry = ImageLayout.headerSize
    while u32(entry) != Int(kind) { entry += ImageLayout.sectionEntrySize }
    let element = u32(entry + ImageLayout.SectionEntry.elementSize)
    return (
      entry, u32(entry + ImageLayout.SectionEntry.offset),
      element * u32(entry + ImageLayout.SectionEntry.count),
      element
    )
  }

  static let kinds = [
    ImageLayout.Section.network, ImageLayout.Section.networkPlaces, ImageLayout.Section.networkBiases,
    ImageLayout.Section.networkRows, ImageLayout.Section.networkDense, ImageLayout.Section.networkSlots,
  ]

  @Test func isReadWhole() throws {
    #expect(Self.status(Self.compiled.image) == Status.ok)
    let plain = try ImageCompiler.compile(Self.compiled.graph)
    #expect(plain.count < Self.compiled.image.count)
  }

  /// Fewer or more elements, larger ones, another kind: each is refused.
  @Test(arguments: kinds) func sectionsHaveTheirSizes(kind: UInt32) {
    let image = Self.compiled.image
    let section = Self.section(kind, in: image)
    // Biases and slots are as many as there are: dropping one that is used leads out.
    for (field, change) in [
      (ImageLayout.SectionEntry.count, -1), (ImageLayout.SectionEntry.elementSize, 1),
      (ImageLayout.SectionEntry.elementSize, -1), (ImageLayout.SectionEntry.kind, 1),
    ] {
      var bytes = image
      bytes[section.entry + field] = UInt8(truncatingIfNeeded: Int(bytes[section.entry + field]) + change)
      let status = Self.status(bytes)
      #expect(status == Status.badImage || status == Status.unsupported)
    }
    var missing = image
    missing.replaceSubrange(
      section.entry + ImageLayout.SectionEntry.count..<section.entry + 24,
      with: [UInt8](repeating: 0, count: 8))
    #expect(Self.status(missing) == Status.badImage)
  }

  /// Each field of the record beyond its range.
  @Test func recordIsChecked() {
    let image = Self.compiled.image
    let section = Self.section(ImageLayout.Section.network, in: image)
    // Values that no field may have, beside what is right; in the order of the record.
    let bad: [[UInt32]] = [
      [0, 16, 63, 288, 1 << 31], [0, 8, 17, 80, .max], [0, 17, .max], [3, 8, .max], [1, 32, .max],
      [1, 16, .max],
      [0, 4, .max], [0, 1, 1 << 28, .max], [8, .max], [8, .max], [16, .max], [0, 41, .max], [0, 41, .max],
      [0, 1, 3, 1 << 25, .max],
    ]
    for (field, values) in bad.enumerated() {
      for value in values {
        var bytes = image
        for byte in 0..<4 {
          bytes[section.offset + 4 * field + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte)))
        }
        #expect(Self.status(bytes) == Status.badImage, "field \(field), value \(value)")
      }
    }
  }

  /// Any byte of places and slots that leads out of a table, one after the other.
  @Test func indicesAreChecked() {
    let image = Self.compiled.image
    let places = Self.section(ImageLayout.Section.networkPlaces, in: image)
    var refused = 0
    for place in stride(from: places.offset, to: places.offset + places.size, by: places.element)
    where image[place + 19] != NetworkPlace.outside {
      for (byte, value) in [(3, 0x10), (7, 0x10), (11, 1), (15, 1), (16, 64), (17, 200), (18, 64), (19, 2)] {
        var bytes = image
        bytes[place + byte] = UInt8(value)
        #expect(Self.status(bytes) == Status.badImage)
        refused += 1
      }
    }
    #expect(refused > 100)
    let dense = Self.section(ImageLayout.Section.networkDense, in: image)
    for (offset, value) in [(3, 2), (3, 0xFE), (8 * 16 + 5, 0x80), (8 * 16 + 64 * 16 + 3, 2)] {
      var bytes = image
      bytes[dense.offset + offset] = UInt8(value)
      #expect(Self.status(bytes) == Status.badImage)
    }
  }

  /// What an edge's two ends say of each other must be so.
  @Test func slotsAreChecked() {
    let image = Self.compiled.image
    let slots = Self.section(ImageLayout.Section.networkSlots, in: image)
    var random = SplitMix64(state: 3)
    for at in stride(from: slots.offset, to: slots.offset + slots.size, by: 4)
    where image[at] != NetworkSlot.none {
      for byte in 1..<4 {
        var bytes = image
        repeat {
          bytes[at + byte] = .random(in: 0...255, using: &random)
        } while bytes[at + byte] == image[at + byte]
        #expect(Self.status(bytes) == Status.badImage)
      }
    }
  }

  /// Random damage behind a right checksum: refused, or good enough to decode with.
  @Test(arguments: 0..<8) func damageNeverTraps(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    let (graph, image) = Self.compiled
    var accepted = 0
    for _ in 0..<400 {
      var bytes = image
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let kind = Self.kinds.randomElement(using: &random)!
        let section = Self.section(kind, in: image)
        let inEntry = Int.random(in: 0..<6, using: &random) == 0
        let range =
          inEntry ? section.entry..<section.entry + 24 : section.offset..<section.offset + section.size
        let at = range.randomElement(using: &random)!
        bytes[at] =
          Bool.random(using: &random)
          ? bytes[at] ^ 1 << UInt8.random(in: 0...7, using: &random) : .random(in: 0...255, using: &random)
      }
      let status = Self.status(bytes)
      #expect(status == Status.ok || status == Status.badImage || status == Status.unsupported)
      guard status == Status.ok else { continue }
      accepted += 1
      bytes.withUnsafeMutableBytes {
        let crc = CRC32.ofImage(UnsafeRawPointer($0.baseAddress!), count: $0.count)
        $0.storeBytes(of: crc, toByteOffset: ImageLayout.Header.crc32, as: UInt32.self)
      }
      for level in NetworkRig.levels {
        let rig = NetworkRig(bytes, flags: DECANT_CONFIG_NETWORK, level: level)
        for _ in 0..<3 {
          #expect(rig.decode(NetworkDecodingTests.events(graph, &random)).status == Status.ok)
        }
      }
    }
    #expect(accepted > 0)
  }

  /// Plans that are not of this graph, or not of any image.
  @Test func badPlansAreRefused() throws {
    var random = SplitMix64(state: 1)
    let graph = Self.compiled.graph
    let plan = SyntheticNetwork.plan(graph, .init(), rows: 2, columns: 4, &random)
    func refuse(_ change: (inout EventNetworkPlan) -> Void) {
      var changed = plan
      change(&changed)
      #expect(throws: ImageCompiler.Failure.self) { try ImageCompiler.compile(graph, network: changed) }
    }
    let node = plan.detectors.firstIndex { $0 != nil }!
    refuse { $0.hidden = 33 }
    refuse { $0.units = 8 }
    refuse { $0.outputs = 17 }
    refuse { $0.rowRadius = 32 }
    refuse { $0.roundRadius = 8 }
    refuse { $0.detectors.removeLast() }
    refuse { $0.rows.removeLast() }
    refuse { $0.biases.removeLast() }
    refuse { $0.second.weights[3] = -128 }
    refuse { $0.third.biases[0] = 1 << 24 + 1 }
    refuse { $0.third.shift = 0 }
    refuse { $0.minWeight = 3 }
    refuse { $0.detectors[node]!.type = 2 }
    refuse { $0.detectors[node]!.biasRow = 99 }
    refuse { $0.detectors[node]!.centre.column += 1 }
    refuse { $0.detectors[node]!.mark.row = -1 }
    refuse { $0.detectors[node]!.ends[1] = .detector(node) }
    refuse {
      $0.detectors[node]!.ends = Array(repeating: $0.detectors[node]!.ends.first { $0 != .none }!, count: 13)
    }
    let negative = try DetectorGraph(DetectorErrorModel(text: "error(0.9) D0 D1\nerror(0.1) D0"))
    let small = SyntheticNetwork.plan(negative, .init(), &random)
    #expect(throws: ImageCompiler.Failure.networkWithNegativeEdges) {
      try ImageCompiler.compile(negative, network: small)
    }
  }
}
