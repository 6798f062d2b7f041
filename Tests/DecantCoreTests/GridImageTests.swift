import CDecant
import DecantHost
import Testing

@testable import DecantCore

/// A grid network in an image is read with the same distrust as the rest of it.
@Suite struct GridImageTests {
  static let compiled = try! GridNetworkTests.compiled(1)

  static let kinds = [
    ImageLayout.Section.grid, ImageLayout.Section.gridLayers, ImageLayout.Section.gridWeights,
    ImageLayout.Section.gridParameters, ImageLayout.Section.gridInput, ImageLayout.Section.gridPlaces,
    ImageLayout.Section.gridStarts, ImageLayout.Section.gridChains,
  ]

  private func status(_ offset: Int, _ value: UInt32) -> decant_status {
    var bytes = Self.compiled.image
    for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte))) }
    return NetworkImageTests.status(bytes)
  }

  private func section(_ kind: UInt32) -> (entry: Int, offset: Int, size: Int, element: Int) {
    NetworkImageTests.section(kind, in: Self.compiled.image)
  }

  @Test func isReadWhole() {
    #expect(NetworkImageTests.status(Self.compiled.image) == Status.ok)
  }

  /// Fewer or more elements, larger ones, another kind, none at all: each is refused.
  @Test(arguments: kinds) func sectionsHaveTheirSizes(kind: UInt32) {
    let image = Self.compiled.image
    let section = section(kind)
    for (field, change) in [
      (ImageLayout.SectionEntry.count, -1), (ImageLayout.SectionEntry.elementSize, 1),
      (ImageLayout.SectionEntry.elementSize, -1), (ImageLayout.SectionEntry.kind, 1),
    ] {
      // As many chains as there are: one that is used leads out. An empty chain at the end uses none.
      var bytes = image
      bytes[section.entry + field] = UInt8(truncatingIfNeeded: Int(bytes[section.entry + field]) + change)
      let status = NetworkImageTests.status(bytes)
      #expect(status == Status.badImage || status == Status.unsupported)
    }
    var missing = image
    missing.replaceSubrange(
      section.entry + ImageLayout.SectionEntry.count..<section.entry + 24,
      with: [UInt8](repeating: 0, count: 8))
    #expect(NetworkImageTests.status(missing) == Status.badImage)
  }

  /// Each field of the records beyond its range; in their order.
  @Test func recordsAreChecked() {
    let record = section(ImageLayout.Section.grid)
    let bad: [[UInt32]] = [
      [0, 1, 1 << 20, .max], [0, 3, 1 << 20, .max], [0, 6, 1 << 20, .max], [0, 2, 4, .max], [], [257, .max],
      [0, 1, 3, 1 << 25, .max],
    ]
    for (field, values) in bad.enumerated() {
      for value in values {
        #expect(status(record.offset + 4 * field, value) == Status.badImage, "field \(field), \(value)")
      }
    }
    let layers = section(ImageLayout.Section.gridLayers)
    let count = layers.size / layers.element
    for layer in 0..<count {
      let bad: [[UInt32]] = [
        [0, 3, 6, 1025, .max], [0, 3, 1025, .max], [0, 2, 4, 9, .max], [0, 41, .max],
        layer == count - 1 ? [1, .max] : [256, .max],
      ]
      for (field, values) in bad.enumerated() {
        for value in values {
          let offset = layers.offset + layer * layers.element + 4 * field
          #expect(status(offset, value) == Status.badImage, "layer \(layer), field \(field), \(value)")
        }
      }
    }
  }

  /// Sums that could leave 32 bits, and numbers where there is no input or output.
  @Test func sumsAreBounded() {
    let parameters = section(ImageLayout.Section.gridParameters)
    // The first layer has five outputs: the sixth bias fills its block up.
    for (output, bias) in [(0, 1 << 30), (0, 1 << 31), (4, 0x7FFF_FFFF), (5, 1)] as [(Int, UInt32)] {
      #expect(status(parameters.offset + 4 * output, bias) == Status.badImage)
    }
    #expect(status(parameters.offset, 1 << 30 - 1) == Status.ok)
    let weights = section(ImageLayout.Section.gridWeights)
    #expect(status(weights.offset + 4 * 5, 1) == Status.badImage)
    // The second layer's inputs are five, so that its second four holds one.
    #expect(status(weights.offset + 64 + 64, 0x0000_0001) == Status.ok)
    #expect(status(weights.offset + 64 + 64, 0x0000_0100) == Status.badImage)
  }

  /// Whatever is said of places and chains that leads out of a volume.
  @Test func indicesAreChecked() {
    let (graph, plan, _) = Self.compiled
    let places = section(ImageLayout.Section.gridPlaces)
    let input = section(ImageLayout.Section.gridInput)
    for node in 0..<graph.detectorCount {
      let place = places.offset + node * places.element
      #expect(status(place, UInt32(input.size)) == Status.badImage)
      #expect(status(place, 2) == Status.badImage)
      #expect(status(place + 8, UInt32(section(ImageLayout.Section.gridStarts).size / 4)) == Status.badImage)
      let hasChain = graph.edges.indices.contains {
        Int(graph.edges[$0].a) == node && !plan.chains[$0].isEmpty
      }
      if hasChain { #expect(status(place + 4, 1 << 31) == Status.badImage) }
    }
    #expect(status(input.offset, 1 << 16) == Status.badImage)  // in the margin
    let padded = plan.margin * ((plan.rows + 2 * plan.margin) * (plan.columns + 2 * plan.margin))
    let first = padded + plan.margin * (plan.columns + 2 * plan.margin) + plan.margin
    for (voxel, isFine) in [
      (0x0002_0000, true), (0x0300_0000, false), (0x0003_0000, false), (1, false), (0x100, false),
    ] as [(UInt32, Bool)] {
      #expect((status(input.offset + 4 * first, voxel) == Status.ok) == isFine)
    }
    let starts = section(ImageLayout.Section.gridStarts)
    for at in stride(from: starts.offset, to: starts.offset + starts.size, by: 4) {
      #expect(status(at, UInt32(section(ImageLayout.Section.gridChains).size / 4 + 1)) == Status.badImage)
    }
    let chains = section(ImageLayout.Section.gridChains)
    for at in stride(from: chains.offset, to: chains.offset + chains.size, by: 4) {
      #expect(status(at, 1 << 30) == Status.badImage)
    }
  }

  /// Random damage behind a right checksum: refused, or good enough to decode with.
  @Test(arguments: 0..<8) func damageNeverTraps(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    let (graph, _, image) = Self.compiled
    var accepted = 0
    for _ in 0..<400 {
      var bytes = image
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let section = section(Self.kinds.randomElement(using: &random)!)
        let inEntry = Int.random(in: 0..<6, using: &random) == 0
        let range =
          inEntry ? section.entry..<section.entry + 24 : section.offset..<section.offset + section.size
        let at = range.randomElement(using: &random)!
        bytes[at] =
          Bool.random(using: &random)
          ? bytes[at] ^ 1 << UInt8.random(in: 0...7, using: &random) : .random(in: 0...255, using: &random)
      }
      let status = NetworkImageTests.status(bytes)
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

  /// Plans that are not of this graph, or not of any image; and two networks in one image.
  @Test func badPlansAreRefused() throws {
    let (graph, plan, image) = Self.compiled
    func refuse(_ change: (inout GridPlan) -> Void) {
      var changed = plan
      change(&changed)
      #expect(throws: ImageCompiler.Failure.self) { try ImageCompiler.compile(graph, grid: changed) }
    }
    refuse { $0.rounds = 0 }
    refuse { $0.rows = 1 << 20 }
    refuse { $0.columns += 1 }
    refuse { $0.layers = [] }
    refuse { $0.layers.removeLast() }
    refuse { $0.layers[0].kernel = 2 }
    refuse { $0.layers[0].weights.removeLast() }
    refuse { $0.layers[0].biases[0] = 1 << 30 }
    refuse { $0.layers[0].table.removeLast() }
    refuse { $0.layers[0].shift = 41 }
    refuse { $0.layers[$0.layers.count - 1].zero = 1 }
    refuse { $0.input[0] = 1 }
    refuse { $0.input[3] = 3 }
    refuse { $0.input.removeLast() }
    refuse { $0.detectors[0] = 2 }
    refuse { $0.detectors.removeLast() }
    refuse { $0.origins.removeLast() }
    refuse { $0.chains[0] = Array(repeating: 0, count: 33) }
    refuse { $0.chains[0] = [4 * $0.voxels] }
    refuse { $0.chains.removeLast() }
    refuse { $0.share = 257 }
    refuse { $0.minWeight = 3 }
    let negative = try DetectorGraph(DetectorErrorModel(text: "error(0.9) D0 D1\nerror(0.1) D0"))
    var random = SplitMix64(state: 1)
    let small = SyntheticGrid.plan(negative, .init(), &random)
    #expect(throws: ImageCompiler.Failure.networkWithNegativeEdges) {
      try ImageCompiler.compile(negative, grid: small)
    }
    #expect(NetworkImageTests.status(image) == Status.ok)
  }
}
