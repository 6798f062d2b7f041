/// What each edge of a surface-code memory's matching graph says in labels: data errors and measurement flips with
/// the same detectors and the same observable.
///
/// An edge between two checks of a type is the shortest chain of data errors between them, in the earlier one's
/// round, and flips of the later one's measurements until its own round; the chain of an edge to the boundary ends
/// there, on the side that the edge's observable tells. The first detectors of the type that is not the memory's
/// basis are in round 1: what flips one of them alone is a flipped measurement in round 0.
struct EdgeLabels {
  private let layout: LabelLayout
  /// For each type, data qubits between checks: `checks` stands for the boundary.
  private let links: [[[(check: Int, qubit: Int)]]]
  private let logical: Set<Int>

  init(_ layout: LabelLayout) {
    self.layout = layout
    logical = Set(layout.lattice.logical(layout.basis))
    links = PauliBasis.allCases.map { type in
      var checksOfQubit = Array(repeating: [Int](), count: layout.dataQubits)
      for (index, check) in layout.lattice.checks(type).enumerated() {
        for qubit in check.support { checksOfQubit[qubit].append(index) }
      }
      var links = Array(repeating: [(check: Int, qubit: Int)](), count: layout.checks + 1)
      for (qubit, checks) in checksOfQubit.enumerated() {
        let (a, b) = (checks[0], checks.count == 2 ? checks[1] : layout.checks)
        links[a].append((b, qubit))
        links[b].append((a, qubit))
      }
      return links
    }
  }

  /// The label planes that stand for each edge of a graph made of the memory's circuit; nil if one has none, which
  /// does not happen.
  func planes(of graph: DetectorGraph) -> [[UInt32]]? {
    let places = detectorPlaces()
    var result: [[UInt32]] = []
    for (index, edge) in graph.edges.enumerated() {
      let crosses = !graph.observables(ofEdge: index).isEmpty
      guard let a = places[Int(edge.a)] else { return nil }
      let planes: [Int]?
      if edge.isBoundary {
        planes = boundary(a, crosses: crosses)
      } else {
        guard let b = places[Int(edge.b)], a.type == b.type else { return nil }
        planes = a.round <= b.round ? between(a, b, crosses: crosses) : between(b, a, crosses: crosses)
      }
      guard let planes else { return nil }
      result.append(planes.map { UInt32($0) })
    }
    return result
  }

  private struct Place {
    var type: PauliBasis
    var round: Int
    var check: Int
  }

  /// Nil for the last detectors, which have no edge.
  private func detectorPlaces() -> [Place?] {
    let first = layout.detectors(of: .x, round: 0)
    return layout.detectorPlanes.map { plane in
      guard plane != layout.zero else { return nil }
      let (group, check) = (plane - first).quotientAndRemainder(dividingBy: layout.checks)
      return Place(type: group % 2 == 0 ? .x : .z, round: group / 2, check: check)
    }
  }

  private func boundary(_ a: Place, crosses: Bool) -> [Int]? {
    if a.type != layout.basis, a.round == 1 {
      return crosses ? nil : [layout.flips(of: a.type, round: 0, check: a.check)]
    }
    return chain(a.type, from: a.check, to: layout.checks, crosses: crosses).map { qubits in
      qubits.map { layout.data(detectedBy: a.type, round: a.round, qubit: $0) }
    }
  }

  private func between(_ a: Place, _ b: Place, crosses: Bool) -> [Int]? {
    chain(a.type, from: a.check, to: b.check, crosses: crosses).map { qubits in
      qubits.map { layout.data(detectedBy: a.type, round: a.round, qubit: $0) }
        + (a.round..<b.round).map { layout.flips(of: a.type, round: $0, check: b.check) }
    }
  }

  /// The fewest data qubits that lead from a check to another or to the boundary, and meet the logical operator an
  /// odd number of times or not.
  private func chain(_ type: PauliBasis, from start: Int, to end: Int, crosses: Bool) -> [Int]? {
    let links = links[type == .x ? 0 : 1]
    // A state is a check and whether the way there crosses.
    var cameBy: [Int: (state: Int, qubit: Int)] = [2 * start: (-1, -1)]
    var queue = [2 * start]
    var head = 0
    let goal = 2 * end + (crosses ? 1 : 0)
    while head < queue.count {
      let state = queue[head]
      head += 1
      if state == goal {
        var qubits: [Int] = []
        var at = state
        while let step = cameBy[at], step.state >= 0 {
          qubits.append(step.qubit)
          at = step.state
        }
        return qubits.sorted()
      }
      if state / 2 == layout.checks { continue }
      for (check, qubit) in links[state / 2] {
        let flips = type == layout.basis && logical.contains(qubit)
        let next = 2 * check + (flips ? 1 - state % 2 : state % 2)
        guard cameBy[next] == nil else { continue }
        cameBy[next] = (state, qubit)
        queue.append(next)
      }
    }
    return nil
  }
}
