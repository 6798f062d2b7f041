import Testing

@testable import DecantHost

/// Evaluations of a small code: the same whoever computes them, and ending where they are told to.
@Suite struct EvaluationTests {
  static let memory = try! SurfaceCodeMemory(
    distance: 3, rounds: 3, basis: .x, orientation: .xv, noise: .scalar(0.02))
  static let model = try! DetectorErrorModel(memory.circuit(), source: "memory")

  static func contenders(_ choices: [DecoderChoice] = DecoderChoice.all) throws -> [Evaluation.Contender] {
    try choices.map { choice in
      let options = DetectorGraph.Options(correlated: choice.needsCorrelations)
      let image = try ImageCompiler.compile(try DetectorGraph(model, options: options))
      return Evaluation.Contender(choice, image: image, source: "memory")
    }
  }

  static func run(
    shots: Int, seed: UInt64 = 1, maxErrors: Int? = nil, threads: Int = 1, timesShots: Bool = false
  ) throws -> EvaluationResult {
    let memoryDetectors = MemoryDetectors.indices(distance: 3, rounds: 3, basis: .x)
    let evaluation = Evaluation(
      try contenders(), memoryDetectors: memoryDetectors, maxErrors: maxErrors, threads: threads,
      timesShots: timesShots)
    return try evaluation.run(try ModelShots(model, seed: seed, limit: shots))
  }

  /// Times differ, counts do not.
  static func counts(_ result: EvaluationResult) -> [Int] {
    [result.shots, result.events, result.memoryEvents] + result.errors
  }

  @Test func threadsChangeNothing() throws {
    for maxErrors in [nil, 300] {
      let expected = Self.counts(try Self.run(shots: 10_000, maxErrors: maxErrors))
      for threads in [2, 3] {
        let result = try Self.run(
          shots: 10_000, maxErrors: maxErrors, threads: threads, timesShots: threads == 3)
        #expect(Self.counts(result) == expected)
      }
    }
  }

  @Test func seedsChangeShots() throws {
    #expect(try Self.counts(Self.run(shots: 5000, seed: 1)) == Self.counts(Self.run(shots: 5000, seed: 1)))
    #expect(try Self.counts(Self.run(shots: 5000, seed: 1)) != Self.counts(Self.run(shots: 5000, seed: 2)))
  }

  @Test(arguments: [1, 1023, 1024, 1025, 4096]) func shotsEndExactly(limit: Int) throws {
    #expect(try Self.run(shots: limit, threads: 2).shots == limit)
  }

  /// Fewer shots are the beginning of more, and errors end after the first block in which all have enough.
  @Test func errorsEndAfterABlock() throws {
    let all = try (0...12).map { try Self.run(shots: max(1, 1024 * $0)).errors.min() ?? 0 }
    for wanted in [1, 50, 200] {
      let result = try Self.run(shots: 1024 * 12, maxErrors: wanted, threads: 2)
      let blocks = all.firstIndex { $0 >= wanted } ?? 12
      #expect(result.shots == 1024 * max(1, blocks))
    }
  }

  @Test func correlatedMatchingIsBetter() throws {
    let result = try Self.run(shots: 20_000)
    #expect(result.errors[1] < result.errors[0])
  }

  @Test func shotsAreTimed() throws {
    let result = try Self.run(shots: 3000, threads: 2, timesShots: true)
    #expect(
      result.latencies.count == DecoderChoice.all.count && result.latencies.allSatisfy { $0.count == 3000 })
  }

  @Test func shotsOfAnotherExperimentAreRefused() throws {
    let other = try DetectorErrorModel(text: "error(0.1) D0 L0")
    #expect(throws: EvaluationError.self) {
      try Evaluation(try Self.contenders()).run(try ModelShots(other, seed: 1, limit: 10))
    }
  }

  @Test func shotsThatDoNotFitAreRefused() throws {
    let huge = try DetectorErrorModel(text: "error(0.1) D5000000 L0")
    #expect(throws: EvaluationError.self) { try ShotBlock(for: try ModelShots(huge, seed: 1, limit: 10)) }
  }

  @Test func aShotThatNothingExplainsIsNamed() throws {
    let ring = try DetectorErrorModel(text: "error(0.1) D0 D1 L0\nerror(0.1) D1 D2\nerror(0.1) D2 D0\n")
    let image = try ImageCompiler.compile(try DetectorGraph(ring))
    let text = Array(String(repeating: "0000\n", count: 1030).utf8) + Array("1000\n".utf8)
    for threads in [1, 2] {
      let shots = RecordedShots(
        shots: ByteSource(bytes: text, name: "shots"), format: .zeroOne, truth: nil, truthFormat: .zeroOne,
        detectors: 3, observables: 1)
      let evaluation = Evaluation(
        [.init(.matching, image: image, source: "ring")], threads: threads)
      let error = #expect(throws: EvaluationError.self) { try evaluation.run(shots) }
      #expect(error?.description.hasPrefix("shot 1030: no set of errors explains") == true)
    }
  }

  @Test func recordedFilesMustBeOfOneLength() throws {
    func run(_ shots: String, _ truth: String) throws -> EvaluationResult {
      let source = RecordedShots(
        shots: ByteSource(bytes: Array(shots.utf8), name: "shots"), format: .zeroOne,
        truth: ByteSource(bytes: Array(truth.utf8), name: "truth"), truthFormat: .zeroOne, detectors: 1,
        observables: 1)
      let model = try DetectorErrorModel(text: "error(0.1) D0 L0")
      let image = try ImageCompiler.compile(try DetectorGraph(model))
      return try Evaluation([.init(.matching, image: image, source: "model")]).run(source)
    }
    #expect(try run("0\n1\n1\n", "0\n1\n0\n").errors == [1])
    for (shots, truth, problem) in [
      ("0\n1\n", "0\n", "truth: ends after 1 shots, but shots has more"),
      ("0\n", "0\n1\n", "shots: ends after 1 shots, but truth has more"),
    ] {
      let error = #expect(throws: ShotFileError.self) { try run(shots, truth) }
      #expect(error?.description.hasPrefix(problem) == true)
    }
  }
}

/// The plain sampler, and what is counted on its shots.
@Suite struct ModelShotsTests {
  /// How often each bit is set in this many shots.
  static func frequencies(_ text: String, shots: Int) throws -> [Double] {
    let model = try DetectorErrorModel(text: text)
    let source = try ModelShots(model, seed: 5, limit: shots)
    var block = try ShotBlock(for: source)
    var counts = [Int](repeating: 0, count: model.detectorCount + model.observableCount)
    while source.take(into: &block) {
      for shot in 0..<block.detectors.count {
        for bit in 0..<model.detectorCount {
          counts[bit] += Int(Array(block.detectors[shot])[bit >> 3] >> UInt8(bit & 7) & 1)
        }
        for bit in 0..<model.observableCount {
          counts[model.detectorCount + bit] += Int(
            Array(block.observables[shot])[bit >> 3] >> UInt8(bit & 7) & 1)
        }
      }
    }
    return counts.map { Double($0) / Double(shots) }
  }

  @Test func errorsHappenAsOftenAsTheyShould() throws {
    let shots = 20_000
    let found = try Self.frequencies(
      """
      error(0.01) D0
      error(0.3) D1
      error(0.2) D1 L0
      error(1) D2 ^ D3 L1
      error(0) D4
      error(0.5) D5 D6 ^ D5
      error(1e-300) D7
      error(0.9) D8
      detector D9
      """, shots: shots)
    // D1: one of 0.3 and 0.2, not both.
    let expected = [0.01, 0.38, 1, 1, 0, 0, 0.5, 0, 0.9, 0, 0.2, 1]
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected) {
      let sigma = (expected * (1 - expected) / Double(shots)).squareRoot()
      #expect(abs(found - expected) <= 4.5 * sigma)
    }
  }

  @Test func memoryDetectors() {
    // Of 24 detectors at d = 3 and 3 rounds: X-checks of the first round, then X before Z in each later one.
    #expect(
      MemoryDetectors.indices(distance: 3, rounds: 3, basis: .x) == [0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15])
    #expect(
      MemoryDetectors.indices(distance: 3, rounds: 3, basis: .z) == [
        0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19,
      ])
  }

  @Test func eventsAreCounted() {
    let layout = ShotLayout(detectors: 83)
    let rows = makeRows(7, bits: 83, goldenBit)
    let batch = ShotBatch(layout: layout, rows: rows, count: 7)
    var (all, some) = (0, 0)
    for shot in 0..<7 {
      for bit in 0..<83 where goldenBit(shot: shot, position: bit) {
        all += 1
        if [0, 9, 63, 64, 82].contains(bit) { some += 1 }
      }
    }
    #expect(EventCounter(layout).count(batch) == all)
    #expect(EventCounter(layout, only: [0, 9, 63, 64, 82]).count(batch) == some)
  }

  @Test func latencies() throws {
    var (histogram, half) = (LatencyHistogram(), LatencyHistogram())
    var values: [UInt64] = []
    var value: UInt64 = 1
    for index in 0..<3000 {
      value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let duration = index < 5 ? [0, 63, 64, .max, 1][index] : value >> (24 + value % 30)
      values.append(duration)
      if index % 2 == 0 {
        half.record(nanoseconds: duration)
      } else {
        histogram.record(nanoseconds: duration)
      }
    }
    histogram.add(half)
    values.sort()
    #expect(histogram.max == UInt64.max && histogram.count == 3000)
    for share in [0.0, 0.1, 0.5, 0.99, 0.999, 1] {
      let exact = values[max(0, Int((share * 3000).rounded(.up)) - 1)]
      let found = try #require(histogram.quantile(share))
      #expect(found >= exact && Double(found) <= Double(exact) * (1 + 1.0 / 64))
    }
    #expect(LatencyHistogram().quantile(0.5) == nil)
  }
}
