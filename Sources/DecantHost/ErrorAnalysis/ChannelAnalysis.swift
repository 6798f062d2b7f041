/// One noise channel taken apart: each of its Paulis becomes a mechanism, decomposed into others of the same
/// channel that flip two detectors at most, where there are any.
///
/// The symptoms that the channel's Paulis can flip are few, so that a set of them is a word of bits; the
/// highest bits stand for observables, as those sort last. Decomposition follows Stim's rules, found by
/// reading and trying: errors of one detector first, then one error of two detectors that these cannot make,
/// then two of them. Observables do not matter to it.
struct ChannelAnalysis {
  /// What the channel's Paulis can flip, ascending.
  private var symptoms: [ErrorTarget] = []
  /// For each product of the basis errors, what it flips, as bits of `symptoms`.
  private var flips: [UInt64] = []
  private var detectorBits: UInt64 = 0
  private var single: UInt64 = 0
  /// Errors of two detectors that errors of one cannot make, by their numbers.
  private var pairs: [Int] = []
  private var key: [ErrorTarget] = []

  /// Adds the channel's mechanisms.
  ///
  /// - Parameters:
  ///   - basis: the symptoms of its basis errors, 2 or 4; product number k is of those at the bits of k.
  ///   - probabilities: of each product; the first, of none, is ignored.
  ///   - exclusive: whether at most one product happens, so that those which flip the same are summed where
  ///     that is so because a product flips nothing.
  /// - Returns: false if the channel can flip more symptoms than 64.
  mutating func add(
    basis: [[ErrorTarget]], probabilities: [Double], exclusive: Bool, to table: inout MechanismTable
  ) -> Bool {
    var probabilities = probabilities
    guard gather(basis) else { return false }
    if exclusive { sumIndistinguishable(&probabilities) }
    for product in 1..<flips.count where probabilities[product] > 0 && flips[product] != 0 {
      key.removeAll(keepingCapacity: true)
      decompose(product)
      table.add(probabilities[product], key)
    }
    return true
  }

  private mutating func gather(_ basis: [[ErrorTarget]]) -> Bool {
    symptoms.removeAll(keepingCapacity: true)
    for error in basis { symptoms += error }
    symptoms.sort()
    var kept = 0
    for index in symptoms.indices where index == 0 || symptoms[index] != symptoms[index - 1] {
      symptoms[kept] = symptoms[index]
      kept += 1
    }
    symptoms.removeLast(symptoms.count - kept)
    guard kept <= 64 else { return false }
    detectorBits = 0
    for (bit, symptom) in symptoms.enumerated() where symptom.detector != nil { detectorBits |= 1 << bit }

    flips.removeAll(keepingCapacity: true)
    flips.append(0)
    for error in basis {
      var bits: UInt64 = 0
      for symptom in error { bits |= 1 << UInt64(symptoms.firstIndex(of: symptom)!) }
      for product in 0..<flips.count { flips.append(flips[product] ^ bits) }
    }
    single = 0
    pairs.removeAll(keepingCapacity: true)
    for flip in flips where detectorCount(flip) == 1 { single |= flip & detectorBits }
    for (product, flip) in flips.enumerated()
    where detectorCount(flip) == 2 && flip & detectorBits & ~single != 0 {
      pairs.append(product)
    }
    return true
  }

  private func detectorCount(_ flip: UInt64) -> Int { (flip & detectorBits).nonzeroBitCount }

  /// Where a product flips nothing, products that differ by it are one.
  private func sumIndistinguishable(_ probabilities: inout [Double]) {
    for invisible in 1..<flips.count where flips[invisible] == 0 {
      for product in 0..<flips.count where product ^ invisible > product {
        probabilities[product] += probabilities[product ^ invisible]
        probabilities[product ^ invisible] = 0
      }
    }
  }

  /// Appends the components of a product to `key`.
  private mutating func decompose(_ product: Int) {
    let flip = flips[product]
    let goal = flip & detectorBits
    let irreducible = goal & ~single != 0
    guard goal.nonzeroBitCount > 1, goal.nonzeroBitCount != 2 || !irreducible else {
      return appendComponent(flip)
    }
    var rest = goal
    if irreducible {
      guard let parts = pairs(for: goal) else { return appendComponent(flip) }
      for part in parts {
        appendComponent(flips[part])
        rest &= ~flips[part]
      }
    }
    for flip in flips where rest != 0 && detectorCount(flip) == 1 && flip & detectorBits & ~rest == 0 {
      rest &= ~flip
      appendComponent(flip)
    }
  }

  /// One or two irreducible pairs within the goal that leave only what errors of one detector make.
  private func pairs(for goal: UInt64) -> [Int]? {
    for pair in pairs {
      let bits = flips[pair] & detectorBits
      if bits & ~goal == 0, goal & ~(single | bits) == 0 { return [pair] }
    }
    for (index, first) in pairs.enumerated() {
      let firstBits = flips[first] & detectorBits
      for second in pairs[(index + 1)...] {
        let secondBits = flips[second] & detectorBits
        guard firstBits & secondBits == 0, (firstBits | secondBits) & ~goal == 0,
          goal & ~(single | firstBits | secondBits) == 0
        else { continue }
        return precedes(flips[second], flips[first]) ? [second, first] : [first, second]
      }
    }
    return nil
  }

  /// Whether one set comes before another when both are written as ascending lists.
  private func precedes(_ a: UInt64, _ b: UInt64) -> Bool {
    let difference = a ^ b
    guard difference != 0 else { return false }
    let lowest = difference & (~difference &+ 1)
    let higher = ~(lowest | (lowest - 1))
    return a & lowest != 0 ? b & higher != 0 : a & higher == 0
  }

  private mutating func appendComponent(_ flip: UInt64) {
    if !key.isEmpty { key.append(.separator) }
    var bits = flip
    while bits != 0 {
      key.append(symptoms[bits.trailingZeroBitCount])
      bits &= bits - 1
    }
  }
}
