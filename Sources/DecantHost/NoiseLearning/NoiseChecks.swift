import Glibc

/// Whether shots are fit to learn from: enough of them, from detectors that live, of the experiment that is said.
///
/// Estimators answer whatever they are given. What they would make of data of another code, or of a detector that is
/// stuck, would look like any other model; so it has to be said before.
public struct NoiseChecks: Sendable {
  /// What is so wrong that there is no sense in learning, a sentence each, without its full stop.
  public private(set) var faults: [String] = []
  /// What a user should know, likewise.
  public private(set) var notices: [String] = []

  private let evidence: NoiseEvidence
  private let shots: Double
  /// For each product, what is expected and what was measured: the rates of all that flip its detectors or more.
  private let expected: [Double]

  /// A detector that is thought dead would have fired so often.
  private static let missedEvents = 20.0
  /// Detection events without which nothing is said.
  private static let fewestEvents = 1000.0
  /// In standard deviations.
  private static let clear = 6.0

  /// - Parameter estimator: that is to be used; one that looks at each mechanism by itself needs more shots.
  public init(_ evidence: NoiseEvidence, for estimator: any NoiseEstimator) {
    self.evidence = evidence
    shots = evidence.statistics.shots
    expected = evidence.structure.sums(evidence.expected)
    checkDetectors()
    checkShots(estimator)
    if faults.isEmpty { checkStructure() }
  }

  private func density(_ product: Int) -> Double { evidence.statistics.counts[product] / shots }

  private mutating func checkDetectors() {
    var dead: [Int] = []
    var random: [Int] = []
    var unexplained: [Int] = []
    for (detector, root) in evidence.structure.products.roots.enumerated() {
      let density = density(Int(root))
      if expected[Int(root)] == 0 {
        if density > 0 { unexplained.append(detector) }
      } else if density == 0 {
        if Rate.probability(expected[Int(root)]) * shots >= Self.missedEvents { dead.append(detector) }
      } else if density > 0.5 - max(0.02, 2 / evidence.statistics.effectiveShots.squareRoot()) {
        random.append(detector)
      }
    }
    if !dead.isEmpty {
      let example = evidence.structure.products.roots[dead[0]]
      let events = Self.count((Rate.probability(expected[Int(example)]) * shots).rounded(.down))
      faults.append(
        "\(name(dead)) never fired in \(Self.count(shots)) shots, where some \(events) detection events were to be "
          + "expected: dead, or not recorded")
    }
    if !random.isEmpty {
      faults.append(
        "\(name(random)) fired in half of the shots or more (the first in \(percent(random[0]))): random, or "
          + "inverted; nothing about the noise around can be learned from that")
    }
    if !unexplained.isEmpty {
      let sentence =
        "\(name(unexplained)) fired (the first in \(percent(unexplained[0])) of the shots), but "
        + "nothing in the structure flips \(unexplained.count == 1 ? "it" : "them")"
      if unexplained.contains(where: { density(Int(evidence.structure.products.roots[$0])) > 1e-3 }) {
        faults.append("\(sentence): the data are of another experiment")
      } else {
        notices.append(sentence)
      }
    }
  }

  private mutating func checkShots(_ estimator: any NoiseEstimator) {
    let roots = evidence.structure.products.roots
    let events = roots.reduce(0) { $0 + evidence.statistics.counts[Int($1)] }
    guard events >= Self.fewestEvents else {
      faults.append(
        "\(Self.count(shots)) shots with \(Self.count(events)) detection events are too few to learn from; there "
          + "should be \(Int(Self.fewestEvents)) events at least")
      return
    }
    let uncertainty = evidence.relativeUncertainty
    if estimator is MomentEstimator, uncertainty > 1 {
      let needed = shots * uncertainty * uncertainty
      faults.append(
        "\(Self.count(shots)) shots are too few to take mechanisms one by one: half of them would be known to "
          + "±\(Self.count((100 * uncertainty).rounded(.down))) % or worse; take some \(Self.count(needed)) shots, or another --estimator"
      )
    }
  }

  /// Compares, detector by detector and pair by pair, what was measured with the best that the structure can say.
  private mutating func checkStructure() {
    var detectors = Tally()
    var pairs = Tally()
    var layers: [Double: Tally] = [:]
    let products = evidence.structure.products
    for (index, node) in products.nodes.enumerated() where node.depth <= 2 && expected[index] > 0 {
      if node.depth == 1 {
        let rate = Rate.of(probability: density(index))
        let variance = expm1(2 * min(20, expected[index])) / shots
        detectors.add(rate, expected[index], variance, factor: 1.5)
        continue
      }
      // Its parent is the last detector by itself before it.
      let parent = Int(products.roots[Int(firstDetector(of: index))])
      let other = Int(products.roots[Int(node.detector)])
      let parities = [
        1 - 2 * density(parent), 1 - 2 * density(other),
        1 - 2 * density(parent) - 2 * density(other) + 4 * density(index),
      ]
      guard parities.allSatisfy({ $0 > 0.02 }) else { continue }
      let rate = 0.5 * (log(parities[2]) - log(parities[0]) - log(parities[1]))
      let variance = (2 * expected[index] + 4 * density(parent) * density(other) + 1 / shots) / shots
      let isClear = pairs.add(rate, expected[index], variance, factor: 3)
      let times = [firstDetector(of: index), node.detector].compactMap {
        evidence.structure.coordinates[Int($0)].last
      }
      if let time = times.max(), isClear {
        layers[times.min() ?? time, default: Tally()].add(rate, expected[index], variance, factor: 3)
      }
    }
    judge(detectors, pairs, layers)
  }

  private mutating func judge(_ detectors: Tally, _ pairs: Tally, _ layers: [Double: Tally]) {
    let remedy = "check distance, rounds, basis, orientation and the order of the detectors"
    // Noise that is wrong in one place is so in all rounds; a round that is wrong in most places is another one.
    let worst = layers.filter { layer in
      let others = Double(pairs.odd - layer.value.odd) / Double(max(1, pairs.clear - layer.value.clear))
      return layer.value.odd >= 6 && layer.value.share >= 0.4 && others < 0.25 * layer.value.share
    }.keys.sorted()
    if pairs.share > 0.4 || detectors.share > 0.5 {
      faults.append(
        "the shots do not look like this structure: \(pairs.odd) of \(pairs.clear) pairs of detectors fire together "
          + "three times as often as they could or a third, and \(detectors.odd) of \(detectors.clear) detectors fire at "
          + "a rate of their own; \(remedy)")
    } else if let layer = worst.first {
      let tally = layers[layer] ?? Tally()
      faults.append(
        "the shots do not look like this structure at time \(shortestDecimal(layer)): there \(tally.odd) of "
          + "\(tally.clear) pairs of detectors fire together three times as often as they could or a third; perhaps they "
          + "are of the other basis; \(remedy)")
    } else if pairs.share > 0.05 {
      notices.append(
        "\(pairs.odd) of \(pairs.clear) pairs of detectors fire together three times as often as expected or a third"
      )
    }
  }

  /// How many comparisons were clear, and how many of these were far apart.
  private struct Tally {
    var clear = 0
    var odd = 0
    var share: Double { clear > 0 ? Double(odd) / Double(clear) : 0 }

    @discardableResult
    mutating func add(_ measured: Double, _ expected: Double, _ variance: Double, factor: Double) -> Bool {
      let deviation = variance.squareRoot()
      guard max(measured, expected) > NoiseChecks.clear * deviation else { return false }
      clear += 1
      let isFar = measured > factor * expected || expected > factor * measured
      if isFar, abs(measured - expected) > NoiseChecks.clear * deviation { odd += 1 }
      return true
    }
  }

  private func firstDetector(of node: Int) -> UInt32 {
    var node = node
    while evidence.structure.products.nodes[node].depth > 1 { node -= 1 }
    return evidence.structure.products.nodes[node].detector
  }

  private func percent(_ detector: Int) -> String {
    "\((1000 * density(Int(evidence.structure.products.roots[detector]))).rounded() / 10) %"
  }

  /// Such as "D3 (0, 4, 1) and 5 more detectors".
  private func name(_ detectors: [Int]) -> String {
    let first = evidence.structure.name(ofDetector: detectors[0])
    guard detectors.count > 1 else { return first }
    return "\(first) and \(detectors.count - 1) more \(detectors.count == 2 ? "detector" : "detectors")"
  }

  private static func count(_ number: Double) -> String {
    number < 1e15 ? "\(Int(number.rounded()))" : "\(number)"
  }
}

extension NoiseStructure {
  /// Such as "D3 (0, 4, 1)".
  func name(ofDetector detector: Int) -> String {
    let place = coordinates[detector]
    return "D\(detector)" + (place.isEmpty ? "" : " (\(place.map(shortestDecimal).joined(separator: ", ")))")
  }
}

extension NoiseEvidence {
  /// The median, over all mechanisms, of the standard deviation of the measured rate relative to the expected one.
  var relativeUncertainty: Double {
    let values = (0..<structure.count).map { variances[$0].squareRoot() / expected[$0] }.sorted()
    return values[values.count / 2]
  }
}
