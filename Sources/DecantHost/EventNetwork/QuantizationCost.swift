import CDecant

/// What it costs to compute an event network in fixed point: how often decoding is wrong, beside the same network in floating
/// point on the same shots.
public struct QuantizationCost: Equatable, Sendable {
  public var shots = 0
  public var plainErrors = 0
  public var floatErrors = 0
  public var fixedErrors = 0
  /// Shots in which just one of the two was wrong.
  public var onlyFloat = 0
  public var onlyFixed = 0
  /// Weights that the network changed, and the sum over them of how far fixed point is off, in log odds.
  public var weights = 0
  public var totalDifference = 0.0
  public var largestDifference = 0.0

  public init() {}

  /// Samples shots of a model and decodes each in all three ways.
  ///
  /// - Parameters:
  ///   - shots: at most 2^40 of them, from the seed.
  ///   - correlated: whether a second pass follows, which knows of the first.
  public static func measure(
    _ network: EventNetwork, _ model: DetectorErrorModel, shots: Int, seed: UInt64, correlated: Bool = false
  ) throws -> QuantizationCost {
    let graph = try DetectorGraph(model, options: .init(correlated: correlated))
    let experiment = try EventExperiment(model, graph, network.shape)
    let plan = try network.plan(for: experiment.lattice, scale: graph.weightScale)
    let image = try ImageCompiler.compile(graph, network: plan)
    let decoders = try (
      plain: LoadedDecoder(image: image, name: model.source, correlated: correlated),
      fixed: LoadedDecoder(image: image, name: model.source, correlated: correlated, network: true),
      float: LoadedDecoder(
        image: image, name: model.source, correlated: correlated, reweights: graph.edges.count)
    )
    let priors = EventPriors(network, experiment)
    let source = try ModelShots(model, seed: seed, limit: shots)
    var block = try ShotBlock(for: source)
    var answers = [decoders.plain, decoders.fixed].map { _ in
      ShotBatch(layout: block.observables.layout, capacity: ShotBlock.capacity)
    }
    var answer = Array(repeating: UInt8(0), count: max(1, block.observables.layout.rowBytes))
    var cost = QuantizationCost()
    while source.take(into: &block) {
      try decoders.plain.decode(block.detectors, into: &answers[0])
      try decoders.fixed.decode(block.detectors, into: &answers[1])
      for shot in 0..<block.detectors.count {
        let detectors = Array(block.detectors[shot])
        var events: [Int] = []
        forEachOne(in: detectors, bits: graph.detectorCount) { events.append($0) }
        let weights = priors.weights(events: events)
        let entries = weights.map { change in
          let edge = graph.edges[change.edge]
          return decant_reweight(a: edge.a, b: edge.b, weight: graph.weightScale.nearestWeight(change.weight))
        }
        try decoders.float.decode(detectors, weights: entries, into: &answer)
        try cost.compare(entries, decoders.fixed, detectors, scale: graph.weightScale.factor)
        let truth = Array(block.observables[shot])
        let float = Array(answer[..<truth.count]) != truth
        let fixed = Array(answers[1][shot]) != truth
        cost.shots += 1
        cost.plainErrors += Array(answers[0][shot]) != truth ? 1 : 0
        cost.floatErrors += float ? 1 : 0
        cost.fixedErrors += fixed ? 1 : 0
        cost.onlyFloat += float && !fixed ? 1 : 0
        cost.onlyFixed += fixed && !float ? 1 : 0
      }
    }
    return cost
  }

  /// Adds how far the weights in fixed point are off.
  private mutating func compare(
    _ float: [decant_reweight], _ decoder: LoadedDecoder, _ detectors: [UInt8], scale: Double
  ) throws(DecoderError) {
    let fixed = try decoder.networkWeights(detectors)
    var known: [UInt64: Int32] = [:]
    for entry in float { known[UInt64(entry.a) << 32 | UInt64(entry.b)] = entry.weight }
    for entry in fixed {
      let key = UInt64(entry.a) << 32 | UInt64(entry.b)
      let back = UInt64(entry.b) << 32 | UInt64(entry.a)
      guard let weight = known[key] ?? known[back] else { continue }
      let difference = abs(Double(entry.weight) - Double(weight)) / (2 * scale)
      weights += 1
      totalDifference += difference
      largestDifference = max(largestDifference, difference)
    }
  }
}

extension LoadedDecoder {
  /// What the event network makes of one shot's weights.
  func networkWeights(_ detectors: [UInt8]) throws(DecoderError) -> [decant_reweight] {
    var changes = Array(repeating: decant_reweight(), count: Int(needs.max_weight_changes))
    var count = 0
    let status = decant_predecode(
      decoder, detectors, detectors.count, nil, 0, nil, 0, &changes, changes.count, &count, nil)
    guard status >= 0 else { throw .decoding(name, status, shot: 0) }
    return Array(changes[..<count])
  }
}
