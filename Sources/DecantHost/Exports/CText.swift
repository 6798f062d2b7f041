/// Text as C wants it, with a zero behind it, at an address that stays while this lives.
final class CText: @unchecked Sendable {
  let address: UnsafePointer<CChar>
  /// Bytes, the zero not counted.
  let count: Int

  /// bytes: any; a zero among them ends the text for those who look for it.
  init(_ bytes: some Collection<UInt8>) {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
    copy[bytes.count] = 0
    address = UnsafePointer(copy)
    count = bytes.count
  }

  convenience init(_ text: String) { self.init(text.utf8) }

  deinit { address.deallocate() }

  static let empty = CText("")
}
