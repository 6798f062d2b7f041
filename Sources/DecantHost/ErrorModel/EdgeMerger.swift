/// Gathers mechanisms into edges: those with the same detectors become one edge.
///
/// Floating-point merging depends on its order, so each edge takes in its mechanisms in the order they come.
struct EdgeMerger {
  private struct Mechanisms {
    var weight: Double
    var probability: Double
    var observableSet: UInt32
  }
  /// Ends of edges as they first came, and what goes into each.
  private var ends = NumberedPairs()
  private var mechanisms: [Mechanisms] = []
  private var merged = RecentResults()

  init(capacity: Int = 0) {
    ends.reserveCapacity(capacity)
    mechanisms.reserveCapacity(capacity)
  }

  /// Adds a mechanism with the detectors of `edge`.
  ///
  /// - Returns: the number of the edge that it became or was merged with, counted in the order in which edges
  ///   first came; and false if that edge had other observables, which it keeps.
  mutating func add(_ edge: DetectorGraph.Edge) -> (number: Int, agrees: Bool) {
    let (number, isNew) = ends.number(of: edge.a, edge.b)
    guard !isNew else {
      mechanisms.append(
        Mechanisms(weight: edge.weight, probability: edge.probability, observableSet: edge.observableSet))
      return (number, true)
    }
    var all = mechanisms[number]
    all.weight = merged.result(all.weight, edge.weight) { LogLikelihood.exactlyOne(weights: $0, $1) }
    all.probability = LogLikelihood.exactlyOne(all.probability, edge.probability)
    mechanisms[number] = all
    return (number, all.observableSet == edge.observableSet)
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
      let all = mechanisms[number]
      edges.append(
        DetectorGraph.Edge(
          a: ends[number].first, b: ends[number].second, observableSet: all.observableSet, weight: all.weight,
          probability: all.probability))
    }
    return (edges, places)
  }
}
