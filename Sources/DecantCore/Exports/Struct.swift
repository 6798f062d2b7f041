import CDecant

/// The rule of decant.h for structs: `struct_size` first, reserved fields zero.
///
/// A program built against a later header may pass a larger struct; what this version does not know must be
/// zero in an input, and is left alone in an output.
enum Struct {
  /// Checks an input struct of which this version knows `known` bytes, the last `reserved` of them reserved.
  @inline(__always)
  static func checkInput(_ pointer: UnsafeRawPointer, known: Int, reserved: Int) -> decant_status {
    let size = Int(truncatingIfNeeded: pointer.load(as: UInt32.self))
    guard size >= known else { return Status.badABI }
    // A later version's struct is small; a huge size is garbage, and must not be walked over.
    guard size <= 4096 else { return Status.badABI }
    var offset = known &- reserved
    while offset < size {
      guard pointer.load(fromByteOffset: offset, as: UInt8.self) == 0 else { return Status.unsupported }
      offset &+= 1
    }
    return Status.ok
  }

  /// Checks an output struct.
  @inline(__always)
  static func checkOutput(_ pointer: UnsafeRawPointer, known: Int) -> decant_status {
    Int(truncatingIfNeeded: pointer.load(as: UInt32.self)) >= known ? Status.ok : Status.badABI
  }
}
