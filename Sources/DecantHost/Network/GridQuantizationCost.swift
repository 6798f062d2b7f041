/// What it costs to compute a grid network in fixed point: how often decoding is wrong and how many events are left, beside
/// the same network by the same rule in floating point on the same shots.
public struct GridQuantizationCost: Equatable, Sendable {
  public var shots = 0
  public var plainErrors = 0
  public var floatErrors = 0
  public var fixedErrors = 0
  /// Shots in which just one of the two was wrong.
  public var onlyFloat = 0
  public var onlyFixed = 0
  /// Events of all shots, and what either leaves of them.
  public var events = 0
  public var floatEvents = 0
  public var fixedEvents = 0
  /// Logits that were compared, of data errors and of flips where checks are; how many have the same sign in both; and
  /// sum over them of how far fixed point is off, squared, and the most.
  public var logits = 0
  public var sameSigns = 0
  public var squaredDifference = 0.0
  public var largestDifference = 0.0

  public init() {}

  /// Root mean square of how far logits are off.
  public var difference: Double { (squaredDifference / Double(max(1, logits))).squareRoot() }

  /// Samples shots of a memory and decodes each in all three ways.
  ///
  /// - Parameters:
  ///   - grid: of the memory.
  ///   - shots: at most 2^40 of them, from the seed; logits are compared in the first `comparedShots`.
  ///   - correlated: whether a second pass follows, which knows of the first.
  public static func measure(
    _ grid: FixedGrid, _ model: DetectorErrorModel, shots: Int, seed: UInt64, correlated: Bool = false
  ) throws -> GridQuantizationCost {
    let graph = try DetectorGraph(model, options: .init(correlated: correlated))
    let plan = try grid.plan(for: graph)
    let image = try ImageCompiler.compile(graph, grid: plan)
    let preDecoder = try GridPreDecoder(grid.network, grid.geometry, rule: .edges(threshold: grid.threshold))
    let priors = grid.prior == 0 ? nil : try GridPriors(preDecoder, graph, share: grid.prior)
    let decoders = try (
      plain: LoadedDecoder(
        image: image, name: model.source, correlated: correlated, reweights: priors?.count ?? 0),
      fixed: LoadedDecoder(image: image, name: model.source, correlated: correlated, network: true)
    )
    var float = try PreDecoding(preDecoder, priors)
    var fixed = FixedResiduals(detectors: graph.detectorCount)
    let source = try ModelShots(model, seed: seed, limit: shots)
    var block = try ShotBlock(for: source)
    var answers = (0..<3).map { _ in
      ShotBatch(layout: block.observables.layout, capacity: ShotBlock.capacity)
    }
    let counter = EventCounter(block.detectors.layout)
    var cost = GridQuantizationCost()
    while source.take(into: &block) {
      if cost.logits == 0 { try cost.compareLogits(plan, graph, preDecoder, block.detectors) }
      try decoders.plain.decode(block.detectors, into: &answers[0])
      try float.decode(block.detectors, decoders.plain, into: &answers[1])
      try decoders.fixed.decode(block.detectors, into: &answers[2])
      try fixed.take(block.detectors, decoders.fixed)
      cost.events += counter.count(block.detectors)
      cost.floatEvents += counter.count(float.residual)
      cost.fixedEvents += counter.count(fixed.residual)
      for shot in 0..<block.detectors.count {
        let truth = Array(block.observables[shot])
        let wrong = answers.map { Array($0[shot]) != truth }
        cost.shots += 1
        cost.plainErrors += wrong[0] ? 1 : 0
        cost.floatErrors += wrong[1] ? 1 : 0
        cost.fixedErrors += wrong[2] ? 1 : 0
        cost.onlyFloat += wrong[1] && !wrong[2] ? 1 : 0
        cost.onlyFixed += wrong[2] && !wrong[1] ? 1 : 0
      }
    }
    return cost
  }

  /// Shots in which logits are compared.
  public static let comparedShots = 16

  private mutating func compareLogits(
    _ plan: GridPlan, _ graph: DetectorGraph, _ preDecoder: GridPreDecoder, _ detectors: ShotBatch
  ) throws {
    let count = min(detectors.count, Self.comparedShots)
    let rows = detectors.rows.prefix(count * detectors.layout.rowBytes)
    let shots = ShotBatch(layout: detectors.layout, rows: Array(rows), count: count)
    var residual = ShotBatch(layout: detectors.layout, capacity: count)
    var frames: [UInt8] = []
    var floats: [[Float]] = []
    try preDecoder.makeWorker().preDecode(
      shots, residual: &residual, frames: &frames, logits: { floats.append($0) })
    let geometry = preDecoder.geometry
    let plane = geometry.distance * geometry.distance
    let most = GridPlan.logitBound(scale: graph.weightScale.factor)
    let cells = PauliBasis.allCases.map { Set(geometry.lattice.checks($0).map(\.cell)) }
    for shot in 0..<count {
      var events: [Int] = []
      forEachOne(in: Array(shots[shot]), bits: graph.detectorCount) { events.append($0) }
      let fixed = plan.logits(events: events)
      for channel in 0..<4 {
        for voxel in 0..<plan.voxels where channel < 2 || cells[channel - 2].contains(voxel % plane) {
          let exact = min(max(Double(floats[shot][channel * plan.voxels + voxel]), -most), most)
          let rounded = Double(fixed[4 * voxel + channel]) / graph.weightScale.factor
          let difference = abs(exact - rounded)
          logits += 1
          sameSigns += (exact >= 0) == (rounded >= 0) ? 1 : 0
          squaredDifference += difference * difference
          largestDifference = max(largestDifference, difference)
        }
      }
    }
  }
}
