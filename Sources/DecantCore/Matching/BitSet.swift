/// A set of small integers, one bit each. The whole set of nodes of a d = 21 code fits in the first-level
/// cache, so asking it first spares a look at a node's state.
struct BitSet {
  let words: Table<UInt64>

  @inline(__always)
  static func wordCount(_ bits: Int) -> Int { (bits &+ 63) / 64 }

  @inline(__always)
  func contains(_ index: UInt32) -> Bool { bit(index) != 0 }

  /// 1 if the set contains `index`, else 0.
  @inline(__always)
  func bit(_ index: UInt32) -> UInt64 {
    words[index >> 6] &>> UInt64(truncatingIfNeeded: index) & 1
  }

  @inline(__always)
  func insert(_ index: UInt32) {
    words[index >> 6] |= 1 &<< UInt64(truncatingIfNeeded: index & 63)
  }

  /// The same by touching a single byte: many in a row then do not wait for each other where they share a word.
  @inline(__always)
  func insertByte(_ index: UInt32) {
    let bytes = UnsafeMutableRawPointer(words.base).assumingMemoryBound(to: UInt8.self)
    bytes[Int(truncatingIfNeeded: index >> 3)] |= 1 &<< UInt8(truncatingIfNeeded: index & 7)
  }

  @inline(__always)
  func remove(_ index: UInt32) {
    words[index >> 6] &= ~(1 &<< UInt64(truncatingIfNeeded: index & 63))
  }

  @inline(__always)
  func flip(_ index: UInt32) {
    words[index >> 6] ^= 1 &<< UInt64(truncatingIfNeeded: index & 63)
  }

  @inline(__always)
  func clear(wordCount: Int) {
    words.base.update(repeating: 0, count: wordCount)
  }
}
