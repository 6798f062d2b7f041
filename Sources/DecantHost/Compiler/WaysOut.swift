/// The lightest way from each detector to the boundary: what it weighs, and which observables it flips.
struct WaysOut {
  private let distances: [UInt64]
  private let weights: [Double]
  /// The edge by which a way begins.
  private let edges: [Int]
  private let graph: DetectorGraph

  /// Dijkstra's algorithm from the boundary, over the integer weights, none of which is negative.
  init(_ graph: DetectorGraph) {
    var ends: [[(node: Int, edge: Int)]] = Array(repeating: [], count: graph.detectorCount)
    var distances = [UInt64](repeating: .max, count: graph.detectorCount)
    var weights = [Double](repeating: 0, count: graph.detectorCount)
    var ways = [Int](repeating: -1, count: graph.detectorCount)
    var isSettled = [Bool](repeating: false, count: graph.detectorCount)
    var queue = DistanceQueue()
    for (index, edge) in graph.edges.enumerated() {
      if edge.isBoundary {
        let distance = UInt64(graph.integerWeight(ofEdge: index))
        (distances[Int(edge.a)], weights[Int(edge.a)], ways[Int(edge.a)]) = (distance, edge.weight, index)
        queue.insert(.init(distance: distance, node: edge.a))
      } else {
        ends[Int(edge.a)].append((Int(edge.b), index))
        ends[Int(edge.b)].append((Int(edge.a), index))
      }
    }
    while let nearest = queue.removeNearest() {
      let node = Int(nearest.node)
      guard !isSettled[node] else { continue }
      isSettled[node] = true
      for (other, index) in ends[node] where !isSettled[other] {
        let distance = distances[node] + UInt64(graph.integerWeight(ofEdge: index))
        guard distance < distances[other] else { continue }
        distances[other] = distance
        weights[other] = weights[node] + graph.edges[index].weight
        ways[other] = index
        queue.insert(.init(distance: distance, node: UInt32(other)))
      }
    }
    self.distances = distances
    self.weights = weights
    edges = ways
    self.graph = graph
  }

  /// What the way from a detector weighs; nil if its part of the graph has no boundary.
  func weight(from detector: Int) -> Double? { distances[detector] == .max ? nil : weights[detector] }

  /// What the way from a detector that has one flips, ascending.
  func observables(from detector: Int) -> [UInt32] {
    var flipped: [UInt32] = []
    var detector = UInt32(detector)
    while true {
      let index = edges[Int(detector)]
      flipped += graph.observables(ofEdge: index)
      let edge = graph.edges[index]
      if edge.isBoundary { break }
      detector = edge.a == detector ? edge.b : edge.a
    }
    flipped.keepOddMembers()
    return flipped
  }
}
