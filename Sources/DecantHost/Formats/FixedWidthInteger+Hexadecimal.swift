/// Numbers whose width tells something, as checksums and digests: all digits, also leading zeros.
extension FixedWidthInteger where Self: UnsignedInteger {
  /// Two lower-case digits for each byte.
  package var hexadecimal: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: Self.bitWidth / 4 - digits.count) + digits
  }
}
