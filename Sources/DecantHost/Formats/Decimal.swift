/// A number as the text formats spell it: decimal digits, leading zeros allowed, no sign.
struct Decimal {
  /// The value, or `Int.max` where it is that or more.
  let value: Int
  /// The byte after the last digit; -1 at the end of the file.
  let following: Int

  /// Reads a number whose first byte was taken already. Gives nil if that is no digit.
  @inline(__always)
  init?(first: Int, _ source: inout ByteSource) throws(ShotFileError) {
    guard var digit = Decimal.digit(first) else { return nil }
    var value = 0
    var byte: Int
    repeat {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(digit)
      value = overflow || carry ? Int.max : sum
      byte = try source.next()
      guard let next = Decimal.digit(byte) else { break }
      digit = next
    } while true
    self.value = value
    following = byte
  }

  @inline(__always)
  private static func digit(_ byte: Int) -> Int? {
    let digit = byte &- Int(UInt8.zeroDigit)
    return digit >= 0 && digit <= 9 ? digit : nil
  }

  /// The value for a message.
  var text: String { value == Int.max ? "\(Int.max) or more" : "\(value)" }

  /// Writes a number that is not negative.
  @inline(__always)
  static func write(_ number: Int, to sink: inout ByteSink) throws(ShotFileError) {
    let longest = 20
    let place = try sink.room(longest)
    var rest = UInt(number)
    var first = longest
    repeat {
      first -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      place[first] = .zeroDigit + UInt8(digit)
      rest = quotient
    } while rest > 0
    for index in 0..<longest - first { place[index] = place[first + index] }
    sink.advance(longest - first)
  }
}
