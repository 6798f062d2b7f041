/// What each edge, once it is known to be flipped, says about others: they are likelier than they were, where
/// errors flip both.
///
/// The numbers are PyMatching 2.4's: a rule from e to f weighs ln((1 - q) / q) with q = min(1/2, P(e and f) /
/// P(e)). Rules stand in three flat arrays, because a long experiment has millions of them.
public struct EdgeCorrelations: Sendable {
  /// For each edge, where its rules begin; and one more, where the last one's end.
  private let starts: [UInt32]
  /// The edge that a rule is about, by its index in `DetectorGraph.edges`; ascending for each edge.
  public let affected: [UInt32]
  /// The weight that a rule gives, never negative.
  public let weights: [Double]

  /// Most edges have so few that they are sorted where they stand.
  private static let fewRules = 32

  /// The rules of an edge, as indices in `affected` and `weights`.
  public func rules(of edge: Int) -> Range<Int> { Int(starts[edge])..<Int(starts[edge + 1]) }

  /// No rules: edges that are mechanisms of their own say nothing about each other.
  init(edgeCount: Int) {
    starts = Array(repeating: 0, count: edgeCount + 1)
    affected = []
    weights = []
  }

  /// Rules as they stand: for each edge, those about others, ascending by these.
  init(rules: [[(affected: UInt32, weight: Double)]]) {
    var starts: [UInt32] = [0]
    for group in rules { starts.append(starts[starts.count - 1] + UInt32(group.count)) }
    self.starts = starts
    affected = rules.flatMap { $0.map(\.affected) }
    weights = rules.flatMap { $0.map(\.weight) }
  }

  /// - Parameters:
  ///   - joint: of edges by the numbers that they were gathered under. At most 2^31 pairs.
  ///   - places: for each such number, the index of the edge in `edges`.
  init(_ joint: consuming JointProbabilities, places: [UInt32], edges: [DetectorGraph.Edge]) {
    var starts = [UInt32](repeating: 0, count: edges.count + 1)
    for pair in 0..<joint.count {
      starts[Int(places[Int(joint[pair].a)]) + 1] += 1
      starts[Int(places[Int(joint[pair].b)]) + 1] += 1
    }
    for edge in edges.indices { starts[edge + 1] += starts[edge] }

    // The pairs come as errors named them: each goes to the next free place of its edges.
    let count = Int(starts[edges.count])
    var affected = [UInt32](repeating: 0, count: count)
    var weights = [Double](repeating: 0, count: count)
    var next = starts
    var implied = RecentResults()
    for pair in 0..<joint.count {
      var (edge, other) = (places[Int(joint[pair].a)], places[Int(joint[pair].b)])
      for _ in 0..<2 {
        let rule = Int(next[Int(edge)])
        next[Int(edge)] += 1
        affected[rule] = other
        weights[rule] = implied.result(joint[pair].probability, edges[Int(edge)].probability) {
          LogLikelihood.weight(probability: min(0.5, $0 / $1))
        }
        swap(&edge, &other)
      }
    }
    _ = consume joint

    var sorted: [(affected: UInt32, weight: Double)] = []
    for edge in edges.indices {
      let rules = Int(starts[edge])..<Int(starts[edge + 1])
      guard rules.count > Self.fewRules else {
        for rule in rules.dropFirst() {
          let entry = (affected[rule], weights[rule])
          var place = rule
          while place > rules.lowerBound, affected[place - 1] > entry.0 {
            (affected[place], weights[place]) = (affected[place - 1], weights[place - 1])
            place -= 1
          }
          (affected[place], weights[place]) = entry
        }
        continue
      }
      sorted.removeAll(keepingCapacity: true)
      for rule in rules { sorted.append((affected[rule], weights[rule])) }
      sorted.sort { $0.affected < $1.affected }
      for (rule, entry) in zip(rules, sorted) { (affected[rule], weights[rule]) = entry }
    }
    self.starts = starts
    self.affected = affected
    self.weights = weights
  }
}
