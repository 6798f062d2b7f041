/// A grid network in fixed point, for an image: which one, of which experiment, and what becomes of its output.
///
/// Corrections are whole edges, as `GridAcceptance` has them, for the real-time plane must be able to say which
/// edges make its answer; and the log odds of all edges go to the matcher, as `GridPriors` has them.
public struct FixedGrid: Sendable {
  public let network: GridNetwork
  public let geometry: GridGeometry
  /// From which log odds on an edge is accepted; infinite for none.
  public let threshold: Float
  /// Of the network in weights, from 0 to 1.
  public let prior: Double

  public static let defaultPrior = 0.5

  /// - Throws: as `GridNetwork.calibrated` does, of a network without ranges.
  public init(
    _ network: GridNetwork, _ geometry: GridGeometry, threshold: Float = GridRule.edgeThreshold,
    prior: Double = Self.defaultPrior
  ) throws {
    self.network = network.ranges == nil ? try network.calibrated() : network
    self.geometry = geometry
    self.threshold = threshold
    self.prior = prior
  }

  /// The integers for the image of a graph, which is one of the experiment whatever its noise.
  public func plan(for graph: DetectorGraph) throws -> GridPlan {
    guard graph.detectorCount == geometry.detectorCount else {
      throw NetworkError(
        "the network is set up for \(geometry.detectorCount) detectors, but the model has "
          + "\(graph.detectorCount); give the distance, rounds and basis of the model")
    }
    let places = GridPlaces(geometry)
    let scale = graph.weightScale
    let score = Double(threshold) * scale.factor
    return GridPlan(
      rounds: geometry.rounds, rows: geometry.distance, columns: geometry.distance,
      layers: network.fixedLayers(network.ranges!, logitScale: scale.factor), input: places.input,
      detectors: places.detectors, origins: places.origins, chains: try chains(of: graph),
      threshold: threshold == .infinity
        ? nil : Int32(min(max(score.rounded(), -0x1p30), 0x1p30)),
      share: Int((prior * 256).rounded()), minWeight: max(2, scale.nearestWeight(GridPriors.leastWeight)))
  }

  /// For each edge of the graph, where its chain's logits are.
  private func chains(of graph: DetectorGraph) throws -> [[Int]] {
    let voxels = geometry.rounds * geometry.distance * geometry.distance
    var known: [UInt64: [Int]] = [:]
    for edge in try GridEdges(geometry).edges {
      let key = UInt64(edge.a) << 32 | UInt64(edge.b.map { $0 + 1 } ?? 0)
      known[key] = edge.chain.map { 4 * ($0 % voxels) + $0 / voxels }
    }
    return graph.edges.map { known[$0.key] ?? [] }
  }
}

/// Where a memory's checks and detectors are in a grid network's input, as places 4 * voxel + channel.
struct GridPlaces {
  /// Bytes of shape (round, row, column, 4): where checks are, twice `GridInput`'s values.
  private(set) var input: [UInt8]
  /// Of each detector; nil for those that are not shown.
  private(set) var detectors: [Int?]
  /// Of each detector a place at its check, for the last group the first one.
  private(set) var origins: [Int]

  init(_ geometry: GridGeometry) {
    let plane = geometry.distance * geometry.distance
    input = Array(repeating: 0, count: 4 * geometry.rounds * plane)
    detectors = Array(repeating: nil, count: geometry.detectorCount)
    origins = Array(repeating: 0, count: geometry.detectorCount)
    for (channel, type) in PauliBasis.allCases.enumerated() {
      for (index, check) in geometry.lattice.checks(type).enumerated() {
        for round in 0..<geometry.rounds {
          let place = 4 * (round * plane + check.cell)
          guard let detector = geometry.detector(type, check: index, round: round) else { continue }
          origins[detector] = place
          guard geometry.shows(type, round: round) else { continue }
          input[place + 2 + channel] = check.support.count == 4 ? 2 : 1
          detectors[detector] = place + channel
        }
      }
    }
  }
}
