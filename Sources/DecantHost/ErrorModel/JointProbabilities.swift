/// For two edges, the probability that errors flip both.
///
/// Kept for pairs alone: the probability of one edge is already with the edge. A pair's errors are taken in
/// as they come, as floating-point sums depend on their order.
struct JointProbabilities {
  /// From two edges, the lower in the high half.
  private var pairs: [UInt64: Double] = [:]

  /// Pairs that occur.
  var count: Int { pairs.count }

  /// Adds an error that flips all of these edges, each two of which become a pair.
  ///
  /// - Parameter edges: ascending, without repetitions.
  mutating func add(_ edges: [UInt32], probability: Double) {
    for (index, edge) in edges.enumerated() {
      for other in edges[(index + 1)...] {
        let key = UInt64(edge) << 32 | UInt64(other)
        pairs[key] = LogLikelihood.exactlyOne(pairs[key, default: 0], probability)
      }
    }
  }

  /// Visits each pair once, in no order.
  func visitPairs(_ visit: (_ a: UInt32, _ b: UInt32, _ probability: Double) -> Void) {
    for (key, probability) in pairs {
      visit(UInt32(key >> 32), UInt32(truncatingIfNeeded: key), probability)
    }
  }
}
