/// The checksum of images: CRC-32 as in IEEE 802.3 (reflected polynomial 0xEDB88320).
///
/// It tells a damaged image from a whole one. It proves nothing about intent, so the reader checks every
/// index as well.
public struct CRC32 {
  private var state: UInt32 = .max
  private var table = InlineArray<256, UInt32>(repeating: 0)

  public init() {
    for byte in 0..<256 {
      var remainder = UInt32(truncatingIfNeeded: byte)
      for _ in 0..<8 {
        remainder = remainder &>> 1 ^ (remainder & 1 == 0 ? 0 : 0xEDB8_8320)
      }
      table[byte] = remainder
    }
  }

  public mutating func update(_ bytes: UnsafeRawPointer, count: Int) {
    var state = state
    let bytes = bytes.assumingMemoryBound(to: UInt8.self)
    var index = 0
    while index < count {
      let low = Int(truncatingIfNeeded: UInt8(truncatingIfNeeded: state) ^ bytes[index])
      state = state &>> 8 ^ table[low]
      index &+= 1
    }
    self.state = state
  }

  public var value: UInt32 { ~state }

  /// The checksum of an image whose own checksum field counts as zero.
  ///
  /// `bytes`: at least `ImageLayout.headerSize` bytes, `count` in all.
  public static func ofImage(_ bytes: UnsafeRawPointer, count: Int) -> UInt32 {
    var crc = CRC32()
    var zero: UInt32 = 0
    let field = ImageLayout.Header.crc32
    crc.update(bytes, count: field)
    crc.update(&zero, count: 4)
    crc.update(bytes + field + 4, count: count &- field &- 4)
    return crc.value
  }
}
