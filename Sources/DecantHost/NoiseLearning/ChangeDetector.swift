import Glibc

/// Tells when noise changes faster than it is forgotten, and where: a cumulative sum for each detector and each pair.
///
/// Shots are judged in stretches. How often a product's detectors fired in one, less what the shots before it make
/// expect, in standard deviations, goes into two sums, for more and for fewer, of which each falls by an allowance and
/// not below zero (E. S. Page, Biometrika 41, 1954). A sum that reaches the threshold is a change; it began where the
/// sum last was zero. The threshold is Siegmund's for the chance of an alarm where nothing changes, over all sums
/// together (Sequential Analysis, 1985). One stretch adds half of the threshold at most: a burst is no change.
struct ChangeDetector {
  /// In standard deviations: changes below twice this take long to be told.
  static let allowance = 0.5
  /// Products that fire more rarely in a stretch are left out, as their counts are not normal.
  static let leastEvents = 8.0

  /// For each watched product, its sums, and since when they are above zero.
  private struct Sums {
    var more = 0.0
    var fewer = 0.0
    var moreSince: UInt64 = 0
    var fewerSince: UInt64 = 0
  }

  /// What a product's detectors did.
  struct Finding: Sendable {
    var product: Int
    /// In thresholds.
    var score: Double
    /// The first shot of the change.
    var since: UInt64
    /// Densities before, and in the last stretch.
    var before, now: Double
  }

  /// Products of one and of two detectors.
  private let watched: [Int]
  private var sums: [Sums]
  private let stretchesPerAlarm: Double
  /// Whether the last stretch was so far off that it is a burst, or the first of a change.
  private(set) var isSuspect = false

  /// - Parameter stretchesPerAlarm: from one false alarm to the next, in the mean.
  init(_ products: DetectorProducts, stretchesPerAlarm: Double) {
    watched = products.nodes.indices.filter { products.nodes[$0].depth <= 2 }
    sums = Array(repeating: Sums(), count: watched.count)
    self.stretchesPerAlarm = stretchesPerAlarm
  }

  mutating func reset() {
    for index in sums.indices { sums[index] = Sums() }
  }

  /// Judges a stretch.
  ///
  /// - Parameters:
  ///   - reference: the shots before it, those that are forgotten weighing less.
  ///   - first: the number of the stretch's first shot.
  /// - Returns: empty, or, if there was a change, all that has come at least half as far, the surest first.
  mutating func judge(_ stretch: SyndromeStatistics, reference: SyndromeStatistics, first: UInt64)
    -> [Finding]
  {
    let shots = stretch.shots
    isSuspect = false
    // So many shots behind the expectation that chance in the stretch is what matters.
    guard shots > 0, reference.effectiveShots >= 3 * shots else { return [] }
    let spread = 1 + shots / reference.effectiveShots
    let isWatched = watched.map { shots * reference.counts[$0] / reference.shots >= Self.leastEvents }
    let threshold = Self.threshold(stretchesPerAlarm * 2 * Double(max(1, isWatched.count { $0 })))
    var isChange = false
    for (index, product) in watched.enumerated() where isWatched[index] {
      let density = reference.counts[product] / reference.shots
      let deviation = (spread * shots * density * (1 - density)).squareRoot()
      let excess = (stretch.counts[product] - shots * density) / deviation
      isSuspect = isSuspect || abs(excess) >= 0.5 * threshold
      let step = min(max(excess, -0.5 * threshold), 0.5 * threshold)
      if sums[index].more == 0 { sums[index].moreSince = first }
      if sums[index].fewer == 0 { sums[index].fewerSince = first }
      sums[index].more = max(0, sums[index].more + step - Self.allowance)
      sums[index].fewer = max(0, sums[index].fewer - step - Self.allowance)
      isChange = isChange || max(sums[index].more, sums[index].fewer) >= threshold
    }
    guard isChange else { return [] }
    var findings: [Finding] = []
    for (index, product) in watched.enumerated() where isWatched[index] {
      let sum = sums[index]
      let score = max(sum.more, sum.fewer) / threshold
      guard score >= 0.5 else { continue }
      findings.append(
        Finding(
          product: product, score: score, since: sum.more >= sum.fewer ? sum.moreSince : sum.fewerSince,
          before: reference.counts[product] / reference.shots, now: stretch.counts[product] / shots))
    }
    return findings.sorted { ($0.score, $1.product) > ($1.score, $0.product) }
  }

  /// What a sum reaches by chance once in so many steps, in the mean: Siegmund's formula, solved by halving.
  static func threshold(_ steps: Double) -> Double {
    var (low, high) = (0.0, 200.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      let reach = 2 * allowance * (middle + 1.166)
      if (exp(reach) - reach - 1) / (2 * allowance * allowance) < steps {
        low = middle
      } else {
        high = middle
      }
    }
    return high
  }
}
