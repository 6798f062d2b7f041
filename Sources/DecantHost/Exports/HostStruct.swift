import CDecant

/// The rule of decant.h for structs, for those of decant_host.h.
enum HostStruct {
  /// Checks an input struct of which this version knows `known` bytes, the last `reserved` of them reserved.
  static func checkInput(_ pointer: UnsafeRawPointer, known: Int, reserved: Int) -> decant_status {
    let size = Int(pointer.load(as: UInt32.self))
    guard size >= known, size <= 4096 else { return decant_status(DECANT_BAD_ABI) }
    for offset in known - reserved..<size where pointer.load(fromByteOffset: offset, as: UInt8.self) != 0 {
      return decant_status(DECANT_UNSUPPORTED)
    }
    return decant_status(DECANT_OK)
  }
}
