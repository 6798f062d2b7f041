import DecantCore

/// The graph of a window of a stream, put together from rounds of a graph that repeats.
///
/// Edges to committed rounds are left out: what they have done is known when the window is decoded. Edges to rounds that are
/// not seen lead to the boundary, the lightest of those at a detector standing for all (L. Skoric et al.,
/// arXiv:2209.08552).
struct WindowGraph {
  let graph: DetectorGraph
  /// For each detector, its round in the window.
  let rounds: [UInt32]
  /// For each detector, whether no error flips it, in whatever window.
  let isIdle: [Bool]
  /// For each detector, one of the whole graph that is like it.
  let originals: [Int]
  /// For each edge, whether it is one of the whole graph: it does not stand for edges that lead out of the window.
  let isOriginal: [Bool]
  /// For each detector, the one at the same place in the next round: the boundary if that is not seen, nil if no edge leads
  /// there.
  let ahead: [UInt32?]
  let kind: WindowKind

  /// Nil if an experiment of so few rounds is not known.
  init?(_ source: RepeatingGraph, _ kind: WindowKind, rounds count: Int) {
    guard source.canHold(isFirst: kind.isFirst, isLast: kind.isLast, rounds: count) else { return nil }
    func origin(_ position: Int) -> Int {
      source.source(at: position, isFirst: kind.isFirst, isLast: kind.isLast, rounds: count)
    }
    let sources = (0..<count).map(origin)
    var starts = [0]
    for round in sources { starts.append(starts[starts.count - 1] + source.size(ofRound: round)) }

    let whole = source.graph
    /// Where a detector of `source`, seen from one of its rounds, is in the window that has this round at `position`.
    func place(_ detector: UInt32, from round: Int, at position: Int) -> UInt32? {
      var there = round
      while Int(detector) >= source.roundStarts[there + 1] { there += 1 }
      while Int(detector) < source.roundStarts[there] { there -= 1 }
      let here = position + there - round
      guard here >= 0, here < count else { return nil }
      return UInt32(starts[here] + Int(detector) - source.roundStarts[there])
    }

    var edges: [UInt64: DetectorGraph.Edge] = [:]
    // For each edge of the window that is one of `source`: that edge, and where its round is.
    var origins: [UInt64: (edge: Int, position: Int)] = [:]
    func add(_ edge: DetectorGraph.Edge, origin: (edge: Int, position: Int)?) {
      if let other = edges[edge.key], other.weight <= edge.weight { return }
      edges[edge.key] = edge
      origins[edge.key] = origin
    }
    for (position, round) in sources.enumerated() {
      for index in source.edges(ofRound: round) {
        var edge = whole.edges[index]
        let upper = edge.isBoundary ? nil : place(edge.b, from: round, at: position)
        let leadsOut = !edge.isBoundary && upper == nil
        if leadsOut, kind.future.number == WindowSide.committed.number { continue }
        edge.a = UInt32(starts[position] + Int(edge.a) - source.roundStarts[round])
        edge.b = upper ?? DetectorGraph.boundary
        add(edge, origin: leadsOut ? nil : (index, position))
      }
    }
    if kind.past.number == WindowSide.open.number {
      for position in -source.edgeReach..<0 {
        let round = origin(position)
        for index in source.edges(ofRound: round) where !whole.edges[index].isBoundary {
          var edge = whole.edges[index]
          guard let upper = place(edge.b, from: round, at: position) else { continue }
          (edge.a, edge.b) = (upper, DetectorGraph.boundary)
          add(edge, origin: nil)
        }
      }
    }
    let keys = edges.keys.sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(keys, UInt32(0)...))
    let rules = whole.correlations.map { correlations in
      keys.map { key -> [(affected: UInt32, weight: Double)] in
        guard let origin = origins[key] else { return [] }
        let round = sources[origin.position]
        return correlations.rules(of: origin.edge).compactMap { rule in
          var other = whole.edges[Int(correlations.affected[rule])]
          guard let a = place(other.a, from: round, at: origin.position) else { return nil }
          if !other.isBoundary {
            guard let b = place(other.b, from: round, at: origin.position) else { return nil }
            other.b = b
          }
          other.a = a
          guard origins[other.key] != nil, let number = numbers[other.key] else { return nil }
          return (number, correlations.weights[rule])
        }.sorted { $0.affected < $1.affected }
      }
    }
    graph = DetectorGraph(
      detectorCount: starts[count], edges: keys.map { edges[$0]! },
      correlations: rules.map { EdgeCorrelations(rules: $0) }, of: whole)
    originals = sources.flatMap { source.roundStarts[$0]..<source.roundStarts[$0 + 1] }
    isIdle = originals.map { source.isIdle[$0] }
    isOriginal = keys.map { origins[$0] != nil }
    var ahead: [UInt32?] = []
    for (position, round) in sources.enumerated() {
      for detector in source.roundStarts[round]..<source.roundStarts[round + 1] {
        guard let next = source.ahead[detector] else {
          ahead.append(nil)
          continue
        }
        let isLost = position == count - 1 && kind.future.number == WindowSide.committed.number
        ahead.append(
          isLost ? nil : place(UInt32(next), from: round, at: position) ?? DetectorGraph.boundary)
      }
    }
    self.ahead = ahead
    self.kind = kind
    rounds = (0..<count).flatMap { Array(repeating: UInt32($0), count: starts[$0 + 1] - starts[$0]) }
  }
}
