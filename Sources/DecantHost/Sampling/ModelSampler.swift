/// Samples shots of any detector error model: detectors, observables and, on request, the edges that flipped.
///
/// Every error of the model happens independently with its probability. The edges are those of `graph`, and an
/// edge has flipped if an odd number of its mechanisms happened: what a learned prior of an edge should predict.
public struct ModelSampler: Sendable {
  public let detectorCount: Int
  public let observableCount: Int
  /// The matching graph whose edges are sampled; nil if they are not.
  public let graph: DetectorGraph?
  public let seed: UInt64

  private let faults: FaultTable
  /// Planes are detectors, then observables, then edges; these are their numbers.
  private let detectorOrder: [Int32]
  private let observableOrder: [Int32]
  private let edgeOrder: [Int32]

  /// A block's planes then take 2 GB.
  private static let maxPlanes = 1 << 26

  /// - Parameters:
  ///   - seed: which shots; the same give the same.
  ///   - graph: made of this model, to sample edges as well.
  /// - Throws: `ErrorModelError` for a model with more errors than can be sampled; with a graph, where an error
  ///   has a component that is no edge of it.
  public init(
    _ model: DetectorErrorModel, seed: UInt64, graph: DetectorGraph? = nil
  ) throws(ErrorModelError) {
    detectorCount = model.detectorCount
    observableCount = model.observableCount
    self.graph = graph
    self.seed = seed
    let firstObservable = model.detectorCount
    let firstEdge = firstObservable + model.observableCount
    let planes = firstEdge + (graph?.edges.count ?? 0)
    guard planes <= Self.maxPlanes else {
      throw ErrorModelError(
        source: model.source, line: nil,
        problem: "a shot of it has \(planes) bits, but sampling takes at most \(Self.maxPlanes); "
          + "split the experiment")
    }
    detectorOrder = (0..<firstObservable).map { Int32($0) }
    observableOrder = (firstObservable..<firstEdge).map { Int32($0) }
    edgeOrder = (firstEdge..<planes).map { Int32($0) }

    let edges = graph.map { EdgeNumbers($0) }
    var table = FaultTable()
    var faults: [(fault: FaultTable.Fault, events: Double)] = []
    try model.forEachError { (error) throws(ErrorModelError) in
      guard error.probability > 0 else { return }
      var flips: [UInt32] = []
      for target in error.targets {
        if let detector = target.detector {
          flips.append(UInt32(UInt64(detector) + error.detectorShift))
        } else if let observable = target.observable {
          flips.append(UInt32(firstObservable) + observable)
        }
      }
      if let edges {
        for edge in try edges.edges(of: error, source: model.source) {
          flips.append(UInt32(firstEdge) + edge)
        }
      }
      flips.keepOddMembers()
      // What is likelier than not happens always, and is undone when it does not.
      if error.probability > 0.5 { table.flipAlways(flips) }
      let probability = min(error.probability, 1 - error.probability)
      faults.append((FaultTable.Fault(flips: flips), FaultTable.events(probability: probability)))
    }
    guard table.add(faults) else {
      throw ErrorModelError(
        source: model.source, line: nil,
        problem: "its errors are too many and too likely to be sampled; split the model")
    }
    self.faults = table
  }

  public var edgeCount: Int { graph?.edges.count ?? 0 }

  /// Samples shots by their numbers.
  ///
  /// - Parameters:
  ///   - first: the number of the first shot; a shot's number and the seed say all about it.
  ///   - count: not negative, with `first` at most 2^63.
  ///   - threads: how many to use at most.
  ///   - detectors: rows of `detectorCount` bits; nil to leave them out. Likewise the others.
  public func sample(
    first: UInt64, count: Int, threads: Int = 1, detectors: ShotRows? = nil, observables: ShotRows? = nil,
    edges: ShotRows? = nil
  ) {
    precondition(edges == nil || graph != nil, "edges need a graph")
    ShotRange(first: first, count: count).forEachPart(threads: threads) { _ in
      BitPlanes(count: detectorOrder.count + observableOrder.count + edgeOrder.count)
    } _: { part, planes in
      defer { withExtendedLifetime(planes) {} }
      planes.clear()
      for bit in faults.constant { planes.planes[Int(bit)] = ~.zero }
      faults.sample(seed: seed, block: part.block) { bit, shot in planes.flip(Int(bit), shot: shot) }
      for (order, rows) in [(detectorOrder, detectors), (observableOrder, observables), (edgeOrder, edges)] {
        if let rows { planes.write(order, shots: part.shots, to: rows, firstRow: part.firstRow) }
      }
    }
  }
}
