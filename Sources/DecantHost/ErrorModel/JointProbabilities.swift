/// For two edges, the probability that errors flip both.
///
/// Kept for pairs alone: the probability of one edge is already with the edge. A pair's errors are taken in
/// as they come, as floating-point sums depend on their order.
struct JointProbabilities {
  /// Of edges, the lower one first.
  private var pairs = NumberedPairs()
  private var probabilities: [Double] = []

  mutating func reserveCapacity(_ capacity: Int) {
    pairs.reserveCapacity(capacity)
    probabilities.reserveCapacity(capacity)
  }

  /// Adds an error that flips all of these edges, each two of which become a pair.
  ///
  /// - Parameter edges: ascending, without repetitions.
  mutating func add(_ edges: [UInt32], probability: Double) {
    for index in edges.indices {
      for other in index + 1..<edges.count {
        let pair = pairs.number(of: edges[index], edges[other])
        if pair.isNew { probabilities.append(0) }
        probabilities[pair.number] = LogLikelihood.exactlyOne(probabilities[pair.number], probability)
      }
    }
  }

  /// Frees what only adding needs.
  mutating func finish() { pairs.finish() }

  var count: Int { pairs.count }

  /// One pair after another, in the order in which they first came.
  ///
  /// - Parameter number: below `count`.
  subscript(number: Int) -> (a: UInt32, b: UInt32, probability: Double) {
    let pair = pairs[number]
    return (pair.first, pair.second, probabilities[number])
  }
}
