import CDecant
import DecantCoreKernels
import DecantHost
import Testing

@testable import DecantCore

/// The grid network says what its formulas say, at every level of the processor, and decoding follows what it says.
@Suite struct GridNetworkTests {
  static let shapes: [SyntheticGrid.Shape] = [
    .init(extents: (1, 1, 1), widths: [], kernels: [1]),
    .init(extents: (2, 3, 9), widths: [], kernels: [5]),
    .init(extents: (3, 4, 5), widths: [16], kernels: [3, 3]),
    .init(extents: (4, 2, 7), widths: [5, 17], kernels: [1, 3, 5]),
    .init(extents: (2, 5, 13), widths: [1, 33], kernels: [3, 1, 3]),
    .init(extents: (2, 2, 16), widths: [64], kernels: [7, 1]),
    .init(extents: (3, 3, 8), widths: [20, 4, 20], kernels: [3, 3, 3, 3]),
  ]

  @Test(arguments: 0..<14) func logitsAreThoseOfTheFormulas(seed: Int) throws {
    var random = SplitMix64(state: UInt64(seed))
    var shape = Self.shapes[seed / 2]
    shape.isWild = seed % 2 == 1
    let graph = try EventNetworkTests.graph(90)
    let plan = SyntheticGrid.plan(graph, shape, &random)
    let image = try ImageCompiler.compile(graph, grid: plan)
    let rigs = NetworkRig.levels.map { NetworkRig(image, flags: DECANT_CONFIG_NETWORK, level: $0) }
    var seen: Set<Int32> = []
    for _ in 0..<2 {
      let events = NetworkDecodingTests.events(graph, &random)
      let expected = plan.logits(events: events)
      for rig in rigs {
        _ = rig.changes(events)
        let decoder = Decoder(UnsafeMutablePointer<DecoderState>(rig.decoder))
        let found = Array(UnsafeBufferPointer(start: decoder.gridVolumes.logits, count: expected.count))
        #expect(found == expected)
      }
      seen.formUnion(expected)
    }
    #expect(seen.count > 1)
  }

  /// For thousands of shots.
  static let small: [SyntheticGrid.Shape] = [
    .init(extents: (2, 2, 3), widths: [5], kernels: [3, 3]),
    .init(extents: (2, 4, 3), widths: [5, 9], kernels: [1, 3, 1]),
  ]

  /// Graphs with observables and correlations.
  static func compiled(_ seed: Int) throws -> (graph: DetectorGraph, plan: GridPlan, image: [UInt8]) {
    var random = SplitMix64(state: UInt64(900 + seed))
    let graph = try DetectorGraph(
      NetworkDecodingTests.model, options: DetectorGraph.Options(hyperedges: .drop, correlated: true))
    var shape = Self.small[seed % 2]
    shape.isWild = seed % 3 == 2
    let plan = SyntheticGrid.plan(graph, shape, &random)
    return (graph, plan, try ImageCompiler.compile(graph, grid: plan))
  }

  /// Residual, frame and changes by the rule; and decoding is decoding of these.
  @Test(arguments: 0..<12, NetworkDecodingTests.ways) func decodesWhatItLeaves(seed: Int, flags: Int) throws {
    var random = SplitMix64(state: UInt64(seed))
    let (graph, plan, image) = try Self.compiled(seed)
    let slow = SlowGrid(plan: plan, graph: graph)
    let limit: UInt64 = seed % 2 == 0 ? 0 : 30
    let without = NetworkRig(image, flags: flags, maxReweights: graph.edges.count, workLimit: limit)
    let rigs = NetworkRig.levels.map {
      NetworkRig(image, flags: flags | DECANT_CONFIG_NETWORK, workLimit: limit, level: $0)
    }
    let other = NetworkRig(image, flags: flags | DECANT_CONFIG_NETWORK, workLimit: limit)
    var accepted = 0
    for _ in 0..<50 {
      let events = NetworkDecodingTests.events(graph, &random)
      let expected = slow.outcome(events)
      accepted += expected.accepted.count
      #expect(
        without.stage(
          expected.changes.map {
            decant_reweight(a: UInt32($0[0]), b: UInt32($0[1]), weight: Int32($0[2]))
          }) == Status.ok)
      var answer = without.decode(expected.residual)
      for edge in expected.accepted where !graph.observables(ofEdge: edge).isEmpty {
        answer.observables[0] ^= 1
      }
      answer.changed = UInt32(expected.changes.count)
      for rig in rigs {
        let told = rig.preDecode(events)
        #expect(told.residual == without.detectors(expected.residual))
        #expect(told.changes.map { [Int64($0.a), Int64($0.b), Int64($0.weight)] } == expected.changes)
        #expect(told.accepted == expected.accepted.count)
        #expect(rig.decode(events) == answer)
      }
      // Accepted edges and matched ones together explain the shot, and flip what was answered.
      let edges = other.edges(events)
      #expect(edges.weight == answer.weight)
      var flipped = Set<UInt32>()
      for edge in edges.edges.joined() where edge != .none { flipped.formSymmetricDifference([edge]) }
      #expect(flipped.sorted() == events.map { UInt32($0) })
      let crossings = edges.edges.count { pair in
        !graph.observables(ofEdge: graph.edges.firstIndex { [$0.a, $0.b] == pair }!).isEmpty
      }
      #expect(crossings % 2 == Int(answer.observables[0]))
      #expect(other.decode(events, matchOnly: true).changed == 0)
    }
    #expect(accepted > 0 || plan.threshold == nil)
    #expect(Set(rigs.map(\.digest)).count == 1)
  }

  /// What the caller knows of an edge goes before what the network thinks of it: such edges are matched, under the
  /// caller's weights, signs included.
  @Test(arguments: 0..<6, NetworkDecodingTests.ways) func leavesStagedEdgesAlone(seed: Int, flags: Int) throws
  {
    var random = SplitMix64(state: UInt64(40 + seed))
    let (graph, plan, image) = try Self.compiled(seed)
    let slow = SlowGrid(plan: plan, graph: graph)
    let rig = NetworkRig(image, flags: flags | DECANT_CONFIG_NETWORK, maxReweights: graph.edges.count)
    let other = NetworkRig(image, flags: flags, maxReweights: graph.edges.count)
    for _ in 0..<50 {
      let events = NetworkDecodingTests.events(graph, &random)
      let staged = graph.edges.indices.shuffled(using: &random)
        .prefix(Int.random(in: 0...12, using: &random))
      let mine = staged.map { index in
        let weight = 2 * Int32.random(in: -500_000...8_000_000, using: &random)
        return decant_reweight(a: graph.edges[index].a, b: graph.edges[index].b, weight: weight)
      }
      let expected = slow.outcome(events, staged: Set(staged))
      let changes = expected.changes.map {
        decant_reweight(a: UInt32($0[0]), b: UInt32($0[1]), weight: Int32($0[2]))
      }
      #expect(rig.stage(mine) == Status.ok)
      #expect(other.stage(changes + mine) == Status.ok)
      var answer = other.decode(expected.residual)
      for edge in expected.accepted where !graph.observables(ofEdge: edge).isEmpty {
        answer.observables[0] ^= 1
      }
      answer.changed = UInt32(changes.count)
      #expect(rig.decode(events) == answer)
    }
  }
}
