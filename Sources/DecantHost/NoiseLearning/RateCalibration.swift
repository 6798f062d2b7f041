/// How much wider measured rates scatter than their sums do alone: measured on shots of noise that is known.
///
/// What larger sets leave when they are taken away depends on all of a mechanism's surroundings, beyond any formula of
/// a few lines; sampling it takes a fraction of a second. A factor is pooled over an orbit, and where that is small,
/// over all mechanisms that flip as many detectors.
enum RateCalibration {
  static let batches = 4
  static let shotsPerBatch = 16 * 1024
  /// An orbit's own factor counts as much as that of all once it has so many values.
  private static let pooled = 12.0

  /// - Parameters:
  ///   - rates: of the noise to sample, all above 0.
  ///   - model: with these rates.
  ///   - variances: of the sums, times the number of shots.
  /// - Returns: for each mechanism, what the variance of its sum is to be multiplied by.
  static func factors(
    _ structure: NoiseStructure, _ families: NoiseFamilies, rates: [Double], model: DetectorErrorModel,
    variances: [Double], threads: Int
  ) throws(ErrorModelError) -> [Double] {
    let sampler = try ModelSampler(model, seed: 0x6465_6361_6E74)
    var squares = [Double](repeating: 0, count: structure.count)
    var counts = squares
    for batch in 0..<batches {
      let statistics = Self.statistics(structure.products, sampler, batch, threads)
      let measured = LocalRates(structure, statistics)
      let found = measured.rates(structure)
      for mechanism in found.indices where measured.isMeasured[mechanism] {
        let error = found[mechanism] - rates[mechanism]
        squares[mechanism] += error * error * Double(shotsPerBatch) / variances[mechanism]
        counts[mechanism] += 1
      }
    }
    let sizes = (0..<structure.count).map { structure.size(of: $0) }
    let bySize = means(squares, counts, sizes, prior: nil)
    return means(squares, counts, families.orbits, prior: bySize)
  }

  private static func means(
    _ squares: [Double], _ counts: [Double], _ groups: [Int], prior: [Double]?
  ) -> [Double] {
    let groupCount = (groups.max() ?? 0) + 1
    var sums = [Double](repeating: 0, count: groupCount)
    var numbers = sums
    for (index, group) in groups.enumerated() {
      sums[group] += squares[index]
      numbers[group] += counts[index]
    }
    return groups.enumerated().map { index, group in
      if let prior { return (sums[group] + pooled * prior[index]) / (numbers[group] + pooled) }
      return numbers[group] > 0 ? sums[group] / numbers[group] : 1
    }
  }

  private static func statistics(
    _ products: DetectorProducts, _ sampler: ModelSampler, _ batch: Int, _ threads: Int
  ) -> SyndromeStatistics {
    let counter = ProductCounter(products)
    var shots = ShotBatch(
      layout: ShotLayout(detectors: products.detectorCount), capacity: ProductCounter.blockSize)
    let stride = shots.layout.rowBytes
    for first in Swift.stride(from: 0, to: shotsPerBatch, by: ProductCounter.blockSize) {
      shots.refill { rows, count in
        count = ProductCounter.blockSize
        sampler.sample(
          first: UInt64(batch * shotsPerBatch + first), count: count, threads: threads,
          detectors: ShotRows(rows, stride: stride))
      }
      counter.count(shots)
    }
    var statistics = SyndromeStatistics(products)
    statistics.add(counter)
    return statistics
  }
}
