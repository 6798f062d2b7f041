import Foundation
import Testing

@testable import DecantHost

/// Directories of recorded shots: what is written is read back, and whatever is wrong with them is told.
@Suite struct DataSetTests {
  static let memory = try! SurfaceCodeMemory(
    distance: 3, rounds: 3, basis: .z, orientation: .xh,
    noise: .parameters(NoiseParameters(.uniform, p: 0.01)))
  static let model = try! DetectorErrorModel(memory.circuit(), source: "memory")
  static let facts = ExperimentFacts(memory, noise: 0.01)

  /// Makes a directory, and removes it in the end.
  static func withDirectory(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "/decant-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  static func blocks(_ source: some ShotSource) throws -> [ShotBlock] {
    var block = try ShotBlock(for: source)
    var blocks: [ShotBlock] = []
    while try source.take(into: &block) { blocks.append(block) }
    return blocks
  }

  static func shots(_ count: Int) throws -> [ShotBlock] {
    try blocks(try ModelShots(model, seed: 3, limit: count))
  }

  static func same(_ a: [ShotBlock], _ b: [ShotBlock]) -> Bool {
    a.map { Array($0.detectors.rows) } == b.map { Array($0.detectors.rows) }
      && a.map { Array($0.observables.rows) } == b.map { Array($0.observables.rows) }
  }

  static func writeCudaq(_ path: String, shots count: Int = 1500) throws -> [ShotBlock] {
    let shots = try shots(count)
    let outputs = shots.map { block in
      let layout = ShotLayout(detectors: 25)
      var batch = ShotBatch(layout: layout, capacity: block.detectors.count)
      // A pre-decoder that does nothing: no frame, all events left.
      batch.refill { room, filled in
        filled = block.detectors.count
        for shot in 0..<filled {
          for bit in 0..<24 where block.detectors[shot].dropFirst(bit >> 3).first! >> UInt8(bit & 7) & 1 == 1
          {
            room[shot * 4 + (bit + 1) >> 3] |= 1 << UInt8((bit + 1) & 7)
          }
        }
      }
      return batch
    }
    try CudaqWriter.write(
      to: path, facts: facts, edges: EdgeMatrices(model), shots: shots, predictions: shots.map(\.observables),
      predecoderOutputs: outputs)
    return shots
  }

  static func writeDets(_ path: String, shots count: Int = 1500) throws -> [ShotBlock] {
    let shots = try shots(count)
    guard case .parameters(let parameters) = memory.noise else { return [] }
    let metadata = DetsMetadata(
      facts: facts, shots: count, detectors: 24, observables: 1, parameters: parameters)
    try DetsDataSet.write(to: path, metadata, shots: shots)
    return shots
  }

  @Test func cudaqRoundTrip() throws {
    try Self.withDirectory { path in
      let shots = try Self.writeCudaq(path)
      let set = try CudaqDataSet(directory: path, asked: Self.facts)
      #expect(set.facts == Self.facts)
      #expect(set.shots == 1500 && set.detectors == 24 && set.observables == 1)
      #expect(try set.edges == EdgeMatrices(Self.model))
      #expect(try Self.same(Self.blocks(set.open(limit: .max)), shots))
      #expect(try Self.same(Self.blocks(set.openResiduals(limit: .max)), shots))
      #expect(try set.countPredictedWrongly(limit: 1100) == ErrorRate(errors: 0, shots: 1100))
      #expect(try Self.blocks(set.open(limit: 1030)).map(\.detectors.count) == [1024, 6])
      let graph = try set.edges.graph()
      #expect(try graph.edges.map(\.key) == DetectorGraph(Self.model).edges.map(\.key))
    }
  }

  @Test func detsRoundTrip() throws {
    try Self.withDirectory { path in
      let shots = try Self.writeDets(path)
      let sets = try DetsDataSet.all(in: path, asked: Self.facts)
      let set = try #require(sets.first)
      #expect(sets.count == 1 && set.facts == Self.facts && set.shots == 1500)
      #expect(try Self.same(Self.blocks(set.open(limit: .max)), shots))
      let memory = try #require(try set.facts.memory(parameters: set.metadata.parameters))
      #expect(memory.circuit().text == Self.memory.circuit().text)
    }
  }

  @Test func priorsAreSums() throws {
    let model = try DetectorErrorModel(
      text: "error(0.1) D0 D1\nerror(0.2) D0 D1 ^ D2 L0\nerror(0.3) D2 L0 ^ D2 L0 ^ D0\nerror(0) D1\n"
        + "error(0.7) D0\nerror(0.4) D0")
    let edges = try EdgeMatrices(model)
    // Boundary edges come first; the last ones sum to more than 1.
    #expect(edges.checks.members == [[0], [0, 1], [2]])
    #expect(edges.observables.members == [[], [], [0]])
    let expected = [1 - 1e-14, 0.1 + 0.2, 0.2 + 0.3]
    for (found, expected) in zip(edges.priors, expected) { #expect(abs(found - expected) < 1e-15) }
  }

  @Test func allMismatchesAreToldAtOnce() throws {
    let asked = ExperimentFacts(
      distance: 5, rounds: 4, basis: .x, orientation: .zv, noise: 0.02, noiseCircuit: .scalar,
      fingerprint: "00")
    try Self.withDirectory { path in
      _ = try Self.writeCudaq(path)
      var error = #expect(throws: DataSetError.self) { try CudaqDataSet(directory: path, asked: asked) }
      #expect(error?.problems.count == 7)
      #expect(error?.problems.first == "metadata.txt: distance is 3, but --distance asks for 5")
      error = #expect(throws: DataSetError.self) {
        try CudaqDataSet(directory: path, asked: asked, checksNoise: false)
      }
      #expect(error?.problems.count == 4)
      _ = try Self.writeDets(path)
      var askedZ = asked
      askedZ.basis = .z
      error = #expect(throws: DataSetError.self) { try DetsDataSet.all(in: path, asked: askedZ) }
      #expect(error?.problems.count == 6)
      #expect(#expect(throws: DataSetError.self) { try DetsDataSet.all(in: path, asked: asked) } != nil)
    }
  }

  /// Files cut short or drawn out, or damaged in a few bytes: an error in words, or shots, and never a trap.
  @Test(arguments: ["cudaq", "dets"]) func damage(format: String) throws {
    try Self.withDirectory { path in
      _ = format == "cudaq" ? try Self.writeCudaq(path, shots: 40) : try Self.writeDets(path, shots: 40)
      var random = SplitMix64(state: 11)
      func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(1, limit))) }
      var told = 0
      for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
        let file = "\(path)/\(name)"
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        for round in 0..<60 {
          var bytes = whole
          switch round % 4 {
          case 0: bytes.removeLast(min(bytes.count, 1 + below(round < 20 ? 8 : bytes.count)))
          case 1: bytes += (0...below(20)).map { _ in UInt8(truncatingIfNeeded: below(256)) }
          case 2: for _ in 0...below(3) { bytes[below(min(40, bytes.count))] = UInt8(below(256)) }
          default: for _ in 0...below(3) { bytes[below(bytes.count)] = UInt8(below(256)) }
          }
          try Data(bytes).write(to: URL(fileURLWithPath: file))
          do {
            try Self.useAll(path, format)
          } catch {
            told += 1
            #expect("\(error)".count > 20)
          }
        }
        try Data(whole).write(to: URL(fileURLWithPath: file))
      }
      #expect(told > 60)
      try Self.useAll(path, format)
    }
  }

  /// Reads all there is, and decodes it.
  static func useAll(_ path: String, _ format: String) throws {
    guard format == "cudaq" else {
      for set in try DetsDataSet.all(in: path) {
        _ = try set.facts.memory(parameters: set.metadata.parameters)
        _ = try blocks(set.open(limit: .max))
      }
      return
    }
    let set = try CudaqDataSet(directory: path)
    let image = try ImageCompiler.compile(try set.edges.graph())
    let evaluation = Evaluation(
      [.init(.matching, image: image, source: path)], memoryDetectors: set.facts.memoryDetectors)
    _ = try evaluation.run(set.open(limit: .max))
    if set.holdsPredecoderOutputs { _ = try blocks(set.openResiduals(limit: .max)) }
    if set.holdsPredictions { _ = try set.countPredictedWrongly(limit: .max) }
  }
}

/// JSON as the files of results and metadata use it.
@Suite struct JSONValueTests {
  @Test func writesAndReads() {
    let value = JSONValue.members([
      "b": .array([.integer(-3), .number(0.1), .number(1e-300), .null, .bool(true)]), "none": nil,
      "a": .members(["x\"\\\n\u{1}é": .string("\u{7F}\"")]),
    ])
    #expect(
      value.line
        == #"{"b": [-3, 0.1, 1e-300, null, true], "a": {"x\"\\\n\u0001é": "\u007f\""}}"#)
    let read = JSONValue(json: Array(value.indented().utf8))
    #expect(read?["b"] == value["b"] && read?["a"] == value["a"] && read?["none"] == nil)
    #expect(JSONValue.number(.nan).line == "null")
    #expect(JSONValue(json: Array(String(repeating: "[", count: 100_000).utf8)) == nil)
    #expect(JSONValue(json: [0xFF, 0xFE]) == nil)
  }
}
