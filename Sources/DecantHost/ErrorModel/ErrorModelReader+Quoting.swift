/// Classes of bytes, and quoting text that may be anything.
extension ErrorModelReader {
  func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  func isNameByte(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") || isDigit(byte)
      || byte == UInt8(ascii: "_")
  }

  func isDecimalByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "e"), UInt8(ascii: "E"): true
    default: isDigit(byte)
    }
  }

  func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  /// From `start` as far as bytes belong, which by default is up to a blank or line end; one byte at least if
  /// there is one.
  func token(
    from start: Int, while belongs: (UInt8) -> Bool = { $0 > UInt8(ascii: " ") }
  ) -> Range<Int> {
    var end = start
    while end < bytes.count, end - start < 80, belongs(bytes[end]) { end += 1 }
    return start..<max(end, min(start + 1, bytes.count))
  }

  func trimmed(_ range: Range<Int>) -> Range<Int> {
    let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    guard let first = range.first(where: { !blanks.contains(bytes[$0]) }),
      let last = range.last(where: { !blanks.contains(bytes[$0]) })
    else { return range.lowerBound..<range.lowerBound }
    return first..<last + 1
  }

  /// A piece of the text fit for a sentence: printable ASCII as it is, other bytes as \xNN, 40 of them at
  /// most.
  func quoted(_ range: Range<Int>) -> String {
    let shown = range.prefix(40).map { index -> String in
      let byte = bytes[index]
      if byte >= 0x20 && byte < 0x7F { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
    }
    return shown.joined() + (range.count > 40 ? "..." : "")
  }

  /// The byte at hand in quotes, or what stands there if none does.
  var quotedCurrent: String {
    switch current {
    case nil: "the end of the text"
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"): "the end of the line"
    case UInt8(ascii: " "), UInt8(ascii: "\t"): "a space"
    default: "'\(quoted(position..<position + 1))'"
    }
  }
}
