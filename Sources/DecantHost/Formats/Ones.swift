/// Calls the body with the position of every one in a row, in ascending order.
///
/// row: `bits` bits packed into bytes; padding is ignored.
@inline(__always)
func forEachOne<Failure: Error>(
  in row: UnsafePointer<UInt8>, bits: Int, _ body: (Int) throws(Failure) -> Void
) throws(Failure) {
  let raw = UnsafeRawPointer(row)
  let wholeWords = bits >> 6
  for index in 0..<wholeWords {
    var word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index << 3, as: UInt64.self))
    while word != 0 {
      try body(index << 6 | word.trailingZeroBitCount)
      word &= word &- 1
    }
  }
  var word = loadBits(row + (wholeWords << 3), bits & 63)
  while word != 0 {
    try body(wholeWords << 6 | word.trailingZeroBitCount)
    word &= word &- 1
  }
}

/// Fewer than 64 bits of a row as a word, its other bits zero. Reads no byte beyond the last that holds one.
@inline(__always)
func loadBits(_ row: UnsafePointer<UInt8>, _ bits: Int) -> UInt64 {
  var word: UInt64 = 0
  for index in 0..<(bits + 7) >> 3 { word |= UInt64(row[index]) << UInt64(index << 3) }
  return word & (1 << UInt64(bits) &- 1)
}
