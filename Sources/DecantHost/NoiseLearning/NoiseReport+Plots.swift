import Glibc

/// The report as a picture, SVG: what was learned against what the structure makes expect, how far what was measured
/// strays from that, and which detectors disagree.
extension NoiseReport {
  public var svg: String {
    let panels = [probabilityPanel, scorePanel, detectorPanel]
    let (width, height) = (PlotPanel.width * panels.count, PlotPanel.height)
    let head =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" height=\"\(height)\" "
      + "font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    return head + panels.enumerated().map { $1.svg(at: $0 * PlotPanel.width) }.joined(separator: "\n")
      + "\n</svg>\n"
  }

  private var probabilityPanel: PlotPanel {
    let learned = estimate.rates.map { Rate.probability($0) }
    let expected = evidence.expected.map { Rate.probability($0) }
    let most = (learned + expected).max() ?? 0
    let least = (learned + expected).min() ?? 0
    let top = most > 0 ? Int(log10(most).rounded(.up)) : 0
    // What is smaller by far stands on the edge.
    let bottom = least > 0 ? max(Int(log10(least).rounded(.down)), top - 5) : top - 5
    let range = min(bottom, top - 1)...top
    var panel = PlotPanel(
      "Probabilities, by \(estimatorName)", x: .logarithmic("expected from the structure", range),
      y: .logarithmic("learned", range))
    panel.line([(0, 0), (1, 1)], color: "#bbb")
    let kinds = [
      ("hyperedges", 3...Int.max, "#4472c4"), ("edges", 2...2, "#e08020"),
      ("boundary edges", 1...1, "#208040"),
    ]
    for (name, sizes, color) in kinds {
      let members = learned.indices.filter { sizes.contains(evidence.structure.size(of: $0)) }
      if !members.isEmpty {
        panel.dots(members.map { (expected[$0], learned[$0]) }, color: color, name: name)
      }
    }
    return panel
  }

  /// Standard deviations between measured and expected rates: where the structure's expectation holds, mostly normal.
  private var scorePanel: PlotPanel {
    let (reach, width) = (6.0, 0.5)
    let scores = scores.compactMap { $0 }.filter(\.isFinite)
    var counts = [Double](repeating: 0, count: Int(2 * reach / width))
    for score in scores {
      // The outermost bars hold all beyond.
      counts[Int(min(max((score + reach) / width, 0), Double(counts.count) - 1))] += 1
    }
    let whole = Double(scores.count)
    func normal(_ score: Double) -> Double {
      whole * width * exp(-0.5 * score * score) / (2 * Double.pi).squareRoot()
    }
    var panel = PlotPanel(
      "Misfit \(scores.isEmpty ? "not known" : rounded(misfit))",
      x: .linear("standard deviations from what is expected", upTo: reach, from: -reach),
      y: .linear("mechanisms", upTo: 1.25 * max(counts.max() ?? 0, normal(0))))
    panel.bars(
      counts.indices.map { (-reach + width * Double($0), counts[$0]) }, width: width, color: "#4472c4",
      name: "measured")
    panel.line(
      stride(from: -reach, through: reach, by: 0.2).map { ($0, normal($0)) }, color: "#c0504d",
      name: "by chance alone")
    return panel
  }

  private var detectorPanel: PlotPanel {
    let misfits = detectorMisfits
    let odd = oddDetectors
    var panel = PlotPanel(
      odd.isEmpty ? "No detector disagrees" : "Detectors that disagree: \(odd.count)",
      x: .linear("detector", upTo: Double(max(misfits.count - 1, 1))),
      y: .logarithmic("misfit of its mechanisms", -2...2))
    panel.line([(0, 1), (Double(misfits.count), 1)], color: "#bbb")
    let isOdd = Set(odd.map(\.detector))
    let (agreeing, others) = (misfits.indices.filter { !isOdd.contains($0) }, odd.map(\.detector))
    panel.dots(
      agreeing.compactMap { index in misfits[index].map { (Double(index), $0.mean) } }, color: "#4472c4")
    panel.dots(
      others.compactMap { index in misfits[index].map { (Double(index), $0.mean) } }, color: "#c0504d")
    if let worst = odd.first { panel.label(worst.name, at: (Double(worst.detector), worst.mean)) }
    return panel
  }
}
