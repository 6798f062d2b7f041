/// Gathers mechanisms into edges: those with the same detectors become one edge.
///
/// Floating-point merging depends on its order, so each edge takes in its mechanisms in the order they come.
struct EdgeMerger {
  /// Ends of edges as they first came, and below what else these have.
  private var ends = NumberedPairs()
  private var weights: [Double] = []
  private var probabilities: [Double] = []
  private var observableSets: [UInt32] = []
  private var merged = RecentResults()

  init(capacity: Int = 0) {
    ends.reserveCapacity(capacity)
    weights.reserveCapacity(capacity)
    probabilities.reserveCapacity(capacity)
    observableSets.reserveCapacity(capacity)
  }

  /// Adds a mechanism with the detectors of `edge`.
  ///
  /// - Returns: the number of the edge that it became or was merged with, counted in the order in which edges
  ///   first came; and false if that edge had other observables, which it keeps.
  mutating func add(_ edge: DetectorGraph.Edge) -> (number: Int, agrees: Bool) {
    let (number, isNew) = ends.number(of: edge.a, edge.b)
    if isNew {
      weights.append(edge.weight)
      probabilities.append(edge.probability)
      observableSets.append(edge.observableSet)
      return (number, true)
    }
    weights[number] = merged.result(weights[number], edge.weight) {
      LogLikelihood.exactlyOne(weights: $0, $1)
    }
    probabilities[number] = LogLikelihood.exactlyOne(probabilities[number], edge.probability)
    return (number, observableSets[number] == edge.observableSet)
  }

  /// The edges in ascending order of (a, b), the boundary first; and for each by its number, its place among them.
  consuming func sorted() -> (edges: [DetectorGraph.Edge], places: [UInt32]) {
    ends.finish()
    // The boundary before detector 0.
    let keys = (0..<ends.count).map { UInt64(ends[$0].first) << 32 | UInt64(ends[$0].second &+ 1) }
    var order = (0..<UInt32(keys.count)).map { $0 }
    keys.withUnsafeBufferPointer { keys in order.sort { keys[Int($0)] < keys[Int($1)] } }
    var places = [UInt32](repeating: 0, count: keys.count)
    var edges: [DetectorGraph.Edge] = []
    edges.reserveCapacity(keys.count)
    for (place, number) in order.enumerated() {
      let number = Int(number)
      places[number] = UInt32(place)
      edges.append(
        DetectorGraph.Edge(
          a: ends[number].first, b: ends[number].second, observableSet: observableSets[number],
          weight: weights[number], probability: probabilities[number]))
    }
    return (edges, places)
  }
}
