/// Zeroed memory for tables under test, given out piece by piece at multiples of 64 bytes.
final class ScratchMemory {
  private let base: UnsafeMutableRawPointer
  private let byteCount: Int
  private var used = 0

  init(byteCount: Int) {
    self.byteCount = byteCount + 64 * 32
    base = .allocate(byteCount: self.byteCount, alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: self.byteCount)
  }

  deinit { base.deallocate() }

  func take(_ count: Int) -> UnsafeMutableRawPointer {
    let piece = base + used
    used += (count + 63) / 64 * 64
    precondition(used <= byteCount, "more was taken than was asked for")
    return piece
  }
}

/// Steele, Lea and Flood's SplitMix64: Swift's own generator cannot be seeded.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
