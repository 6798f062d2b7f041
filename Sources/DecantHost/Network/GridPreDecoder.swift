/// A grid network in front of a global decoder: from shots to residual shots and frames, in float.
public struct GridPreDecoder: Sendable {
  public let network: GridNetwork
  public let geometry: GridGeometry
  public let rule: GridRule
  /// Nil where each voxel decides for itself.
  private let knownEdges: GridEdges?

  /// By the published rule.
  public init(_ network: GridNetwork, _ geometry: GridGeometry, thresholds: GridThresholds = .init()) {
    self.network = network
    self.geometry = geometry
    rule = .voxels(thresholds)
    knownEdges = nil
  }

  /// - Throws: `ErrorModelError` where the circuit makes no graph, which does not happen.
  public init(_ network: GridNetwork, _ geometry: GridGeometry, rule: GridRule) throws {
    self.network = network
    self.geometry = geometry
    self.rule = rule
    if case .voxels = rule { knownEdges = nil } else { knownEdges = try GridEdges(geometry) }
  }

  func edges() throws -> GridEdges { try knownEdges ?? GridEdges(geometry) }

  /// A pre-decoder for one thread.
  ///
  /// - Throws: `NetworkError` where the experiment is too large for it.
  public func makeWorker() throws(NetworkError) -> Worker { try Worker(self, knownEdges) }

  /// A pre-decoder for one thread that also says how likely edges are.
  func makeWorker(edges: GridEdges) throws(NetworkError) -> Worker { try Worker(self, edges) }

  public final class Worker {
    private let engine: GridEngine
    private let input: GridInput
    private let correction: GridCorrection
    private let preDecoder: GridPreDecoder
    private var decisions: [UInt8]
    /// For each decision the place of its logit.
    private let places: [Int]
    private let chains: EdgeChains?
    private let edgeAcceptance: GridAcceptance?
    private let clusterAcceptance: ClusterAcceptance?

    fileprivate init(_ preDecoder: GridPreDecoder, _ edges: GridEdges?) throws(NetworkError) {
      self.preDecoder = preDecoder
      let geometry = preDecoder.geometry
      let (rounds, distance) = (geometry.rounds, geometry.distance)
      let engine = try GridEngine(preDecoder.network, rounds: rounds, rows: distance, columns: distance)
      self.engine = engine
      input = GridInput(geometry, engine)
      input.prepare(engine)
      correction = GridCorrection(geometry)
      decisions = Array(repeating: 0, count: correction.decisionCount)
      let places = (0..<4).flatMap { channel in
        (0..<rounds).flatMap { round in
          (0..<distance * distance).map { cell in
            engine.place(round: round, row: cell / distance, column: cell % distance) + channel
          }
        }
      }
      self.places = places
      let chains = edges.map { EdgeChains($0, places: places) }
      self.chains = chains
      switch preDecoder.rule {
      case .voxels:
        (edgeAcceptance, clusterAcceptance) = (nil, nil)
      case .edges:
        edgeAcceptance = chains.map { GridAcceptance($0, detectors: geometry.detectorCount) }
        clusterAcceptance = nil
      case .clusters:
        edgeAcceptance = nil
        clusterAcceptance = chains.map { ClusterAcceptance($0, detectors: geometry.detectorCount) }
      }
    }

    /// Replaces shots by what the network leaves of them.
    ///
    /// - Parameters:
    ///   - shots: of the experiment's detectors.
    ///   - residual: of the same layout, with room for as many.
    ///   - frames: receives the frame of each shot, 0 or 1.
    ///   - logits: is given the logits of each shot, (4, T, D, D) row-major; nil where nobody wants them.
    ///   - leastLogits: is given the least logit along each edge's chain; nil likewise.
    public func preDecode(
      _ shots: ShotBatch, residual: inout ShotBatch, frames: inout [UInt8],
      logits: (([Float]) throws -> Void)? = nil, leastLogits: (([Float]) -> Void)? = nil
    ) rethrows {
      precondition(
        shots.layout.bits == preDecoder.geometry.detectorCount && residual.layout == shots.layout
          && residual.capacity >= shots.count, "the batches must be of the experiment's detectors")
      frames.removeAll(keepingCapacity: true)
      let rowBytes = shots.layout.rowBytes
      try residual.refill { room, count in
        try shots.withRows { rows in
          for shot in 0..<shots.count {
            let row = rows.baseAddress! + shot * rowBytes
            input.fill(engine, detectors: row)
            engine.forward()
            try logits?(places.map { engine.logits[$0] })
            if let leastLogits, let chains {
              leastLogits(chains.edges.indices.map { chains.least($0, engine.logits) })
            }
            frames.append(correct(row, bytes: rowBytes, residual: room + shot * rowBytes))
            count += 1
          }
        }
      }
    }

    private func correct(
      _ row: UnsafePointer<UInt8>, bytes: Int, residual: UnsafeMutablePointer<UInt8>
    ) -> UInt8 {
      switch preDecoder.rule {
      case .voxels(let thresholds):
        decide(thresholds)
        return correction.apply(decisions, to: row, residual: residual)
      case .edges(let threshold):
        return edgeAcceptance!.apply(
          engine.logits, threshold: threshold, to: row, bytes: bytes, residual: residual)
      case .clusters(let threshold):
        return clusterAcceptance!.apply(
          engine.logits, threshold: threshold, to: row, bytes: bytes, residual: residual)
      }
    }

    private func decide(_ thresholds: GridThresholds) {
      let logits = engine.logits
      let half = places.count / 2
      decisions.withUnsafeMutableBufferPointer { decisions in
        for index in 0..<half { decisions[index] = logits[places[index]] >= thresholds.data ? 1 : 0 }
        for index in half..<places.count {
          decisions[index] = logits[places[index]] >= thresholds.syndrome ? 1 : 0
        }
      }
    }
  }
}
