/// An error as Stim spells it, read without looking at each byte from all sides.
///
/// A model of a long experiment is millions of lines like `error(0.001) D1 D2 ^ D3 L0`. Only what is right and spelled
/// like that is taken here. Any other line is left to `ErrorModelReader`, which knows the whole language and what to say
/// of a mistake.
struct PlainError {
  /// More than a decomposed error of a surface code has.
  typealias Targets = InlineArray<32, ErrorTarget>

  /// Where the digits of its probability are, none perhaps.
  let digits: Range<Int>
  /// One more than its highest detector and its highest observable; 0 if it has none.
  private(set) var detectorEnd: UInt64 = 0
  private(set) var observableEnd = 0
  private(set) var targetCount = 0
  /// Where its line ends: at a line feed.
  let end: Int

  /// - Parameters:
  ///   - text: ends with a line feed, so that nothing here reads beyond it.
  ///   - start: of the line, after its blanks.
  ///   - targets: where the error's targets go.
  @inline(__always)
  init?(_ text: Span<UInt8>, at start: Int, into targets: inout Targets) {
    var place = start
    guard Self.take(UInt8(ascii: "e"), text, &place), Self.take(UInt8(ascii: "r"), text, &place),
      Self.take(UInt8(ascii: "r"), text, &place), Self.take(UInt8(ascii: "o"), text, &place),
      Self.take(UInt8(ascii: "r"), text, &place), Self.take(UInt8(ascii: "("), text, &place)
    else { return nil }
    while Self.isDecimal(text[place]) { place += 1 }
    digits = start + 6..<place
    guard Self.take(UInt8(ascii: ")"), text, &place) else { return nil }

    var isComponent = false
    while Self.take(UInt8(ascii: " "), text, &place) {
      guard targetCount < targets.count else { return nil }
      switch text[place] {
      case UInt8(ascii: "D"):
        guard let number = Self.number(text, &place) else { return nil }
        detectorEnd = max(detectorEnd, UInt64(number) + 1)
        targets[targetCount] = ErrorTarget(detector: number)
        isComponent = true
      case UInt8(ascii: "L"):
        guard let number = Self.number(text, &place) else { return nil }
        observableEnd = max(observableEnd, Int(number) + 1)
        targets[targetCount] = ErrorTarget(observable: number)
        isComponent = true
      case UInt8(ascii: "^"):
        guard isComponent else { return nil }
        place += 1
        targets[targetCount] = .separator
        isComponent = false
      default:
        return nil
      }
      targetCount += 1
    }
    guard isComponent else { return nil }
    _ = Self.take(UInt8(ascii: "\r"), text, &place)
    guard text[place] == UInt8(ascii: "\n") else { return nil }
    end = place
  }

  /// Goes past a byte if it is this one, which is no line feed.
  @inline(__always)
  private static func take(_ byte: UInt8, _ text: Span<UInt8>, _ place: inout Int) -> Bool {
    guard text[place] == byte else { return false }
    place += 1
    return true
  }

  /// Reads a number below 2^28 after the letter at hand.
  @inline(__always)
  private static func number(_ text: Span<UInt8>, _ place: inout Int) -> UInt32? {
    place += 1
    var digit = text[place] &- UInt8(ascii: "0")
    guard digit <= 9 else { return nil }
    var value: UInt32 = 0
    while digit <= 9 {
      value = value &* 10 &+ UInt32(digit)
      guard value < 1 << 28 else { return nil }
      place += 1
      digit = text[place] &- UInt8(ascii: "0")
    }
    return value
  }

  @inline(__always)
  private static func isDecimal(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") <= 9 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e")
      || byte == UInt8(ascii: "-")
  }
}
