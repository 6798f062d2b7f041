/// Sets of detectors and observables, as ascending lists without repetitions.
extension [ErrorTarget] {
  /// Takes the symmetric difference with another set: what flips twice does not flip.
  mutating func formSymmetricDifference(_ other: [ErrorTarget]) {
    if other.isEmpty { return }
    if isEmpty {
      self = other
      return
    }
    var merged: [ErrorTarget] = []
    merged.reserveCapacity(count + other.count)
    var (i, j) = (0, 0)
    while i < count, j < other.count {
      if self[i] == other[j] {
        i += 1
        j += 1
      } else if self[i] < other[j] {
        merged.append(self[i])
        i += 1
      } else {
        merged.append(other[j])
        j += 1
      }
    }
    merged += self[i...]
    merged += other[j...]
    self = merged
  }
}
