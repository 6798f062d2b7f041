import CDecant
import DecantHost
import Testing

@testable import DecantCore

/// Decoding with the network is decoding under the weights that it tells, at every level and in every way of decoding.
@Suite struct NetworkDecodingTests {
  static let memory = try! SurfaceCodeMemory(
    distance: 3, rounds: 5, basis: .x, orientation: .xv, noise: .scalar(0.01))
  static let model = try! DetectorErrorModel(memory.circuit(), source: "memory")

  /// Two sound networks and one that does whatever it likes, on a graph with correlations.
  static func compiled(_ seed: Int) throws -> (graph: DetectorGraph, image: [UInt8]) {
    var random = SplitMix64(state: UInt64(500 + seed))
    let graph = try DetectorGraph(model, options: DetectorGraph.Options(hyperedges: .drop, correlated: true))
    let shape = SyntheticNetwork.Shape(
      radii: (2, 2, 2), hidden: 64, units: 16, outputs: 13, isWild: seed % 3 == 2)
    let plan = SyntheticNetwork.plan(graph, shape, rows: 2, columns: 4, &random)
    return (graph, try ImageCompiler.compile(graph, network: plan))
  }

  /// Events at the ends of edges that flip at some rate.
  static func events(_ graph: DetectorGraph, _ random: inout SplitMix64) -> [Int] {
    let rate = [0, 0.002, 0.01, 0.05, 0.2].randomElement(using: &random)!
    var fired = [Bool](repeating: false, count: graph.detectorCount)
    for edge in graph.edges where Double.random(in: 0..<1, using: &random) < rate {
      fired[Int(edge.a)].toggle()
      if !edge.isBoundary { fired[Int(edge.b)].toggle() }
    }
    return fired.indices.filter { fired[$0] }
  }

  static let ways = [
    0, DECANT_CONFIG_CORRELATED, DECANT_CONFIG_UNION_FIND,
    DECANT_CONFIG_UNION_FIND | DECANT_CONFIG_CORRELATED,
  ]

  @Test(arguments: 0..<6, ways) func decodesAsUnderItsOwnChanges(seed: Int, flags: Int) throws {
    var random = SplitMix64(state: UInt64(seed))
    let (graph, image) = try Self.compiled(seed)
    for limit in [0, 30] as [UInt64] {
      let staged = NetworkRig(image, flags: flags, maxReweights: graph.edges.count, workLimit: limit)
      let rigs = NetworkRig.levels.map {
        NetworkRig(image, flags: flags | DECANT_CONFIG_NETWORK, workLimit: limit, level: $0)
      }
      var truncated = 0
      for _ in 0..<200 {
        let events = Self.events(graph, &random)
        let (changes, features) = rigs[0].changes(events)
        #expect(staged.stage(changes) == Status.ok)
        var expected = staged.decode(events)
        expected.features = features
        expected.changed = UInt32(changes.count)
        for rig in rigs { #expect(rig.decode(events) == expected) }
        truncated += expected.status == Status.truncated ? 1 : 0
      }
      #expect((truncated > 0) == (limit != 0))
      for rig in rigs { #expect(rig.digest == staged.digest) }
    }
  }

  /// What the caller knows of an edge goes before what the network thinks of it; signs too.
  @Test(arguments: 0..<6, ways) func leavesStagedWeightsAlone(seed: Int, flags: Int) throws {
    var random = SplitMix64(state: UInt64(40 + seed))
    let (graph, image) = try Self.compiled(seed)
    let rig = NetworkRig(image, flags: flags | DECANT_CONFIG_NETWORK, maxReweights: graph.edges.count)
    let other = NetworkRig(image, flags: flags, maxReweights: graph.edges.count)
    for _ in 0..<200 {
      let events = Self.events(graph, &random)
      var mine: [UInt64: decant_reweight] = [:]
      for edge in graph.edges.shuffled(using: &random).prefix(Int.random(in: 0...12, using: &random)) {
        let weight = 2 * Int32.random(in: -500_000...8_000_000, using: &random)
        mine[UInt64(edge.a) << 32 | UInt64(edge.b)] = decant_reweight(a: edge.a, b: edge.b, weight: weight)
      }
      let changes = rig.changes(events).changes.filter { mine[UInt64($0.a) << 32 | UInt64($0.b)] == nil }
      #expect(rig.stage(Array(mine.values)) == Status.ok)
      #expect(other.stage(changes + mine.values) == Status.ok)
      var expected = other.decode(events)
      let found = rig.decode(events)
      expected.features = found.features
      expected.changed = UInt32(changes.count)
      #expect(found == expected)
    }
    #expect(rig.digest == other.digest)
  }

  /// decant_match_edges decodes with the network, decant_match without; neither leaves anything behind.
  @Test func otherFunctions() throws {
    var random = SplitMix64(state: 7)
    let (graph, image) = try Self.compiled(0)
    let rig = NetworkRig(image, flags: DECANT_CONFIG_NETWORK)
    let plain = NetworkRig(image, flags: 0)
    var different = 0
    for _ in 0..<300 {
      let events = Self.events(graph, &random)
      let with = rig.decode(events)
      let edges = rig.edges(events)
      #expect(edges.weight == with.weight)
      var flipped = Set<UInt32>()
      for edge in edges.edges.joined() where edge != .none { flipped.formSymmetricDifference([edge]) }
      #expect(flipped.sorted() == events.map { UInt32($0) })
      let without = plain.decode(events)
      #expect(rig.decode(events, matchOnly: true) == without)
      different += with.weight == without.weight ? 0 : 1
    }
    #expect(different > 100)
  }

  /// A sum of many decodes says that all levels do the same, whatever the shots.
  @Test func digestsAgreeBetweenLevels() throws {
    let (graph, image) = try Self.compiled(1)
    var digests: Set<UInt64> = []
    for level in NetworkRig.levels {
      var random = SplitMix64(state: 11)
      let rig = NetworkRig(image, flags: DECANT_CONFIG_NETWORK | DECANT_CONFIG_CORRELATED, level: level)
      for _ in 0..<2000 { _ = rig.decode(Self.events(graph, &random)) }
      digests.insert(rig.digest)
    }
    #expect(digests.count == 1)
  }
}
