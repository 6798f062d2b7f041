/// Gathers mechanisms into edges: those with the same detectors become one edge.
///
/// Floating-point merging depends on its order, so each edge takes in its mechanisms in the order they come.
struct EdgeMerger {
  private var edges: [DetectorGraph.Edge] = []
  /// From `Edge.key` to the index in `edges`.
  private var indices: [UInt64: Int] = [:]

  init(capacity: Int = 0) {
    edges.reserveCapacity(capacity)
    indices.reserveCapacity(capacity)
  }

  /// Adds a mechanism with the detectors of `edge`.
  ///
  /// - Returns: the number of the edge that it became or was merged with, counted in the order in which edges
  ///   first came; and false if that edge had other observables, which it keeps.
  mutating func add(_ edge: DetectorGraph.Edge) -> (number: Int, agrees: Bool) {
    let new = edges.count
    let index = indices[edge.key, default: new]
    if index == new {
      indices[edge.key] = new
      edges.append(edge)
      return (new, true)
    }
    edges[index].weight = LogLikelihood.exactlyOne(weights: edges[index].weight, edge.weight)
    edges[index].probability = LogLikelihood.exactlyOne(edges[index].probability, edge.probability)
    return (index, edges[index].observableSet == edge.observableSet)
  }

  /// For each edge by its number, its place among the sorted edges.
  func places() -> [UInt32] {
    var places = [UInt32](repeating: 0, count: edges.count)
    let order = edges.indices.sorted { edges[$0].key < edges[$1].key }
    for (place, number) in order.enumerated() { places[number] = UInt32(place) }
    return places
  }

  /// The edges in ascending order of (a, b), the boundary first.
  consuming func sortedEdges() -> [DetectorGraph.Edge] {
    indices = [:]
    edges.sort { $0.key < $1.key }
    return edges
  }
}
