import Testing

@testable import DecantHost

/// Counts of products against counting shot by shot; merging, forgetting, and files of statistics.
@Suite struct SyndromeStatisticsTests {
  static let sets: [[UInt32]] = [[0, 1, 65, 69], [3], [2, 3, 64], [0, 69], [5, 6, 7, 8, 9, 10, 11, 12]]

  static func products() throws -> DetectorProducts {
    try #require(DetectorProducts(detectorCount: 70, sets: sets))
  }

  /// Shots of 70 detectors and 3 observables, half of all bits set.
  static func shots(_ count: Int, seed: UInt64) -> ShotBatch {
    let layout = ShotLayout(detectors: 70, observables: 3)
    var random = RandomStream(seed: seed, block: 0)
    let rows = (0..<count * layout.rowBytes).map { _ in UInt8(truncatingIfNeeded: random.next() >> 20) }
    return ShotBatch(layout: layout, rows: rows, count: count)
  }

  static func subsets(_ set: [UInt32]) -> [[UInt32]] {
    (1..<1 << set.count).map { mask in set.indices.filter { mask >> $0 & 1 == 1 }.map { set[$0] } }
  }

  static func occurrences(_ set: [UInt32], in batch: ShotBatch) -> Int {
    (0..<batch.count).count { shot in
      let row = Array(batch[shot])
      return set.allSatisfy { row[Int($0) / 8] >> ($0 % 8) & 1 == 1 }
    }
  }

  @Test func productsAreAllSubsets() throws {
    let products = try Self.products()
    let expected = Set((0..<70).map { [UInt32($0)] } + Self.sets.flatMap(Self.subsets))
    #expect(products.count == expected.count)
    #expect(Set(expected.map { products.index(of: $0) }).count == expected.count)
    #expect(expected.allSatisfy { products.index(of: $0) != nil })
    for absent: [UInt32] in [[0, 2], [70], [1, 69, 70], [4, 5]] { #expect(products.index(of: absent) == nil) }
  }

  /// Batches of every awkward length: less than a word, a block and a bit, nothing.
  @Test(arguments: [0, 1, 63, 64, 1000, 1024, 1025, 2500])
  func counts(_ count: Int) throws {
    let products = try Self.products()
    let batch = Self.shots(count, seed: UInt64(count))
    let counter = ProductCounter(products)
    counter.count(batch)
    var statistics = SyndromeStatistics(products)
    statistics.add(counter)
    #expect(statistics.shots == Double(count) && statistics.effectiveShots == Double(count))
    #expect(counter.shots == 0)
    for set in Self.sets.flatMap(Self.subsets) {
      let index = try #require(products.index(of: set))
      #expect(statistics.counts[index] == Double(Self.occurrences(set, in: batch)))
    }
  }

  @Test func mergingAndForgetting() throws {
    let products = try Self.products()
    let counter = ProductCounter(products)
    var parts: [SyndromeStatistics] = []
    for seed in UInt64(0)..<2 {
      counter.count(Self.shots(500, seed: seed))
      var part = SyndromeStatistics(products)
      part.add(counter)
      parts.append(part)
    }
    var whole = parts[0]
    let merged = whole.merge(parts[1])
    #expect(merged)
    #expect(whole.shots == 1000)
    #expect(whole.counts == zip(parts[0].counts, parts[1].counts).map { $0 + $1 })
    var faded = parts[0]
    faded.forget(keeping: 0.5)
    faded.merge(parts[1])
    #expect(faded.counts == zip(parts[0].counts, parts[1].counts).map { 0.5 * $0 + $1 })
    #expect(faded.shots == 750 && faded.effectiveShots == 750.0 * 750 / 625)
    let other = try #require(DetectorProducts(detectorCount: 70, sets: [[0, 1]]))
    let mixed = whole.merge(SyndromeStatistics(other))
    #expect(!mixed && whole.shots == 1000)
  }

  /// A file of every format, on several threads, gives what one batch gives.
  @Test(arguments: ShotFormat.allCases) func files(_ format: ShotFormat) throws {
    let batch = Self.shots(3200, seed: 9)
    var writer = ShotWriter(ByteSink(inMemory: "memory"), format: format, layout: batch.layout)
    try writer.write(batch)
    try writer.finish()
    let bytes = try writer.sink.takeBytes()
    let products = try Self.products()
    var expected = SyndromeStatistics(products)
    let counter = ProductCounter(products)
    counter.count(batch)
    expected.add(counter)
    for threads in [1, 3] {
      var statistics = SyndromeStatistics(products)
      try statistics.add(
        ShotReader(ByteSource(bytes: bytes, name: "memory"), format: format, layout: batch.layout),
        threads: threads)
      #expect(statistics == expected)
    }
  }

  @Test func savedAndReadBack() throws {
    let products = try Self.products()
    let counter = ProductCounter(products)
    counter.count(Self.shots(777, seed: 1))
    var statistics = SyndromeStatistics(products)
    statistics.add(counter)
    statistics.forget(keeping: 0.3)
    let bytes = statistics.bytes
    #expect(try SyndromeStatistics(bytes: bytes, source: "s") == statistics)
    // Every single byte matters, and so does every length.
    for index in stride(from: 0, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[index] ^= 0x10
      #expect(throws: NoiseLearningError.self) { try SyndromeStatistics(bytes: damaged, source: "s") }
    }
    for length in stride(from: 0, to: bytes.count, by: 11) {
      #expect(throws: NoiseLearningError.self) {
        try SyndromeStatistics(bytes: Array(bytes.prefix(length)), source: "s")
      }
    }
  }

  /// Whole, but not what shots can have left: numbers that no one could count to would trap further on.
  @Test(arguments: [
    (1e300, 1e300), (1e19, 1e19), (1e6, 1e300), (1e6, 1e-300), (0, 1), (.infinity, 1), (.nan, 1), (1, .nan),
  ])
  func forgedWeights(shots: Double, squaredWeights: Double) throws {
    let products = try Self.products()
    let forged = SyndromeStatistics(
      products, shots: shots, squaredWeights: squaredWeights,
      counts: Array(repeating: 0, count: products.count))
    #expect(throws: NoiseLearningError.self) { try SyndromeStatistics(bytes: forged.bytes, source: "s") }
  }

  /// What is no tree is no list of products.
  @Test func forgedProducts() {
    typealias Node = DetectorProducts.Node
    let lists: [[Node]] = [
      [], [Node(detector: 1, depth: 1), Node(detector: 0, depth: 1)], [Node(detector: 0, depth: 2)],
      [Node(detector: 0, depth: 1), Node(detector: 1, depth: 3), Node(detector: 1, depth: 1)],
      [Node(detector: 0, depth: 1), Node(detector: 0, depth: 2), Node(detector: 1, depth: 1)],
      [
        Node(detector: 0, depth: 1), Node(detector: 1, depth: 2), Node(detector: 1, depth: 2),
        Node(detector: 1, depth: 1),
      ],
      [Node(detector: 0, depth: 1), Node(detector: 2, depth: 2), Node(detector: 1, depth: 1)],
    ]
    for nodes in lists { #expect(DetectorProducts(detectorCount: 2, nodes: nodes) == nil) }
    #expect(
      DetectorProducts(
        detectorCount: 2,
        nodes: [Node(detector: 0, depth: 1), Node(detector: 1, depth: 2), Node(detector: 1, depth: 1)]) != nil
    )
  }
}
