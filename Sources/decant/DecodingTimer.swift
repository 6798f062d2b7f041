import Foundation

/// How long decoding took, reading and writing left out.
struct DecodingTimer {
  private var total = Duration.zero
  private let clock = ContinuousClock()

  /// Adds the time that the body takes, also when it throws.
  mutating func measure<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
    let start = clock.now
    defer { total += clock.now - start }
    try body()
  }

  var nanoseconds: Double { total / Duration.nanoseconds(1) }

  /// Prints the total and the mean on standard error, in PyMatching's words.
  func report(shots: Int) {
    let microseconds = total / Duration.microseconds(1)
    let mean = shots > 0 ? microseconds / Double(shots) : 0
    printError("Total decoding time: \(Int(microseconds))us")
    printError("Decoding time per shot: \(String(format: "%g", mean))us")
  }
}
