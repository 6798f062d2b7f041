/// Decimal numbers that were read lately, by their spelling.
///
/// A model spells the same few dozen probabilities millions of times, with more digits than a quick conversion takes.
struct RecentDecimals {
  private struct Entry {
    var spelling = Spelling(count: 0, words: SIMD4())
    var value = 0.0
  }
  fileprivate struct Spelling: Equatable {
    var count: Int
    /// Bytes from the start, and to the end: all of them twice at most.
    var words: SIMD4<UInt64>

    var place: Int {
      let mixed = (words[0] ^ words[1] &* 3 ^ words[2] &* 5 ^ words[3]) &* 0x9E37_79B9_7F4A_7C15
      return Int(truncatingIfNeeded: mixed >> 55)
    }
  }

  /// Each at the place that its spelling hashes to, where the latest counts.
  private var entries = Array(repeating: Entry(), count: 1 << 9)

  /// The number that some bytes of a text spell.
  ///
  /// - Parameter read: reads it if it was not read lately; nil if the bytes spell none.
  @inline(__always)
  mutating func value(of text: Span<UInt8>, _ digits: Range<Int>, orElse read: (Range<Int>) -> Double?)
    -> Double?
  {
    guard digits.count >= 8, digits.count <= 32 else { return read(digits) }
    let spelling = Spelling(text.bytes, digits)
    let place = spelling.place
    if entries[place].spelling == spelling { return entries[place].value }
    guard let value = read(digits) else { return nil }
    entries[place] = Entry(spelling: spelling, value: value)
    return value
  }
}

extension RecentDecimals.Spelling {
  /// - Parameter digits: from 8 to 32 of them.
  @inline(__always)
  init(_ text: RawSpan, _ digits: Range<Int>) {
    func word(_ place: Int) -> UInt64 { text.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self) }
    let (start, end) = (digits.lowerBound, digits.upperBound)
    count = digits.count
    words = SIMD4(
      word(start), word(min(start + 8, end - 8)), word(max(start, end - 16)), word(end - 8))
  }
}
