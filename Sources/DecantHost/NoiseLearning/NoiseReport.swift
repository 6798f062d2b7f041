import Glibc

/// What was learned, for people and for programs: how well the structure fits, and who disagrees with it.
public struct NoiseReport: Sendable {
  let evidence: NoiseEvidence
  let estimate: NoiseEstimate
  let estimatorName: String
  private let notices: [String]
  /// For each measured mechanism, by how many standard deviations its rate differs from the expected one.
  let scores: [Double?]

  /// Mechanisms and detectors to name.
  private static let named = 20

  public init(
    _ evidence: NoiseEvidence, _ estimate: NoiseEstimate, estimator: any NoiseEstimator, notices: [String]
  ) {
    self.evidence = evidence
    self.estimate = estimate
    estimatorName = estimator.name
    self.notices = notices
    scores = evidence.rates.indices.map { mechanism in
      let variance = evidence.variances[mechanism]
      return variance.isFinite
        ? (evidence.rates[mechanism] - evidence.expected[mechanism]) / variance.squareRoot() : nil
    }
  }

  /// The mean of squares of `scores`: 1 where the structure's expectation holds, for any number of shots.
  public var misfit: Double {
    let squares = scores.compactMap { $0.map { min($0 * $0, 1e6) } }
    return squares.isEmpty ? .nan : squares.reduce(0, +) / Double(squares.count)
  }

  /// A detector whose mechanisms are off by more than chance allows.
  struct OddDetector {
    let detector: Int
    let name: String
    let mean: Double
    let mechanisms: Int
  }

  /// For each detector, the mean of squares of its mechanisms' scores, and how many these are; nil where none is measured.
  var detectorMisfits: [(mean: Double, mechanisms: Int)?] {
    let structure = evidence.structure
    var squares = [Double](repeating: 0, count: structure.products.detectorCount)
    var counts = [Int](repeating: 0, count: squares.count)
    for mechanism in 0..<structure.count {
      guard let score = scores[mechanism] else { continue }
      for detector in structure.detectors(of: mechanism) {
        // Rare mechanisms have long tails, which are not disagreement.
        squares[Int(detector)] += min(score * score, 100)
        counts[Int(detector)] += 1
      }
    }
    return squares.indices.map { counts[$0] > 0 ? (squares[$0] / Double(counts[$0]), counts[$0]) : nil }
  }

  /// The worst first.
  var oddDetectors: [OddDetector] {
    let odd = detectorMisfits.enumerated().compactMap { detector, misfit -> OddDetector? in
      guard let misfit else { return nil }
      let count = Double(misfit.mechanisms)
      guard count * misfit.mean > count + 8 * (2 * count).squareRoot() + 10 else { return nil }
      return OddDetector(
        detector: detector, name: evidence.structure.name(ofDetector: detector), mean: misfit.mean,
        mechanisms: misfit.mechanisms)
    }
    return odd.sorted { $0.mean > $1.mean }
  }

  /// Mechanisms that are off by more than chance allows, the worst first.
  private var oddMechanisms: [Int] {
    let odd = scores.indices.filter { abs(scores[$0] ?? 0) > 6 }
    return odd.sorted { abs(scores[$0] ?? 0) > abs(scores[$1] ?? 0) }
  }

  private var parameters: [(name: String, value: Double, deviation: Double)] {
    guard let fit = evidence.fit, let names = evidence.parametric?.names else { return [] }
    if let own = estimate.parameters { return zip(names, own).map { ($0, $1.value, $1.deviation) } }
    return names.indices.map { (names[$0], fit.parameters[$0], fit.parameters[$0] * fit.deviations[$0]) }
  }

  private func isKnown(_ parameter: (name: String, value: Double, deviation: Double)) -> Bool {
    parameter.deviation < 0.5 * ParameterFit.priorDeviation * parameter.value
  }

  private var counts: (boundary: Int, edges: Int, hyperedges: Int) {
    let sizes = (0..<evidence.structure.count).map { evidence.structure.size(of: $0) }
    return (sizes.count { $0 == 1 }, sizes.count { $0 == 2 }, sizes.count { $0 > 2 })
  }

  private var events: Double {
    evidence.structure.products.roots.reduce(0) { $0 + evidence.statistics.counts[Int($1)] }
  }

  /// The median relative uncertainty of estimates.
  private func uncertainty(_ sizes: ClosedRange<Int>) -> Double? {
    let values = estimate.rates.indices.filter { sizes.contains(evidence.structure.size(of: $0)) }
      .map { estimate.deviations[$0] / estimate.rates[$0] }.sorted()
    return values.isEmpty ? nil : values[values.count / 2]
  }
}

/// For people.
extension NoiseReport {
  public var text: String {
    let detectors = evidence.structure.products.detectorCount
    let shots = evidence.statistics.shots
    let counts = counts
    var lines = [
      "shots            \(number(shots)) of \(detectors) detectors, "
        + "\(percent(events / shots / Double(max(detectors, 1)))) of which fire",
      "structure        \(evidence.structure.count) mechanisms: \(counts.boundary) boundary edges, \(counts.edges) edges, "
        + "\(counts.hyperedges) hyperedges",
      "estimator        \(estimatorName)",
      "misfit           \(rounded(misfit)) (1 where \(evidence.fit == nil ? "mechanisms of a kind are" : "the parameters explain all noise"))",
    ]
    if evidence.statistics.effectiveShots < 0.999 * shots {
      lines.append("that count as    \(number(evidence.statistics.effectiveShots)) shots, as some weigh less")
    }
    if let edges = uncertainty(1...2) {
      lines.append("uncertainty      \(percent(edges)) of an edge's probability (median)")
    }
    if let hyperedges = uncertainty(3...DetectorProducts.maxSetSize) {
      lines.append("                 \(percent(hyperedges)) of a hyperedge's")
    }
    let unmeasured = scores.count { $0 == nil }
    if unmeasured > 0 {
      lines.append("not measurable   \(unmeasured) mechanisms, which are as the structure makes expect")
    }
    if let remark = estimate.remark { lines.append("found            \(remark)") }
    lines += notices.map { "notice           \($0)" }
    lines += parameterLines + mechanismLines + detectorLines
    return lines.joined(separator: "\n") + "\n"
  }

  private var parameterLines: [String] {
    guard !parameters.isEmpty else { return [] }
    let width = parameters.map(\.name.count).max() ?? 0
    return ["", "parameters, with one standard deviation:"]
      + parameters.map { parameter in
        "  \(parameter.name)\(String(repeating: " ", count: width - parameter.name.count))  "
          + "\(rounded(parameter.value)) ± \(rounded(parameter.deviation))"
          + (isKnown(parameter) ? "" : "  (the shots say little of it)")
      }
  }

  private var mechanismLines: [String] {
    let odd = oddMechanisms
    guard !odd.isEmpty else {
      return ["", "No mechanism differs clearly from what the structure makes expect."]
    }
    return ["", "\(odd.count) mechanisms differ from what the structure makes expect:"]
      + odd.prefix(Self.named).map { mechanism in
        let names = evidence.structure.detectors(of: mechanism).map {
          evidence.structure.name(ofDetector: Int($0))
        }
        return
          "  \(names.joined(separator: ", ")): \(rounded(Rate.probability(estimate.rates[mechanism]))) ± "
          + "\(rounded(0.5 * estimate.deviations[mechanism])) instead of "
          + "\(rounded(Rate.probability(evidence.expected[mechanism])))"
      } + (odd.count > Self.named ? ["  and \(odd.count - Self.named) more"] : [])
  }

  private var detectorLines: [String] {
    let odd = oddDetectors
    guard !odd.isEmpty else { return [] }
    return ["", "\(odd.count) detectors disagree (misfit of their mechanisms):"]
      + odd.prefix(Self.named).map { "  \($0.name): \(rounded($0.mean)) of \($0.mechanisms)" }
      + (odd.count > Self.named ? ["  and \(odd.count - Self.named) more"] : [])
  }

  private func percent(_ share: Double) -> String { "\(rounded(100 * share)) %" }
  private func number(_ value: Double) -> String {
    value == value.rounded() && value < 1e15 ? "\(Int(value))" : rounded(value)
  }

  /// Three digits.
  func rounded(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    let scale = pow(10, 2 - log10(abs(value)).rounded(.down))
    return shortestDecimal((value * scale).rounded() / scale)
  }
}

/// For programs.
extension NoiseReport {
  public var json: String {
    let counts = counts
    var members = [
      "\"shots\": \(evidence.statistics.shots)", "\"effective_shots\": \(evidence.statistics.effectiveShots)",
      "\"detectors\": \(evidence.structure.products.detectorCount)", "\"events\": \(events)",
      "\"mechanisms\": \(evidence.structure.count)", "\"boundary_edges\": \(counts.boundary)",
      "\"edges\": \(counts.edges)", "\"hyperedges\": \(counts.hyperedges)",
      "\"estimator\": \"\(estimatorName)\"",
      "\"misfit\": \(literal(misfit))", "\"unmeasured\": \(scores.count { $0 == nil })",
      "\"edge_uncertainty\": \(literal(uncertainty(1...2)))",
      "\"hyperedge_uncertainty\": \(literal(uncertainty(3...DetectorProducts.maxSetSize)))",
      "\"notices\": [\(notices.map(quoted).joined(separator: ", "))]",
    ]
    if !parameters.isEmpty {
      members.append(
        "\"parameters\": {\n    "
          + parameters.map {
            "\(quoted($0.name)): {\"value\": \($0.value), \"deviation\": \(literal($0.deviation)), \"known\": \(isKnown($0))}"
          }.joined(separator: ",\n    ") + "\n  }")
    }
    let odd = oddMechanisms.map { mechanism in
      "{\"detectors\": [\(evidence.structure.detectors(of: mechanism).map { "\($0)" }.joined(separator: ", "))], "
        + "\"probability\": \(Rate.probability(estimate.rates[mechanism])), "
        + "\"deviation\": \(0.5 * estimate.deviations[mechanism]), "
        + "\"expected\": \(Rate.probability(evidence.expected[mechanism]))}"
    }
    members.append("\"odd_mechanisms\": [\(odd.joined(separator: ",\n    "))]")
    members.append(
      "\"odd_detectors\": ["
        + oddDetectors.map { "{\"detector\": \(quoted($0.name)), \"misfit\": \($0.mean)}" }.joined(
          separator: ",\n    ") + "]")
    return "{\n  \(members.joined(separator: ",\n  "))\n}\n"
  }

  private func literal(_ value: Double?) -> String { value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "null" }

  private func quoted(_ text: String) -> String {
    "\"\(text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined())\""
  }
}

/// Parameters of noise that were learned.
extension NoiseEvidence {
  /// A JSON object of them, such as `--noise_model` takes for a surface code; nil if the noise has none.
  public func parameterJSON(_ estimate: NoiseEstimate) -> String? {
    guard let fit, let names = parametric?.names else { return nil }
    let members = zip(names, estimate.parameters?.map(\.value) ?? fit.parameters).map { "  \"\($0)\": \($1)" }
    return "{\n\(members.joined(separator: ",\n"))\n}\n"
  }
}
