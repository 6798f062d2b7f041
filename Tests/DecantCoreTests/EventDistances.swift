import DecantHost
import Testing

/// How far detection events are from each other and from the boundary, by Floyd and Warshall's algorithm: what the
/// radii of regions must not exceed.
struct EventDistances {
  let events: [UInt32]
  /// By place in `events`.
  let between: [[Int64]]
  let toBoundary: [Int64]

  private static let far = Int64.max / 4

  /// weights: of the graph's edges.
  init(_ graph: DetectorGraph, weights: [Int64], events: [UInt32]) {
    let nodes = graph.detectorCount
    var all = [[Int64]](repeating: Array(repeating: Self.far, count: nodes), count: nodes)
    var out = [Int64](repeating: Self.far, count: nodes)
    for node in 0..<nodes { all[node][node] = 0 }
    for (edge, weight) in zip(graph.edges, weights) {
      if edge.isBoundary {
        out[Int(edge.a)] = weight
      } else {
        all[Int(edge.a)][Int(edge.b)] = weight
        all[Int(edge.b)][Int(edge.a)] = weight
      }
    }
    for k in 0..<nodes {
      for i in 0..<nodes {
        for j in 0..<nodes { all[i][j] = min(all[i][j], all[i][k] + all[k][j]) }
      }
    }
    self.events = events
    between = events.map { a in events.map { all[Int(a)][Int($0)] } }
    toBoundary = events.map { a in (0..<nodes).map { all[Int(a)][$0] + out[$0] }.min()! }
  }

  /// Checks that the radii around events are feasible duals, and returns their sum.
  func checkDuals(of shot: MatchedShot) -> Int64 {
    let around = events.map { Set(shot.regions(around: $0)) }
    for (i, regions) in around.enumerated() {
      #expect(regions.allSatisfy { shot.radius($0) >= 0 })
      #expect(regions.reduce(0) { $0 + shot.radius($1) } <= toBoundary[i])
      for j in around.indices where j != i {
        let covered = regions.symmetricDifference(around[j]).reduce(0) { $0 + shot.radius($1) }
        #expect(covered <= between[i][j])
      }
    }
    return around.reduce(into: Set()) { $0.formUnion($1) }.reduce(0) { $0 + shot.radius($1) }
  }
}
