import DecantCore

/// The graph of one strip of a patch.
///
/// In the first layer, edges that lead out of what the strip sees lead to the boundary, the lightest of those at a detector
/// standing for all, as in windows (L. Skoric et al., arXiv:2209.08552). In the second they are left out: neighbours have
/// decided them. Where that leaves detectors without a boundary, an odd number of them may still fire, because a
/// neighbour has matched the wrong way around; so edges are added that stand for ways through the neighbours.
struct StripGraph {
  let graph: DetectorGraph
  /// For each detector, its number in the whole graph; ascending.
  let originals: [Int]
  let isCommitted: [Bool]
  /// Detectors on the seam with the strip before, and with the one behind, ascending.
  let before: [UInt32]
  let after: [UInt32]

  /// - Parameters:
  ///   - whole: without negative weights.
  ///   - scale: what all strips of the patch share.
  /// - Throws: `StripCompiler.Failure` if some part of the patch that is cut has no boundary.
  init(_ whole: DetectorGraph, _ plan: StripPlan, _ index: Int, _ ways: WaysOut, _ scale: WeightScale) throws
  {
    let strip = plan.strips[index]
    let originals = (0..<whole.detectorCount).filter { strip.seen.contains(plan.columns[$0]) }
    var places = [UInt32?](repeating: nil, count: whole.detectorCount)
    for (place, original) in originals.enumerated() { places[original] = UInt32(place) }
    let isCommitted = originals.map { strip.committed.contains(plan.columns[$0]) }

    var edges: [UInt64: (edge: DetectorGraph.Edge, origin: Int?)] = [:]
    func add(_ edge: DetectorGraph.Edge, origin: Int?) {
      if let other = edges[edge.key], other.edge.weight <= edge.weight { return }
      edges[edge.key] = (edge, origin)
    }
    // Detectors here, each with an edge out of the strip, by their numbers here.
    var leading: [(detector: UInt32, edge: Int, other: Int)] = []
    for (number, whole) in whole.edges.enumerated() {
      var edge = whole
      let a = places[Int(whole.a)]
      let b = whole.isBoundary ? nil : places[Int(whole.b)]
      switch (a, b) {
      case (let a?, let b?):
        (edge.a, edge.b) = (a, b)
        add(edge, origin: number)
      case (let a?, nil) where whole.isBoundary:
        edge.a = a
        add(edge, origin: number)
      case (let here?, nil), (nil, let here?):
        leading.append((here, number, Int(a == nil ? whole.a : whole.b)))
        if !strip.isSecond {
          (edge.a, edge.b) = (here, DetectorGraph.boundary)
          add(edge, origin: nil)
        }
      case (nil, nil): break
      }
    }

    var sets = whole.observableSets
    if strip.isSecond {
      let inside = DetectorGraph(
        detectorCount: originals.count, edges: edges.values.map(\.edge), correlations: nil, of: whole)
      let components = GraphComponents(inside)
      for (here, number, other) in leading
      where components.closedComponents[Int(here)] != ImageLayout.none {
        guard let rest = ways.weight(from: other) else {
          throw StripCompiler.Failure(
            description:
              "detector D\(originals[Int(here)]) is in a part of the graph that has no boundary, which "
              + "cannot be cut into strips")
        }
        var observables = ways.observables(from: other) + whole.observables(ofEdge: number)
        observables.keepOddMembers()
        let weight = whole.edges[number].weight + rest
        add(
          DetectorGraph.Edge(
            a: here, b: DetectorGraph.boundary, observableSet: sets.number(of: observables), weight: weight,
            probability: LogLikelihood.probability(weight: weight)),
          origin: nil)
      }
    }

    let keys = edges.keys.sorted()
    var numbers = [UInt32?](repeating: nil, count: whole.edges.count)
    for (number, key) in keys.enumerated() {
      if let origin = edges[key]!.origin { numbers[origin] = UInt32(number) }
    }
    let rules = whole.correlations.map { correlations in
      keys.map { key -> [(affected: UInt32, weight: Double)] in
        guard let origin = edges[key]!.origin else { return [] }
        return correlations.rules(of: origin).compactMap { rule in
          numbers[Int(correlations.affected[rule])].map { ($0, correlations.weights[rule]) }
        }
      }
    }
    graph = DetectorGraph(
      detectorCount: originals.count, edges: keys.map { edges[$0]!.edge },
      correlations: rules.map { EdgeCorrelations(rules: $0) }, observableSets: sets, weightScale: scale,
      of: whole)
    self.originals = originals
    self.isCommitted = isCommitted

    // Of the second layer, what has an edge to a neighbour; of the first, what a neighbour decides and has an edge to what
    // is committed.
    var before: Set<UInt32> = []
    var after: Set<UInt32> = []
    func note(_ detector: UInt32, isBeside beyond: Int) {
      if plan.columns[beyond] < strip.committed.lowerBound {
        before.insert(detector)
      } else {
        after.insert(detector)
      }
    }
    if strip.isSecond {
      for (here, _, other) in leading { note(here, isBeside: other) }
    } else {
      for edge in graph.edges
      where !edge.isBoundary && isCommitted[Int(edge.a)] != isCommitted[Int(edge.b)] {
        let beyond = isCommitted[Int(edge.a)] ? edge.b : edge.a
        note(beyond, isBeside: originals[Int(beyond)])
      }
    }
    self.before = before.sorted()
    self.after = after.sorted()
  }
}
