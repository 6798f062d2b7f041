/// Random numbers for one block of shots.
///
/// Every block has a stream of its own, found from the seed and the block's number alone: shots are the same
/// whatever thread samples them, in whatever order and in calls of whatever size. The generator is xoshiro256++
/// (Blackman and Vigna, 2019), its state filled by SplitMix64.
struct RandomStream {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  init(seed: UInt64, block: UInt64) {
    // Mixing is one to one, so that no two blocks of a seed begin alike.
    var state = Self.mix(seed &+ 0x6A09_E667_F3BC_C909) ^ Self.mix(block &+ 0xBB67_AE85_84CA_A73B)
    func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      return Self.mix(state)
    }
    (s0, s1, s2, s3) = (next(), next(), next(), next())
  }

  /// 64 random bits.
  @inline(__always)
  mutating func next() -> UInt64 {
    let sum = s0 &+ s3
    let result = (sum << 23 | sum >> 41) &+ s0
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = s3 << 45 | s3 >> 19
    return result
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
