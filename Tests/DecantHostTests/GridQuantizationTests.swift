import DecantCore
import Testing

@testable import DecantHost

/// Grid networks in whole numbers: ranges, tables, and what they cost.
@Suite struct GridQuantizationTests {
  static func geometry(_ distance: Int = 3, rounds: Int = 3) throws -> GridGeometry {
    try GridGeometry(distance: distance, rounds: rounds, basis: .x, orientation: .xv)
  }

  static func graph(_ geometry: GridGeometry) throws -> DetectorGraph {
    let memory = try SurfaceCodeMemory(
      distance: geometry.distance, rounds: geometry.rounds, basis: geometry.basis,
      orientation: geometry.lattice.orientation, noise: .parameters(NoiseParameters(.uniform, p: 0.006)))
    return try DetectorGraph(DetectorErrorModel(memory.circuit(), source: "memory"), options: .init())
  }

  /// Zero is a number of every layer: what a table makes of nothing, and what stands beyond the edge.
  @Test(arguments: GridArchitecture.Activation.allCases) func zeroIsExact(
    activation: GridArchitecture.Activation
  )
    throws
  {
    let architecture = try GridArchitecture(
      widths: [3, 5, 4], kernels: [3, 1, 3], activation: activation)
    let network = GridNetwork(architecture, seed: 3)
    let low: Float = activation == .gelu ? -4 : 0
    let layers = network.fixedLayers(
      [.init(low: low, high: 2), .init(low: low, high: 9)], logitScale: 1000)
    for (layer, high) in zip(layers, [2.0, 9.0]) {
      // The number that is nearest to a sum of zero.
      let step = (high - Double(low)) / 255
      let nearest = Int((-Double(low) / step).rounded())
      // Half a step of the sum is half as much after GELU, whose slope is 1/2 there.
      #expect(abs(Int(layer.table[nearest]) - Int(layer.zero)) <= 1)
      #expect(layer.table.max() == 255)
      #expect(layer.table.min() == 0)
      #expect((activation == .relu) == (layer.zero == 0))
    }
    #expect(layers[2].table.isEmpty && layers[2].zero == 0)
  }

  /// The finer the ranges fit, the nearer the logits come to those in float.
  @Test func logitsAreNearFloat() throws {
    let geometry = try Self.geometry(5, rounds: 4)
    let graph = try Self.graph(geometry)
    let network = try GridNetwork(named: GridNetwork.shippedName)
    let grid = try FixedGrid(network, geometry)
    let plan = try grid.plan(for: graph)
    let engine = try GridEngine(network, rounds: 4, rows: 5, columns: 5, learns: true)
    let input = GridInput(geometry, engine)
    input.prepare(engine)
    var random = RandomStream(seed: 4, block: 0)
    let most = GridPlan.logitBound(scale: graph.weightScale.factor)
    for _ in 0..<5 {
      // Two ends of each of a few edges.
      var detectors = [UInt8](repeating: 0, count: (graph.detectorCount + 7) / 8)
      for _ in 0..<5 {
        let edge = graph.edges[Int(random.next() % UInt64(graph.edges.count))]
        detectors[Int(edge.a) / 8] ^= 1 << UInt8(edge.a % 8)
        if !edge.isBoundary { detectors[Int(edge.b) / 8] ^= 1 << UInt8(edge.b % 8) }
      }
      input.fill(engine, detectors: detectors)
      engine.forward()
      var float: [Double] = []
      engine.forEachSum(ofLayer: 3) { float.append(min(max(Double($0), -most), most)) }
      var events: [Int] = []
      forEachOne(in: detectors, bits: graph.detectorCount) { events.append($0) }
      let fixed = plan.logits(events: events).map { Double($0) / graph.weightScale.factor }
      let squares = zip(float, fixed).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect((squares / Double(float.count)).squareRoot() < 0.4)
    }
  }

  /// Ranges go with the parameters: into files and out of them, and no further than the next change.
  @Test func rangesAreKept() throws {
    let architecture = try GridArchitecture(widths: [6, 4], kernels: [3, 3])
    let network = try GridNetwork(architecture, seed: 1).rounded(.float16).calibrated()
    #expect(network.ranges?.count == 1)
    #expect(try network.calibrated() == network)
    let read = try GridNetwork(
      SafeTensors(bytes: network.safeTensors(.float16).bytes(), source: "net"), source: "net")
    #expect(read == network)
    var changed = network
    changed.parameters[0] += 1
    #expect(changed.ranges == nil)
    for text in ["", "[[-4, 2], [-4, 2]]", "[[1, 2]]", "[[-4, 0]]", "[[-4, inf]]", "[[-4, nan]]", "[[a, 2]]"]
    {
      let file = SafeTensors(
        network.safeTensors(.float16).tensors, metadata: ["sum_ranges": text])
      #expect(throws: NetworkError.self) { try GridNetwork(file, source: "net") }
    }
  }

  @Test func shippedRangesAreMeasured() throws {
    let shipped = try GridNetwork(named: GridNetwork.shippedName)
    let ranges = try #require(shipped.ranges)
    #expect(ranges.count == 3)
    let again = try shipped.calibrated()
    // Sums in float depend on the processor's level in their last bits.
    for (old, new) in zip(ranges, again.ranges!) {
      #expect(abs(old.high - new.high) < 1e-3 && old.low == new.low)
    }
  }

  @Test func anotherExperimentIsRefused() throws {
    let network = try GridNetwork(named: GridNetwork.shippedName)
    let grid = try FixedGrid(network, try Self.geometry(3, rounds: 4))
    let graph = try Self.graph(try Self.geometry())
    #expect(throws: NetworkError.self) { try grid.plan(for: graph) }
  }

  /// Counts add up, and fixed point costs next to nothing.
  @Test func costIsCounted() throws {
    let geometry = try Self.geometry()
    let memory = try SurfaceCodeMemory(
      distance: 3, rounds: 3, basis: .x, orientation: .xv,
      noise: .parameters(NoiseParameters(.uniform, p: 0.02)))
    let model = try DetectorErrorModel(memory.circuit(), source: "memory")
    let network = try GridNetwork(named: GridNetwork.shippedName)
    let cost = try GridQuantizationCost.measure(FixedGrid(network, geometry), model, shots: 2000, seed: 1)
    #expect(cost.shots == 2000)
    #expect(cost.floatErrors - cost.onlyFloat == cost.fixedErrors - cost.onlyFixed)
    #expect(cost.onlyFloat + cost.onlyFixed < 20)
    #expect(cost.events > cost.floatEvents && cost.events > cost.fixedEvents)
    #expect(abs(cost.floatEvents - cost.fixedEvents) < cost.events / 50)
    #expect(cost.logits == GridQuantizationCost.comparedShots * 3 * (2 * 9 + 8))
    #expect(Double(cost.sameSigns) > 0.995 * Double(cost.logits))
  }
}
