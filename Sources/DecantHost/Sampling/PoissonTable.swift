/// Draws how many of a lot of rare things happen: a Poisson variable, by looking up its distribution.
///
/// The table is made with products and quotients alone, so that it is the same on every machine.
struct PoissonTable {
  /// The least value that the table knows.
  private let first: Int
  /// For each further value, the 64-bit number from which on a draw exceeds the value before it.
  private let thresholds: [UInt64]

  /// - Parameter mean: from 0 to `maxMean`.
  init(mean: Double) {
    precondition((0...Self.maxMean).contains(mean), "the mean must be within the table's reach")
    guard mean > 0 else {
      first = 0
      thresholds = []
      return
    }
    // What lies farther out has a probability below 2^-64.
    let reach = 10 * mean.squareRoot()
    let mode = Int(mean)
    let low = max(0, Int(mean - reach) - 20)
    let high = Int(mean + reach) + 40
    var weights = [Double](repeating: 1, count: high - low + 1)
    for value in stride(from: mode, to: low, by: -1) {
      weights[value - 1 - low] = weights[value - low] * Double(value) / mean
    }
    for value in mode..<high { weights[value + 1 - low] = weights[value - low] * mean / Double(value + 1) }
    let total = weights.reduce(0, +)
    var sum = 0.0
    first = low
    thresholds = weights.dropLast().map { weight in
      sum += weight
      return UInt64(exactly: (sum / total * 0x1p64).rounded(.down)) ?? .max
    }
  }

  /// Beyond this a table would take more memory than a sample of such events is worth.
  static let maxMean = 0x1p32

  /// - Parameter random: 64 random bits.
  func draw(_ random: UInt64) -> Int {
    // How many thresholds are at most `random`.
    var low = 0
    var high = thresholds.count
    while low < high {
      let middle = (low + high) >> 1
      if thresholds[middle] <= random { low = middle + 1 } else { high = middle }
    }
    return first + low
  }
}
