import CDecant
import DecantCoreKernels
import DecantHost
import Testing

@testable import DecantCore

/// The network says what its formulas say, at every level of the processor.
@Suite struct EventNetworkTests {
  static let shapes: [SyntheticNetwork.Shape] = [
    .init(radii: (0, 0, 0), hidden: 32, units: 16, outputs: 1),
    .init(radii: (1, 1, 1), hidden: 64, units: 16, outputs: 13),
    .init(radii: (2, 1, 3), hidden: 96, units: 48, outputs: 16),
    .init(radii: (4, 4, 4), hidden: 128, units: 32, outputs: 13),
    .init(radii: (7, 3, 2), hidden: 160, units: 64, outputs: 5),
    .init(radii: (3, 0, 15), hidden: 224, units: 32, outputs: 13),
    .init(radii: (1, 31, 0), hidden: 256, units: 64, outputs: 13),
  ]

  /// Detectors in a line, with as many neighbours as there are outputs.
  static func graph(_ detectors: Int) throws -> DetectorGraph {
    var lines = ["error(0.01) D0 L0"]
    for node in 0..<detectors {
      for step in [1, 2, 5, 20, 21, 40] where node + step < detectors {
        lines.append("error(\(0.001 * Double(node % 7 + step))) D\(node) D\(node + step)")
      }
      if node % 5 == 0 { lines.append("error(0.003) D\(node)") }
    }
    return try DetectorGraph(DetectorErrorModel(text: lines.joined(separator: "\n")))
  }

  @Test(arguments: 0..<14) func changesAreThoseOfTheFormulas(seed: Int) throws {
    var random = SplitMix64(state: UInt64(seed))
    var shape = Self.shapes[seed / 2]
    shape.isWild = seed % 2 == 1
    let graph = try Self.graph(230)
    let plan = SyntheticNetwork.plan(graph, shape, rows: 5, columns: 6, &random)
    let slow = SlowNetwork(plan: plan)
    let image = try ImageCompiler.compile(graph, network: plan)
    let rigs = NetworkRig.levels.map { NetworkRig(image, flags: DECANT_CONFIG_NETWORK, level: $0) }
    var moved = 0
    for _ in 0..<6 {
      let density = [0, 0.02, 0.1, 0.5, 1].randomElement(using: &random)!
      let events = (0..<graph.detectorCount).filter { _ in Double.random(in: 0..<1, using: &random) < density
      }
      let expected = slow.changes(graph, events)
      let features = events.reduce(0) { $0 + slow.features(of: $1, events).count }
      for rig in rigs {
        let found = rig.changes(events)
        #expect(found.changes.map { SlowNetwork.Change(a: $0.a, b: $0.b, weight: $0.weight) } == expected)
        #expect(Int(found.features) == features)
      }
      moved += Set(expected.map(\.weight)).count
    }
    #expect(moved > 10)
  }

  /// Sums that wrap and products at the ends of their ranges, straight into the kernels, with random boards.
  @Test(arguments: 0..<7) func kernelsAgreeWithPortableSwift(index: Int) throws {
    var random = SplitMix64(state: UInt64(100 + index))
    var shape = Self.shapes[index]
    shape.isWild = true
    let graph = try Self.graph(60)
    for _ in 0..<4 {
      var plan = SyntheticNetwork.plan(graph, shape, &random)
      let extremes: [Int32] = [.min, .max, 0, -1, 1, 1 << 30]
      for unit in 0..<shape.units where Bool.random(using: &random) {
        plan.second.multipliers[unit] = extremes.randomElement(using: &random)!
        plan.second.biases[unit] = [1 << 24, -1 << 24].randomElement(using: &random)!
      }
      for output in 0..<shape.outputs where Bool.random(using: &random) {
        plan.third.multipliers[output] = extremes.randomElement(using: &random)!
        plan.third.biases[output] = [1 << 24, -1 << 24].randomElement(using: &random)!
      }
      if Bool.random(using: &random) {
        plan.second.weights = plan.second.weights.map { $0 < 0 ? -127 : 127 }
        plan.third.weights = plan.third.weights.map { _ in Bool.random(using: &random) ? -127 : 127 }
        plan.second.shift = [1, 40].randomElement(using: &random)!
        plan.third.shift = [1, 40].randomElement(using: &random)!
      }
      let image = try ImageCompiler.compile(graph, network: plan)
      let rigs = NetworkRig.levels.map { NetworkRig(image, flags: DECANT_CONFIG_NETWORK, level: $0) }
      for _ in 0..<10 {
        try compare(rigs, density: UInt64.random(in: 0...8, using: &random), &random)
      }
    }
  }

  private func compare(_ rigs: [NetworkRig], density: UInt64, _ random: inout SplitMix64) throws {
    let state = random
    var expected: [Int32] = []
    for rig in rigs {
      random = state
      let decoder = Decoder(UnsafeMutablePointer<DecoderState>(rig.decoder))
      let network = decoder.network
      for word in 0..<2 * network.shape.boardWords {
        network.boards[word] = (0..<density).reduce(UInt64.max) { word, _ in word & random.next() }
      }
      var kernel = EventKernel(network, level: decoder.state.pointee.kernelLevel)
      var found = [Int32](repeating: 0x5A5A, count: 16 * Int(decoder.matcher.graph.nodeCount))
      found.withUnsafeMutableBufferPointer { halves in
        for node in 0..<decoder.matcher.graph.nodeCount
        where network.places[node].type != NetworkPlace.outside {
          kernel.ask(network.places[node], halves.baseAddress! + 16 * Int(node))
        }
        kernel.finish()
      }
      found.append(Int32(bitPattern: kernel.features))
      if expected.isEmpty { expected = found }
      #expect(found == expected)
      network.boards.base.update(repeating: 0, count: 2 * Int(network.shape.boardWords))
    }
  }
}
