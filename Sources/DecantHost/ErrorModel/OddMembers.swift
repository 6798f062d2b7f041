extension Array where Element: Comparable {
  /// Sorts, and keeps one of each element that occurs an odd number of times: flipping twice is not flipping.
  mutating func keepOddMembers() {
    guard count > 1 else { return }
    if count == 2, self[0] < self[1] { return }
    sort()
    var kept = 0
    for index in indices {
      if kept > 0, self[kept - 1] == self[index] {
        kept -= 1
      } else {
        self[kept] = self[index]
        kept += 1
      }
    }
    removeLast(count - kept)
  }
}
