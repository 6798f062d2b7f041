/// Mechanisms found so far: what each flips, with `^` between components, and its probability.
///
/// Mechanisms with the same targets are one, that happens when an odd number of them does. The table holds all
/// targets in one array and finds them by hashing, since a circuit has millions of faults and few mechanisms.
struct MechanismTable {
  private var targets: [ErrorTarget] = []
  private var starts: [Int] = [0]
  private(set) var probabilities: [Double] = []
  /// Numbers of mechanisms, -1 where free; a power of two, at most half of them taken.
  private var slots: [Int32] = Array(repeating: -1, count: 1 << 10)

  var count: Int { probabilities.count }

  subscript(index: Int) -> ArraySlice<ErrorTarget> { targets[starts[index]..<starts[index + 1]] }

  /// Adds a mechanism, unless it flips nothing or never happens.
  mutating func add(_ probability: Double, _ key: [ErrorTarget]) {
    guard probability > 0, !key.isEmpty else { return }
    var slot = Self.hash(key) & (slots.count - 1)
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if holds(index, key) {
        probabilities[index] = LogLikelihood.exactlyOne(probabilities[index], probability)
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(count)
    targets += key
    starts.append(targets.count)
    probabilities.append(probability)
    if 2 * count > slots.count { rehash() }
  }

  /// All mechanisms that may happen, ascending by their targets.
  func sorted() -> [Int] {
    targets.withUnsafeBufferPointer { targets in
      probabilities.indices.filter { probabilities[$0] > 0 }.sorted { a, b in
        var (i, j) = (starts[a], starts[b])
        while i < starts[a + 1], j < starts[b + 1] {
          if targets[i] != targets[j] { return targets[i] < targets[j] }
          i += 1
          j += 1
        }
        return j < starts[b + 1]
      }
    }
  }

  private func holds(_ index: Int, _ key: [ErrorTarget]) -> Bool {
    let start = starts[index]
    guard starts[index + 1] - start == key.count else { return false }
    for offset in key.indices where targets[start + offset] != key[offset] { return false }
    return true
  }

  private mutating func rehash() {
    slots = Array(repeating: -1, count: 2 * slots.count)
    for index in probabilities.indices {
      var slot = Self.hash(self[index]) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }

  private static func hash(_ key: some Sequence<ErrorTarget>) -> Int {
    var hash: UInt64 = 0
    for target in key {
      hash = (hash ^ UInt64(target.code)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF_FFFF_FFFF)
  }
}
