import CDecant

/// Weights that a grid network gives the matcher for a shot, in place of decisions where it is not sure.
///
/// The network has seen both types of checks, and plain matching sees one: an edge's weight becomes a share s of what the
/// network says and 1 - s of what it is in the image,
///     w' = max(0.01, (1 - s) w - s * (the least logit along the edge's chain)).
/// An edge that the network has no chain for keeps its weight.
public struct GridPriors: Sendable {
  let share: Double
  private let entries: [(edge: Int, a: UInt32, b: UInt32, weight: Double)]
  private let scale: WeightScale

  /// - Parameters:
  ///   - share: from 0 to 1.
  ///   - graph: that the decoder's image is compiled from.
  public init(_ preDecoder: GridPreDecoder, _ graph: DetectorGraph, share: Double) throws {
    self.share = share
    scale = graph.weightScale
    var known: [UInt64: Int] = [:]
    for (index, edge) in try preDecoder.edges().edges.enumerated() {
      known[UInt64(edge.a) << 32 | UInt64(edge.b.map { $0 + 1 } ?? 0)] = index
    }
    entries = graph.edges.compactMap { edge in
      known[edge.key].map { ($0, edge.a, edge.b, edge.weight) }
    }
  }

  /// How many weights change in each shot.
  var count: Int { entries.count }

  /// - Parameter least: the least logit of each of the network's edges.
  func weights(_ least: [Float]) -> [decant_reweight] {
    entries.map { entry in
      let weight = max(Self.leastWeight, (1 - share) * entry.weight - share * Double(least[entry.edge]))
      return decant_reweight(a: entry.a, b: entry.b, weight: scale.nearestWeight(weight))
    }
  }

  static let leastWeight = 0.01
}
