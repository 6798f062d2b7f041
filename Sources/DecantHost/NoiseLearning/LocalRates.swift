import Glibc

/// Rates of mechanisms from the parities around each, in closed form.
///
/// The parity of a set T of detectors is the product of exp(-rate) over all mechanisms that flip an odd number of T:
/// minus its logarithm, K(T), is a sum of rates. By inclusion and exclusion over the subsets of what a mechanism
/// flips, S of k detectors,
///
///     sum of the rates of all mechanisms that flip S or more = -2^(1-k) sum over T in S of (-1)^|T| K(T),
///
/// which for an edge is the field's formula of correlations, and for one detector its density. Taking away what
/// flips more, the largest sets first, leaves the rate of the mechanism itself; boundary edges come last.
struct LocalRates {
  /// For each mechanism, what the shots say of all that flip its detectors or more.
  let sums: [Double]
  /// False where a parity is so close to 0 that its logarithm says nothing.
  let isMeasured: [Bool]

  /// Parities must be so many standard errors above 0.
  private static let leastParity = 4.0

  init(_ structure: NoiseStructure, _ statistics: SyndromeStatistics) {
    let shots = max(statistics.effectiveShots, 1)
    let floor = min(0.5, Self.leastParity / shots.squareRoot())
    var sums: [Double] = []
    var isMeasured: [Bool] = []
    sums.reserveCapacity(structure.count)
    var values = [Double](repeating: 0, count: 1 << DetectorProducts.maxSetSize)
    for mechanism in 0..<structure.count {
      let size = structure.size(of: mechanism)
      SubsetTransform.parities(
        size, structure.subsets(of: mechanism), scale: 1 / max(statistics.shots, 1), statistics.counts,
        &values)
      var sum = 0.0
      var measured = true
      for mask in 1..<1 << size {
        if values[mask] < floor { measured = false }
        let parity = max(values[mask], floor)
        // The second term is the logarithm's bias, to first order in 1 / shots.
        let bias: Double = (1 / (parity * parity) - 1) / (2 * shots)
        let logarithm: Double = -log(parity) - bias
        sum += mask.nonzeroBitCount % 2 == 0 ? -logarithm : logarithm
      }
      sums.append(sum * SubsetTransform.share(size))
      isMeasured.append(measured)
    }
    self.sums = sums
    self.isMeasured = isMeasured
  }

  /// The mechanisms' own rates, which chance may make negative.
  ///
  /// - Parameter adjust: what is made of a mechanism's rate before it is taken from what its detectors share with
  ///   others, so that sums stay what was measured.
  func rates(
    _ structure: NoiseStructure, adjust: (_ mechanism: Int, _ rate: Double) -> Double = { $1 }
  ) -> [Double] {
    var rates = [Double](repeating: 0, count: structure.count)
    var above = [Double](repeating: 0, count: structure.products.count)
    for mechanism in structure.largestFirst {
      let own = sums[mechanism] - above[structure.product(of: mechanism)]
      let rate = adjust(mechanism, own)
      rates[mechanism] = rate
      for product in structure.subsets(of: mechanism) { above[Int(product)] += rate }
    }
    return rates
  }
}

extension NoiseStructure {
  /// Mechanisms, those that flip most detectors first.
  var largestFirst: [Int] {
    let sizes = (0..<count).map { size(of: $0) }
    return (0..<(sizes.max() ?? 0)).reversed().flatMap { size in
      sizes.indices.filter { sizes[$0] == size + 1 }
    }
  }

  /// For each product, the rates of all mechanisms that flip its detectors or more, summed.
  func sums(_ rates: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: products.count)
    for mechanism in 0..<count {
      for product in subsets(of: mechanism) { sums[Int(product)] += rates[mechanism] }
    }
    return sums
  }
}

/// Sums over the subsets of a few detectors, which are told by masks.
enum SubsetTransform {
  /// What a sum over subsets counts in the sum of rates.
  static func share(_ size: Int) -> Double { 1 / Double(1 << (size - 1)) }

  /// Parities of all subsets, from how often the detectors of each fire together: (-1)^x = 1 - 2x for each detector.
  static func parities(
    _ size: Int, _ subsets: ArraySlice<Int32>, scale: Double, _ counts: [Double], _ values: inout [Double]
  ) {
    values[0] = 1
    for mask in 1..<1 << size {
      let moment = counts[Int(subsets[subsets.startIndex + mask - 1])] * scale
      values[mask] = moment * power(mask)
    }
    sumSubsets(size, &values)
  }

  /// Minus the logarithms of the parities of all subsets, from the sums of rates of what flips each subset or more.
  static func logarithms(
    _ size: Int, _ subsets: ArraySlice<Int32>, _ sums: [Double], _ values: inout [Double]
  ) {
    values[0] = 0
    for mask in 1..<1 << size {
      values[mask] = -0.5 * power(mask) * sums[Int(subsets[subsets.startIndex + mask - 1])]
    }
    sumSubsets(size, &values)
  }

  /// -2 to the size of a subset.
  private static func power(_ mask: Int) -> Double {
    let size = mask.nonzeroBitCount
    return Double(size % 2 == 0 ? 1 << size : -(1 << size))
  }

  private static func sumSubsets(_ size: Int, _ values: inout [Double]) {
    for bit in 0..<size {
      for mask in 0..<1 << size where mask >> bit & 1 == 1 { values[mask] += values[mask ^ 1 << bit] }
    }
  }

  /// Multiplies by the signs of all parities: from parities to 2^size times the probabilities of patterns, and from
  /// weights of parities to a function of patterns.
  static func walsh(_ size: Int, _ values: inout [Double]) {
    for bit in 0..<size {
      for mask in 0..<1 << size where mask >> bit & 1 == 0 {
        let (a, b) = (values[mask], values[mask | 1 << bit])
        values[mask] = a + b
        values[mask | 1 << bit] = a - b
      }
    }
  }
}
