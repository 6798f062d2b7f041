import Glibc

/// Floats at a multiple of 64 bytes, for kernels that work by address.
///
/// Invariant: `floats` stays valid for as long as the block lives; whoever takes it keeps the block alive.
final class FloatBlock {
  let floats: UnsafeMutablePointer<Float>
  let count: Int
  private let memory: AlignedBlock

  /// Zeros. Throws if the machine has no such memory.
  init(_ count: Int) throws(NetworkError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow, let memory = AlignedBlock(size: bytes) else {
      throw NetworkError("there is no memory for \(count) floats; use a smaller network or experiment")
    }
    self.memory = memory
    self.count = count
    floats = memory.address.bindMemory(to: Float.self, capacity: count)
  }

  func clear() { floats.update(repeating: 0, count: count) }
}
