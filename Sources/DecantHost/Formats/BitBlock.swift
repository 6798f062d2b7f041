/// A square of 64 times 64 bits that can be transposed.
///
/// Bit c of word r stands in row r and column c.
struct BitBlock {
  private var words: InlineArray<64, UInt64> = .init(repeating: 0)

  subscript(row: Int) -> UInt64 {
    get { words[row] }
    set { words[row] = newValue }
  }

  /// Swaps rows and columns.
  ///
  /// Halves the square, swaps the two quarters off the diagonal, and does the same within each quarter, all
  /// quarters of one size at once: six rounds.
  mutating func transpose() {
    var size = 32
    var mask: UInt64 = 0x0000_0000_FFFF_FFFF
    while size > 0 {
      var row = 0
      while row < 64 {
        let moved = ((words[row] >> UInt64(size)) ^ words[row | size]) & mask
        words[row | size] ^= moved
        words[row] ^= moved << UInt64(size)
        row = ((row | size) + 1) & ~size
      }
      size >>= 1
      mask ^= mask << UInt64(size)
    }
  }
}
