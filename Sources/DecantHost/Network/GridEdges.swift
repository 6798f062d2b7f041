/// The edges that a surface-code memory's errors are in its matching graph, told in a grid network's output.
///
/// An edge joins two detectors of a type, or one and the boundary, and stands for a chain of data errors and flipped
/// measurements (`EdgeLabels`): where that chain happened and nothing else near it, a trained network has high logits on
/// all of it. Which edges there are is a matter of the circuit, not of how noisy it is.
struct GridEdges: Sendable {
  struct Edge: Sendable {
    /// Detectors; nil in place of the second for the boundary.
    let a: Int
    let b: Int?
    /// Whether it flips the observable.
    let crosses: Bool
    /// Its chain, among the 4TD² decisions of shape (4, T, D, D).
    let chain: [Int]
  }

  /// Ascending by (a, b), the boundary first.
  let edges: [Edge]

  /// - Throws: `ErrorModelError` where the circuit makes no graph, which does not happen.
  init(_ geometry: GridGeometry) throws {
    let memory = try SurfaceCodeMemory(
      distance: geometry.distance, rounds: geometry.rounds, basis: geometry.basis,
      orientation: geometry.lattice.orientation, noise: .parameters(NoiseParameters(.uniform, p: 0.001)))
    let layout = LabelLayout(memory)
    let graph = try DetectorGraph(
      DetectorErrorModel(memory.circuit(), source: "surface code"), options: .init())
    guard let chains = EdgeLabels(layout).planes(of: graph) else {
      throw ErrorModelError(
        source: "surface code", line: nil,
        problem: "an edge has no data errors and measurement flips; please report it")
    }
    var decisions = Array(repeating: -1, count: layout.planeCount)
    for (decision, plane) in layout.targetPlanes.enumerated() { decisions[plane] = decision }
    edges = graph.edges.indices.map { index in
      let edge = graph.edges[index]
      return Edge(
        a: Int(edge.a), b: edge.isBoundary ? nil : Int(edge.b),
        crosses: !graph.observables(ofEdge: index).isEmpty, chain: chains[index].map { decisions[Int($0)] })
    }
  }
}
