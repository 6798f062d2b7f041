import Glibc

/// Results as a table to read.
extension EvaluationRow {
  /// A line for each row, columns below each other; columns in which no row has anything are left out.
  public static func table(_ rows: [EvaluationRow]) -> String {
    let columns: [(title: String, isText: Bool, cell: (EvaluationRow) -> String?)] = [
      ("experiment", true, { $0.subject.code ?? $0.subject.data ?? $0.subject.model }),
      ("d", false, { $0.subject.facts.distance.map(String.init) }),
      ("rounds", false, { $0.subject.facts.rounds.map(String.init) }),
      ("basis", true, { $0.subject.facts.basis?.rawValue }),
      ("noise", true, { $0.noise }),
      ("decoder", true, { $0.decoder }),
      ("shots", false, { "\($0.rate.shots)" }),
      ("errors", false, { "\($0.rate.errors)" }),
      ("per shot (95 % interval)", true, { text($0.rate.perShot) }),
      ("per round (95 % interval)", true, { text($0.ratePerRound) }),
      ("density", false, { $0.density.map { number($0, "%.5f") } }),
      ("of basis", false, { $0.memoryDensity.map { number($0, "%.5f") } }),
      ("residual", false, { $0.residualMemoryDensity.map { number($0, "%.5f") } }),
      ("reduction", false, { $0.densityReduction.map { number($0, "%.2f") } }),
      ("sample ns/shot", false, { $0.samplingPerShot.map { number($0, "%.0f") } }),
      ("decode ns/shot", false, { $0.nanosecondsPerShot.map { number($0, "%.0f") } }),
      ("ns/round", false, { $0.nanosecondsPerRound.map { number($0, "%.0f") } }),
      ("p50 ns", false, { $0.latency?.quantile(0.5).map { "\($0)" } }),
      ("p99 ns", false, { $0.latency?.quantile(0.99).map { "\($0)" } }),
      ("p99.9 ns", false, { $0.latency?.quantile(0.999).map { "\($0)" } }),
      ("max ns", false, { $0.latency.map { "\($0.max)" } }),
    ]
    var lines = [String](repeating: "", count: rows.count + 1)
    for column in columns {
      let cells = rows.map { column.cell($0) }
      guard cells.contains(where: { $0 != nil }) else { continue }
      let texts = [column.title] + cells.map { $0 ?? "-" }
      let width = texts.map(\.count).max() ?? 0
      for (line, text) in texts.enumerated() {
        let space = String(repeating: " ", count: width - text.count)
        lines[line] += (lines[line].isEmpty ? "" : "  ") + (column.isText ? text + space : space + text)
      }
    }
    return lines.map { String($0.reversed().drop { $0 == " " }.reversed()) + "\n" }.joined()
  }

  private var noise: String? {
    let parts = [
      subject.facts.noise.map { "\($0)" }, subject.facts.noiseCircuit == .scalar ? "scalar" : nil,
      subject.noiseSource,
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  private var samplingPerShot: Double? {
    guard let sampling, rate.shots > 0 else { return nil }
    return sampling / Duration.nanoseconds(1) / Double(rate.shots)
  }

  private static func text(_ estimate: ErrorRate.Estimate?) -> String? {
    estimate.map { "\(number($0.value, "%.3e")) (\(number($0.low, "%.3e")) to \(number($0.high, "%.3e")))" }
  }

  private static func number(_ value: Double, _ format: String) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
      _ = withVaList([value]) { vsnprintf(text.baseAddress, text.count, format, $0) }
      return String(cString: text.baseAddress!)
    }
  }
}
