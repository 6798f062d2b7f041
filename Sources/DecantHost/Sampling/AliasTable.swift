/// Draws one of several things, each with its own probability, in constant time (Walker 1977, Vose 1991).
enum AliasTable {
  /// A place of a table: half a thing, half another.
  struct Place {
    /// Of 2^64: below it the place's own thing is drawn, from it on the other.
    var threshold: UInt64
    var other: UInt32
  }

  /// Makes a table, as many places as things.
  ///
  /// - Parameter weights: what the probabilities are in proportion to; not negative, their sum positive.
  static func places(_ weights: ArraySlice<Double>) -> [Place] {
    let scale = Double(weights.count) / weights.reduce(0, +)
    var shares = weights.map { $0 * scale }
    var places = shares.indices.map { Place(threshold: .max, other: UInt32($0)) }
    var poor = shares.indices.filter { shares[$0] < 1 }
    var rich = shares.indices.filter { shares[$0] >= 1 }
    while let small = poor.popLast(), let large = rich.popLast() {
      places[small] = Place(
        threshold: UInt64(exactly: (shares[small] * 0x1p64).rounded(.down)) ?? .max, other: UInt32(large))
      shares[large] -= 1 - shares[small]
      if shares[large] < 1 { poor.append(large) } else { rich.append(large) }
    }
    return places
  }
}
