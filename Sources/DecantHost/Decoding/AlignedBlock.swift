import Glibc

/// Memory that begins at a multiple of 64 bytes, as decoders and their images want it.
final class AlignedBlock {
  let address: UnsafeMutableRawPointer
  let size: Int

  /// Zeros. Gives nil if the machine has no such memory.
  init?(size: Int) {
    var address: UnsafeMutableRawPointer?
    guard size >= 0, posix_memalign(&address, 64, max(size, 64)) == 0, let address else { return nil }
    memset(address, 0, size)
    self.address = address
    self.size = size
  }

  /// A copy of bytes. Gives nil if the machine has no such memory.
  convenience init?(_ bytes: [UInt8]) {
    self.init(size: bytes.count)
    bytes.withUnsafeBytes { if let base = $0.baseAddress { memcpy(address, base, $0.count) } }
  }

  deinit { free(address) }
}
