/// The lexical parts of the language: blanks, comments, tags, numbers and targets.
extension ErrorModelReader {
  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Skips blanks, line ends and comments between instructions.
  mutating func skipToInstruction() {
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\n"):
        line += 1
        position += 1
      case UInt8(ascii: " "), 0x09...0x0D:
        position += 1
      case UInt8(ascii: "#"):
        skipComment()
      default:
        return
      }
    }
  }

  /// Goes to the next target of this instruction.
  ///
  /// - Returns: false at the end of the line, of the text, or at a `{`.
  mutating func advanceToTarget() throws(ErrorModelError) -> Bool {
    let start = position
    skipBlanks()
    if current == UInt8(ascii: "#") { skipComment() }
    guard let byte = current, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "{") else { return false }
    if position == start { try expectSpace() }
    return true
  }

  /// Checks that what was just read ends here.
  func expectSpace() throws(ErrorModelError) {
    switch current {
    case nil, UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"),
      UInt8(ascii: "#"), UInt8(ascii: "{"):
      return
    case UInt8(ascii: "}"):
      throw misplacedBrace
    default:
      throw problem("expected a space before '\(quoted(token(from: position)))'")
    }
  }

  private var misplacedBrace: ErrorModelError {
    problem("put the '}' that closes a block on a line of its own")
  }

  var nextAfterBlanks: UInt8? {
    bytes[position...].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
  }

  /// Skips a tag, checking its escapes.
  mutating func skipTag() throws(ErrorModelError) {
    guard current == UInt8(ascii: "[") else { return }
    position += 1
    while let byte = current, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
      position += 1
      switch byte {
      case UInt8(ascii: "]"):
        return
      case UInt8(ascii: "\\"):
        switch current {
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "B"), UInt8(ascii: "C"):
          position += 1
        default:
          throw problem(
            "unknown escape '\\\(quoted(position..<min(position + 1, bytes.count)))' in a tag; write \\n, \\r, "
              + "\\B for a backslash, or \\C for a closing bracket")
        }
      default:
        break
      }
    }
    throw problem("the tag that begins with '[' has no ']' on this line")
  }

  /// Reads arguments in parentheses, if there are any, into `arguments`.
  mutating func readArguments() throws(ErrorModelError) {
    guard current == UInt8(ascii: "(") else { return }
    repeat {
      position += 1
      skipBlanks(carriageReturns: false)
      arguments.append(try readDecimal())
      skipBlanks(carriageReturns: false)
    } while current == UInt8(ascii: ",")
    guard current == UInt8(ascii: ")") else {
      throw problem("expected ',' or ')' after an argument, not \(quotedCurrent)")
    }
    position += 1
  }

  /// Reads a decimal number of at most 63 characters. An empty one is 0, as in Stim.
  private mutating func readDecimal() throws(ErrorModelError) -> Double {
    let start = position
    while let byte = current, isDecimalByte(byte) { position += 1 }
    let digits = start..<position
    if digits.isEmpty {
      if let byte = current, isNameByte(byte) {
        throw problem("'\(quoted(token(from: start, while: isNameByte)))' is not a finite decimal number")
      }
      return 0
    }
    if digits.count > 63 { throw problem("'\(quoted(digits))' has more than 63 characters; shorten it") }
    guard let value = decimal(digits) else {
      throw problem("'\(quoted(digits))' is not a finite decimal number")
    }
    return value
  }

  /// The number that these bytes spell; nil if it is not finite or none.
  func decimal(_ digits: Range<Int>) -> Double? {
    // Coordinates, by the hundred thousand, are small whole numbers.
    if 1..<16 ~= digits.count, bytes[digits].allSatisfy({ isDigit($0) }) {
      return Double(bytes[digits].reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) })
    }
    guard let value = Double(String(decoding: bytes[digits], as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }

  /// Reads a whole number below 2^60.
  mutating func readNumber(after what: String) throws(ErrorModelError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    while let byte = current, isDigit(byte) {
      position += 1
      value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
      if value >= 1 << 60 {
        throw problem("'\(quoted(token(from: start)))' is too large; numbers are below 2^60")
      }
    }
    guard position > start else {
      throw problem("expected a whole number after '\(what)', not \(quotedCurrent)")
    }
    return value
  }

  mutating func readTarget() throws(ErrorModelError) -> ErrorTarget {
    let start = position
    let prefix = bytes[start]
    switch prefix {
    case UInt8(ascii: "D"), UInt8(ascii: "d"):
      position += 1
      let id = try readNumber(after: "D")
      guard id.addingSaturated(totals.shift) < UInt64(limits.detectors) else {
        let shift = totals.shift == 0 ? "" : ", shifted by \(totals.shift),"
        throw problem("detector D\(id)\(shift) is beyond D\(limits.detectors - 1), the highest allowed")
      }
      totals.mention(detector: id)
      return ErrorTarget(detector: UInt32(id))
    case UInt8(ascii: "L"), UInt8(ascii: "l"):
      position += 1
      let id = try readNumber(after: "L")
      guard id < UInt64(limits.observables) else {
        throw problem("observable L\(id) is beyond L\(limits.observables - 1), the highest allowed")
      }
      observableCount = max(observableCount, Int(id) + 1)
      return ErrorTarget(observable: UInt32(id))
    case UInt8(ascii: "^"):
      position += 1
      return .separator
    case UInt8(ascii: "}"):
      throw misplacedBrace
    default:
      throw problem(
        "unknown target '\(quoted(token(from: start)))'; write D0 for a detector or L0 for an observable")
    }
  }

  private mutating func skipComment() {
    while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func skipBlanks(carriageReturns: Bool = true) {
    while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"):
        position += 1
      case UInt8(ascii: "\r") where carriageReturns:
        position += 1
      default:
        return
      }
    }
  }
}
