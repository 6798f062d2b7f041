/// A running 64-bit hash of what went in and what came out, for finding the first place where two hosts
/// part. It is no defence against anybody: each step is one xor, one multiplication and one shift.
struct Digest {
  /// The fractional part of the golden ratio, so that the digest of nothing is not zero.
  var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0xD6E8_FEB8_6659_FD93
    value ^= value &>> 32
  }
}
