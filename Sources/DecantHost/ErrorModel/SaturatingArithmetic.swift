/// Sums and products that stop at the largest number instead of trapping.
///
/// Repeat counts and detector shifts reach 2^60 each, and nest; what they amount to is only ever compared
/// with limits far below the largest number.
extension UInt64 {
  func addingSaturated(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  func multipliedSaturated(by other: UInt64) -> UInt64 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
