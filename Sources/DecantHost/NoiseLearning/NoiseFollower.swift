import Glibc

/// Learns noise that drifts, beside a decoder that is at work: shots in; changes, and error models whenever wanted, out.
///
/// Old shots are forgotten exponentially, so that slow drift is followed. Where noise changes faster than that, all before
/// the change is forgotten at once. One thread at a time.
public final class NoiseFollower {
  public struct Options: Sendable {
    /// Shots after which a shot counts half; infinite to forget nothing but what a change has outdated.
    public var halfLife: Double
    /// Shots that are judged together, 256 at least.
    public var stretch: Int
    /// Stretches from one false alarm to the next, in the mean; infinite to watch for no changes.
    public var stretchesPerAlarm: Double
    /// Whether what is alike in all rounds of the structure is to stay so, as streams want it.
    public var repeats: Bool

    public init(
      halfLife: Double = 100_000, stretch: Int = 4096, stretchesPerAlarm: Double = 10_000,
      repeats: Bool = false
    ) {
      self.halfLife = halfLife
      self.stretch = stretch
      self.stretchesPerAlarm = stretchesPerAlarm
      self.repeats = repeats
    }
  }

  /// One sign of a change.
  public struct Change: Equatable, Sendable {
    /// Shots that there had been when the change was told, and before it began.
    public let shots: UInt64
    public let since: UInt64
    /// A detector, or two that fire together.
    public let detectors: [UInt32]
    /// How often they fired, in shares of the shots: before, and last.
    public let before: Double
    public let now: Double
  }

  public let description: NoiseDescription
  private let options: Options
  private let counter: ProductCounter
  private var detector: ChangeDetector
  /// What is remembered.
  public private(set) var statistics: SyndromeStatistics
  /// Shots so far, those in the stretch that goes on among them.
  public var shots: UInt64 { judged + UInt64(counter.shots) }
  private var judged: UInt64 = 0
  /// The last stretches, of which a change that is told late had begun with one.
  private var recent: [(first: UInt64, statistics: SyndromeStatistics)] = []
  private static let remembered = 12

  public init(_ description: NoiseDescription, options: Options = Options()) {
    precondition(options.halfLife > 0 && options.stretch >= 256 && options.stretchesPerAlarm > 0)
    let products = description.structure.products
    self.description = description
    self.options = options
    counter = ProductCounter(products)
    detector = ChangeDetector(products, stretchesPerAlarm: options.stretchesPerAlarm)
    statistics = SyndromeStatistics(products)
  }

  /// What is remembered, with the stretch that goes on.
  public var allStatistics: SyndromeStatistics {
    var all = statistics
    all.add(copyOf: counter)
    return all
  }

  /// Adds what was counted elsewhere to what is remembered, to be forgotten with it.
  ///
  /// - Returns: false, with nothing changed, if it is of other products.
  public func merge(_ other: SyndromeStatistics) -> Bool { statistics.merge(other) }

  /// Adds shots in their order. Returns the changes that they tell of, the surest signs of each first.
  ///
  /// - Parameter batch: its shots begin with the structure's detectors.
  public func add(_ batch: ShotBatch) -> [Change] {
    var changes: [Change] = []
    let size = batch.layout.rowBytes
    var next = 0
    while next < batch.count {
      let count = min(batch.count - next, options.stretch - counter.shots)
      if count == batch.count {
        counter.count(batch)
      } else {
        let rows = Array(batch.rows[(next * size)..<((next + count) * size)])
        counter.count(ShotBatch(layout: batch.layout, rows: rows, count: count))
      }
      next += count
      if counter.shots == options.stretch { changes += finishStretch() }
    }
    return changes
  }

  private func finishStretch() -> [Change] {
    let first = judged
    judged += UInt64(counter.shots)
    var stretch = SyndromeStatistics(description.structure.products)
    stretch.add(counter)
    let findings =
      options.stretchesPerAlarm.isFinite
      ? detector.judge(stretch, reference: statistics, first: first) : []
    recent.append((first, stretch))
    if recent.count > Self.remembered { recent.removeFirst() }
    guard !findings.isEmpty else {
      // A burst is not learned; if it was a change, the next stretch tells.
      guard !detector.isSuspect else { return [] }
      statistics.forget(keeping: exp2(-Double(options.stretch) / options.halfLife))
      statistics.merge(stretch)
      return []
    }
    // A sum may have been above zero by chance before the change; most were not.
    let since = findings.map(\.since).sorted()[findings.count / 2]
    // What was before the change says nothing of what comes, and the stretch in which it came is mixed.
    statistics = SyndromeStatistics(description.structure.products)
    recent.removeAll { $0.first <= since && $0.first != first }
    for (_, part) in recent { statistics.merge(part) }
    detector.reset()
    return findings.map { finding in
      Change(
        shots: judged, since: since, detectors: description.structure.products.detectors(of: finding.product),
        before: finding.before, now: finding.now)
    }
  }

  /// What the shots that are remembered say of the noise.
  ///
  /// - Throws: what `NoiseEvidence` and the estimator throw, also before the first stretch is complete.
  public func model(_ estimator: any NoiseEstimator, threads: Int = 1) throws -> DetectorErrorModel {
    let evidence = try NoiseEvidence(description, statistics, threads: threads)
    let estimate = try estimator.estimate(evidence)
    guard options.repeats else { return try evidence.model(estimate) }
    return try evidence.model(
      NoiseEstimate(
        rates: evidence.families.means(estimate.rates), deviations: estimate.deviations,
        remark: estimate.remark))
  }
}

extension NoiseFamilies {
  /// For each mechanism, the mean over all that are like it in other rounds.
  func means(_ rates: [Double]) -> [Double] {
    var sums = [(rate: Double, members: Double)](repeating: (0, 0), count: (orbits.max() ?? -1) + 1)
    for (mechanism, orbit) in orbits.enumerated() {
      sums[orbit].rate += rates[mechanism]
      sums[orbit].members += 1
    }
    return orbits.map { sums[$0].rate / sums[$0].members }
  }
}

extension DetectorProducts {
  /// The detectors of a product, ascending.
  func detectors(of product: Int) -> [UInt32] {
    var found: [UInt32] = []
    var depth = nodes[product].depth
    var index = product
    while depth > 0 {
      if nodes[index].depth == depth {
        found.append(nodes[index].detector)
        depth -= 1
      }
      index -= 1
    }
    return found.reversed()
  }
}
