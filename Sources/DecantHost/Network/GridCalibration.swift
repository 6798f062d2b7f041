/// Finds the ranges of sums that fixed point covers, on shots of one experiment.
///
/// The wider a range, the coarser its numbers; the narrower, the more sums lie beyond. Each layer's upper end is the
/// largest sum that occurred or one that all but few stay below, whichever makes logits differ least from those in
/// float, with the other layers' as they are; the lower end is where the activation makes nothing of anything below.
/// Shots, and so the ranges, follow from the seed, up to rounding that depends on the processor's level.
extension GridNetwork {
  /// The same network with ranges.
  ///
  /// - Throws: `NetworkError` if a sum is not a number, or there is no memory.
  public func calibrated() throws -> GridNetwork {
    guard architecture.layers.count > 1 else {
      return GridNetwork(architecture, parameters: parameters, ranges: [])
    }
    let calibration = try GridCalibration(self)
    return GridNetwork(architecture, parameters: parameters, ranges: try calibration.ranges(of: self))
  }
}

private struct GridCalibration {
  private let geometry: GridGeometry
  private let graph: DetectorGraph
  /// Events of each shot.
  private var shots: [[Int]] = []
  /// Of each layer but the last, ascending.
  private var sums: [[Float]] = []
  /// Of each shot that errors are measured on, by their places.
  private var logits: [[Float]] = []

  private static let distance = 7
  private static let noise = 0.006
  private static let shotCount = 64
  /// Multiplications that measuring errors once may take: shots are fewer for larger networks.
  private static let effort = 20_000_000
  /// The shares of sums that ranges may cover.
  private static let shares: [Double] = [1, 0.9999, 0.999]
  /// GELU is above -0.0001 from here on downwards.
  private static let geluEnd: Float = -4
  private static let seed: UInt64 = 0

  init(_ network: GridNetwork) throws {
    let distance = Self.distance
    let memory = try SurfaceCodeMemory(
      distance: distance, rounds: distance, basis: .x, orientation: .xv,
      noise: .parameters(NoiseParameters(.uniform, p: Self.noise)))
    geometry = GridGeometry(memory)
    let model = try DetectorErrorModel(memory.circuit(), source: "calibration")
    graph = try DetectorGraph(model, options: .init())
    let engine = try GridEngine(network, rounds: distance, rows: distance, columns: distance, learns: true)
    let input = GridInput(geometry, engine)
    input.prepare(engine)

    let source = try ModelShots(model, seed: Self.seed, limit: Self.shotCount)
    var block = try ShotBlock(for: source)
    guard source.take(into: &block) else { return }
    let layers = network.architecture.layers.count
    let perShot = network.architecture.multiplicationsPerVoxel * distance * distance * distance
    sums = Array(repeating: [], count: layers - 1)
    for shot in 0..<block.detectors.count {
      let detectors = Array(block.detectors[shot])
      var events: [Int] = []
      forEachOne(in: detectors, bits: graph.detectorCount) { events.append($0) }
      shots.append(events)
      input.fill(engine, detectors: detectors)
      engine.forward()
      for layer in 0..<layers - 1 { engine.forEachSum(ofLayer: layer) { sums[layer].append($0) } }
      if shot < max(1, Self.effort / perShot) {
        var all: [Float] = []
        engine.forEachSum(ofLayer: layers - 1) { all.append($0) }
        logits.append(all)
      }
    }
    for layer in sums.indices {
      guard sums[layer].allSatisfy(\.isFinite) else {
        throw NetworkError("sums of layer \(layer) are no numbers; the network is of no use")
      }
      sums[layer].sort()
    }
  }

  /// The best of all layers' candidates, one layer after the other.
  func ranges(of network: GridNetwork) throws -> [GridNetwork.SumRange] {
    let candidates = sums.map { sums in
      let low = max(network.architecture.activation == .gelu ? Self.geluEnd : 0, min(0, sums[0]))
      return Self.shares.map { share in
        let place = min(sums.count - 1, Int((share * Double(sums.count)).rounded(.up)) - 1)
        return GridNetwork.SumRange(low: low, high: max(0.01, sums[place]))
      }
    }
    var best = candidates.map { $0[0] }
    var least = try error(of: network, best)
    for layer in candidates.indices {
      for candidate in candidates[layer].dropFirst() where candidate != best[layer] {
        var tried = best
        tried[layer] = candidate
        let error = try error(of: network, tried)
        if error < least { (best, least) = (tried, error) }
      }
    }
    return best
  }

  /// The sum of squares of how far fixed point is off, in logits, none of which counts beyond the clamp.
  private func error(of network: GridNetwork, _ ranges: [GridNetwork.SumRange]) throws -> Double {
    var ranged = network
    ranged.ranges = ranges
    let plan = try FixedGrid(ranged, geometry, prior: 0).plan(for: graph)
    let scale = graph.weightScale.factor
    let most = GridPlan.logitBound(scale: scale)
    var sum = 0.0
    for (events, float) in zip(shots, logits) {
      for (fixed, logit) in zip(plan.logits(events: events), float) {
        let difference = Double(fixed) / scale - min(max(Double(logit), -most), most)
        sum += difference * difference
      }
    }
    return sum
  }
}
