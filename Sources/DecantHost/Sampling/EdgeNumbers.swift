/// Finds the edges of a graph that an error of its model flips.
struct EdgeNumbers {
  private var numbers: [UInt64: UInt32] = [:]

  init(_ graph: DetectorGraph) {
    numbers.reserveCapacity(graph.edges.count)
    for (index, edge) in graph.edges.enumerated() { numbers[edge.key] = UInt32(index) }
  }

  /// The edges that the components of an error are, in their order. A component that flips no detector is none.
  ///
  /// - Throws: `ErrorModelError` for a component that is no edge.
  func edges(
    of error: DetectorErrorModel.Mechanism, source: String
  ) throws(ErrorModelError) -> [UInt32] {
    var found: [UInt32] = []
    for component in error.targets.split(whereSeparator: { $0.isSeparator }) {
      let detectors = component.compactMap(\.detector).map { UInt32(UInt64($0) + error.detectorShift) }
        .oddMembers
      guard !detectors.isEmpty else { continue }
      let b = detectors.count == 1 ? DetectorGraph.boundary : detectors[1]
      guard detectors.count <= 2, let edge = self[detectors[0], b] else {
        throw ErrorModelError(
          source: source, line: error.line,
          problem: detectors.prefix(6).map { "D\($0)" }.joined(separator: " ")
            + " flip together, but are no edge; sample without edges, or decompose the model's errors")
      }
      found.append(edge)
    }
    return found
  }

  /// The edge between two detectors, the lesser first, or one and the boundary.
  subscript(a: UInt32, b: UInt32) -> UInt32? { numbers[UInt64(a) << 32 | UInt64(b &+ 1)] }
}
