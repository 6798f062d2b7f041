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
  /// - Returns: false if it met an edge with other observables. That edge keeps its own.
  mutating func add(_ edge: DetectorGraph.Edge) -> Bool {
    let new = edges.count
    let index = indices[edge.key, default: new]
    if index == new {
      indices[edge.key] = new
      edges.append(edge)
      return true
    }
    edges[index].weight = LogLikelihood.exactlyOne(weights: edges[index].weight, edge.weight)
    edges[index].probability = LogLikelihood.exactlyOne(edges[index].probability, edge.probability)
    return edges[index].observableSet == edge.observableSet
  }

  /// The edges in ascending order of (a, b), the boundary first.
  consuming func sortedEdges() -> [DetectorGraph.Edge] {
    indices = [:]
    edges.sort { $0.key < $1.key }
    return edges
  }
}
