/// The graph of an experiment whose rounds repeat, as a source of windows of any number of rounds.
///
/// Rounds are told from the last coordinate of the detectors. Some rounds at the beginning and at the end have edges of
/// their own; all in between must be alike.
struct RepeatingGraph {
  let graph: DetectorGraph
  /// The first detector of each round, and one more.
  let roundStarts: [Int]
  /// How many rounds at the beginning, and how many at the end, are not like those in between.
  let head: Int
  let tail: Int
  /// How many rounds edges reach over: 1 or 2.
  let edgeReach: Int
  /// For each detector, whether it has no edges: it never fires.
  let isIdle: [Bool]
  /// For each detector, the one at the same place in the next round, if an edge leads there.
  let ahead: [Int?]

  /// For each round, its first edge, and one more: edges belong to the round of their lower detector.
  private let edgeStarts: [Int]

  /// Why a graph is not one of rounds that repeat. Rounds are numbered from 0.
  enum Flaw: Error, Equatable, Sendable, CustomStringConvertible {
    case noCoordinates(detector: Int)
    case notInRounds(detector: Int)
    case tooFewRounds(Int)
    case notRepeating(round: Int, middle: Int)
    case sizes(round: Int, detectors: Int, usual: Int)
    case reach(a: UInt32, b: UInt32, rounds: Int)
    case negativeEdge(UInt32)
    case noWayOut(detector: Int, round: Int)
    case longEnds(head: Int, tail: Int, most: Int)

    var description: String {
      switch self {
      case .noCoordinates(let detector):
        "a stream needs to know the rounds of detectors, and D\(detector) has no coordinates; "
          + "declare the round as its last coordinate"
      case .notInRounds(let detector):
        "the rounds of a stream follow each other, but D\(detector) belongs to an earlier round than a detector before it"
      case .tooFewRounds(let rounds):
        "\(rounds) rounds are too few to see what repeats; give a model of twelve rounds or more"
      case .notRepeating(let round, let middle):
        "rounds of a stream repeat, but round \(round) has other edges, weights or correlations than round \(middle); "
          + "if it still belongs to the beginning or the end, give a model of more rounds"
      case .sizes(let round, let detectors, let usual):
        "round \(round) has \(detectors) detectors and others have \(usual); only the first and the last of a "
          + "stream may differ"
      case .reach(let a, let b, let rounds):
        "the edge between D\(a) and D\(b) reaches over \(rounds) rounds; in a stream it is at most 2"
      case .negativeEdge(let detector):
        "an edge at D\(detector) is likelier to flip than not, which a stream does not know"
      case .noWayOut(let detector, let round):
        "detector \(detector) of round \(round) has no way to the boundary inside its round, which a stream needs"
      case .longEnds(let head, let tail, let most):
        "\(head) rounds at the beginning and \(tail) at the end are unlike those in between; of these, a stream has at "
          + "most \(most)"
      }
    }
  }

  init(_ model: DetectorErrorModel, _ graph: DetectorGraph) throws(Flaw) {
    self.graph = graph
    roundStarts = try Self.roundStarts(model)
    let rounds = roundStarts.count - 1
    guard rounds >= 12 else { throw .tooFewRounds(rounds) }
    let edges = Set(graph.edges.lazy.filter { !$0.isBoundary }.map(\.key))
    ahead = Self.ahead(model, roundStarts).enumerated().map { detector, next in
      next.flatMap { edges.contains(UInt64(detector) << 32 | UInt64($0 + 1)) ? $0 : nil }
    }
    let roundStarts = roundStarts
    var starts = [0]
    for round in 0..<rounds {
      var end = starts[round]
      while end < graph.edges.count, Int(graph.edges[end].a) < roundStarts[round + 1] { end += 1 }
      starts.append(end)
    }
    edgeStarts = starts
    let rounded = Self.rounds(roundStarts)
    var reach = 1
    var isIdle = [Bool](repeating: true, count: graph.detectorCount)
    for edge in graph.edges {
      isIdle[Int(edge.a)] = false
      if !edge.isBoundary { isIdle[Int(edge.b)] = false }
      if edge.weight < 0 { throw .negativeEdge(edge.a) }
      guard !edge.isBoundary else { continue }
      let distance = rounded[Int(edge.b)] - rounded[Int(edge.a)]
      guard distance <= 2 else { throw .reach(a: edge.a, b: edge.b, rounds: distance) }
      reach = max(reach, distance)
    }
    edgeReach = reach
    self.isIdle = isIdle

    let middle = rounds / 2
    let signatures = (0..<rounds).map {
      Self.signature(of: $0, graph, edgeStarts: starts, roundStarts: roundStarts, rounded: rounded)
    }
    var head = middle
    while head > 0, Self.areAlike(signatures[head - 1], signatures[middle]) { head -= 1 }
    var last = middle
    while last < rounds - 1, Self.areAlike(signatures[last + 1], signatures[middle]) { last += 1 }
    guard middle - head >= 3 else { throw .notRepeating(round: head - 1, middle: middle) }
    guard last - middle >= 3 else { throw .notRepeating(round: last + 1, middle: middle) }
    (self.head, tail) = (max(head, 1), max(rounds - 1 - last, 1))
    let usual = roundStarts[middle + 1] - roundStarts[middle]
    for round in 1..<rounds - 1 where roundStarts[round + 1] - roundStarts[round] != usual {
      throw .sizes(round: round, detectors: roundStarts[round + 1] - roundStarts[round], usual: usual)
    }
  }

  var rounds: Int { roundStarts.count - 1 }
  /// A round like all those in the middle.
  var middle: Int { rounds / 2 }

  /// Detectors of a round.
  func size(ofRound round: Int) -> Int { roundStarts[round + 1] - roundStarts[round] }

  var firstDetectors: Int { size(ofRound: 0) }
  var roundDetectors: Int { size(ofRound: middle) }
  var lastDetectors: Int { size(ofRound: rounds - 1) }

  /// Whether so few rounds make an experiment whose beginning and end do not overlap.
  func canHold(isFirst: Bool, isLast: Bool, rounds count: Int) -> Bool {
    !isFirst || !isLast || count >= head + tail
  }

  /// The round of this graph that a round of a window is like, or one before it.
  func source(at position: Int, isFirst: Bool, isLast: Bool, rounds count: Int) -> Int {
    if isFirst, position < head { return position }
    if isLast, count - position <= tail { return rounds - (count - position) }
    return middle
  }

  /// Edges of a round, by their lower ends.
  func edges(ofRound round: Int) -> Range<Int> { edgeStarts[round]..<edgeStarts[round + 1] }

  private static func roundStarts(_ model: DetectorErrorModel) throws(Flaw) -> [Int] {
    let coordinates = model.detectorCoordinates()
    var starts: [Int] = []
    var time = -Double.infinity
    for detector in 0..<coordinates.detectorCount {
      guard let here = coordinates[detector].last else { throw .noCoordinates(detector: detector) }
      guard here >= time else { throw .notInRounds(detector: detector) }
      if here > time { starts.append(detector) }
      time = here
    }
    return starts + [coordinates.detectorCount]
  }

  private static func ahead(_ model: DetectorErrorModel, _ starts: [Int]) -> [Int?] {
    let coordinates = model.detectorCoordinates()
    var ahead = [Int?](repeating: nil, count: coordinates.detectorCount)
    for round in 0..<starts.count - 2 {
      var places: [[Double]: Int] = [:]
      for detector in starts[round + 1]..<starts[round + 2] {
        places[Array(coordinates[detector].dropLast())] = detector
      }
      for detector in starts[round]..<starts[round + 1] {
        ahead[detector] = places[Array(coordinates[detector].dropLast())]
      }
    }
    return ahead
  }

  /// For each detector, its round.
  private static func rounds(_ starts: [Int]) -> [Int] {
    (0..<starts.count - 1).flatMap { Array(repeating: $0, count: starts[$0 + 1] - starts[$0]) }
  }
}

/// What rounds are compared by.
extension RepeatingGraph {
  /// An end of an edge, seen from its round: the number of rounds to there and the place in that round.
  private struct End: Equatable {
    var rounds: Int
    var place: Int
  }

  private struct EdgeSignature {
    var ends: [End]
    var observableSet: UInt32
    var weight: Int32
    var rules: [(ends: [End], weight: Int32)]
  }

  private static func signature(
    of round: Int, _ graph: DetectorGraph, edgeStarts: [Int], roundStarts: [Int], rounded: [Int]
  ) -> [EdgeSignature] {
    func ends(_ edge: DetectorGraph.Edge) -> [End] {
      (edge.isBoundary ? [edge.a] : [edge.a, edge.b]).map { detector in
        let there = rounded[Int(detector)]
        return End(rounds: there - round, place: Int(detector) - roundStarts[there])
      }
    }
    return (edgeStarts[round]..<edgeStarts[round + 1]).map { index in
      let rules = graph.correlations.map { correlations in
        correlations.rules(of: index).map { rule in
          (
            ends: ends(graph.edges[Int(correlations.affected[rule])]),
            weight: graph.weightScale.integerWeight(correlations.weights[rule])
          )
        }
      }
      return EdgeSignature(
        ends: ends(graph.edges[index]), observableSet: graph.edges[index].observableSet,
        weight: graph.integerWeight(ofEdge: index), rules: rules ?? [])
    }
  }

  /// Whether rounds have the same edges, with weights that differ by no more than sums in another order may.
  private static func areAlike(_ a: [EdgeSignature], _ b: [EdgeSignature]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { a, b in
        a.ends == b.ends && a.observableSet == b.observableSet && (a.weight - b.weight).magnitude <= 2
          && a.rules.count == b.rules.count
          && zip(a.rules, b.rules).allSatisfy { $0.ends == $1.ends && ($0.weight - $1.weight).magnitude <= 2 }
      }
  }
}
