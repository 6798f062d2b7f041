/// The characters that the text formats are made of.
extension UInt8 {
  static var lineFeed: UInt8 { 0x0A }
  static var carriageReturn: UInt8 { 0x0D }
  static var space: UInt8 { 0x20 }
  static var comma: UInt8 { 0x2C }
  /// '0', from which the other digits count up.
  static var zeroDigit: UInt8 { 0x30 }
}
