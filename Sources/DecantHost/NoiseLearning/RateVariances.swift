import Glibc

/// How far measured rates may be off by chance, for shots of noise with given rates.
///
/// A mechanism's sum is a smooth function of how often each pattern of its detectors occurs, so its variance follows
/// from the patterns' probabilities (the delta method). What larger sets bring with them when they are taken away is
/// not local; `RateCalibration` measures it, as a factor.
enum RateVariances {
  /// Variances of the sums in `LocalRates`, times the number of shots.
  static func ofSums(_ structure: NoiseStructure, rates: [Double]) -> [Double] {
    let sums = structure.sums(rates)
    let room = 1 << DetectorProducts.maxSetSize
    var parities = [Double](repeating: 0, count: room)
    var weights = parities
    return (0..<structure.count).map { mechanism in
      let size = structure.size(of: mechanism)
      let patterns = 1 << size
      SubsetTransform.logarithms(size, structure.subsets(of: mechanism), sums, &parities)
      let share = SubsetTransform.share(size)
      weights[0] = 0
      parities[0] = 1
      for mask in 1..<patterns {
        parities[mask] = exp(-parities[mask])
        weights[mask] = (mask.nonzeroBitCount % 2 == 0 ? share : -share) / max(parities[mask], 1e-6)
      }
      SubsetTransform.walsh(size, &parities)
      SubsetTransform.walsh(size, &weights)
      var mean = 0.0
      var square = 0.0
      for pattern in 0..<patterns {
        let probability = max(0, parities[pattern] / Double(patterns))
        mean += probability * weights[pattern]
        square += probability * weights[pattern] * weights[pattern]
      }
      return max(square - mean * mean, 1e-18)
    }
  }
}
