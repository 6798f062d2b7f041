/// What a function of two numbers gave lately.
///
/// Most models have a few dozen probabilities, and merging mechanisms asks for the same few logarithms millions of times.
/// Looking one up takes a tenth of the time of working it out; where all differ, the look is lost in that.
struct RecentResults {
  private struct Entry {
    var a = UInt64.max
    var b = UInt64.max
    /// Of two numbers that are none.
    var result = Double.nan
  }

  /// Each at the place that its numbers hash to, where the latest counts.
  private var entries = Array(repeating: Entry(), count: 1 << 11)

  /// What the function gives for two numbers, neither of which is a NaN.
  ///
  /// - Parameter function: always the same one.
  @inline(__always)
  mutating func result(_ a: Double, _ b: Double, _ function: (Double, Double) -> Double) -> Double {
    let (a, b) = (a.bitPattern, b.bitPattern)
    let mixed = (a ^ (b << 21 | b >> 43)) &* 0x9E37_79B9_7F4A_7C15
    let place = Int(truncatingIfNeeded: mixed >> 53)
    if entries[place].a == a, entries[place].b == b { return entries[place].result }
    let result = function(Double(bitPattern: a), Double(bitPattern: b))
    entries[place] = Entry(a: a, b: b, result: result)
    return result
  }
}
