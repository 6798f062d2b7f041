import Glibc

/// One panel of a picture in SVG: a box with axes, and in it what is drawn in the axes' units.
///
/// Dots that fall on one pixel are drawn once, and no number has more than one decimal, so that files stay small.
struct PlotPanel {
  struct Axis {
    let title: String
    let range: ClosedRange<Double>
    let isLogarithmic: Bool
    let ticks: [(value: Double, label: String)]

    /// From 0, with ticks at round numbers.
    static func linear(_ title: String, upTo end: Double, from begin: Double = 0) -> Axis {
      let end = end.isFinite && end > begin ? end : begin + 1
      let power = pow(10, log10((end - begin) / 4).rounded(.down))
      let step = [1, 2, 5, 10].first { $0 * power * 5 >= end - begin } ?? 10
      let ticks = stride(
        from: (begin / (step * power)).rounded(.up), through: end / (step * power), by: step / step
      )
      .map { number in
        // Whole numbers of steps below 1 would show all digits of a binary fraction.
        let value = power < 1 ? number * step / (1 / power).rounded() : number * step * power
        return (value, shortestDecimal(value))
      }
      return Axis(title: title, range: begin...end, isLogarithmic: false, ticks: ticks)
    }

    /// From one power of ten to another, with a tick at each.
    static func logarithmic(_ title: String, _ powers: ClosedRange<Int>) -> Axis {
      Axis(
        title: title, range: pow(10, Double(powers.lowerBound))...pow(10, Double(powers.upperBound)),
        isLogarithmic: true, ticks: powers.map { (pow(10, Double($0)), "1e\($0)") })
    }

    /// 0 at the beginning, 1 at the end, and nothing beyond.
    func share(_ value: Double) -> Double {
      let value = min(max(value, range.lowerBound), range.upperBound)
      return isLogarithmic
        ? log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
        : (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
  }

  typealias Point = (x: Double, y: Double)

  /// In pixels; `width` has room for what stands left of the box.
  static let width = 320
  static let height = 310
  private static let box = (left: 52.0, top: 24.0, side: 240.0)

  let title: String
  let x: Axis
  let y: Axis
  private var drawn: [String] = []
  private var legend: [(name: String, color: String)] = []

  init(_ title: String, x: Axis, y: Axis) {
    self.title = title
    self.x = x
    self.y = y
  }

  mutating func dots(_ points: [Point], color: String, name: String? = nil) {
    if let name { legend.append((name, color)) }
    var seen: Set<[Int]> = []
    var path = ""
    for point in points {
      let place = [Int(across(point.x).rounded()), Int(down(point.y).rounded())]
      if seen.insert(place).inserted { path += "M\(place[0]) \(place[1])h0" }
    }
    drawn.append(
      "<path d=\"\(path)\" stroke=\"\(color)\" stroke-width=\"3\" stroke-linecap=\"round\" opacity=\"0.7\"/>")
  }

  mutating func line(_ points: [Point], color: String, name: String? = nil) {
    if let name { legend.append((name, color)) }
    let path = points.map { "\(tenths(across($0.x))) \(tenths(down($0.y)))" }.joined(separator: "L")
    drawn.append("<path d=\"M\(path)\" fill=\"none\" stroke=\"\(color)\"/>")
  }

  /// Bars of one width that stand on the lower edge, at their left ends.
  mutating func bars(_ points: [Point], width: Double, color: String, name: String? = nil) {
    if let name { legend.append((name, color)) }
    let path = points.map { point in
      "M\(tenths(across(point.x))) \(tenths(down(y.range.lowerBound)))V\(tenths(down(point.y)))"
        + "H\(tenths(across(point.x + width)))V\(tenths(down(y.range.lowerBound)))z"
    }.joined()
    drawn.append("<path d=\"\(path)\" fill=\"\(color)\" opacity=\"0.5\"/>")
  }

  mutating func label(_ text: String, at point: Point) {
    let isRight = x.share(point.x) > 0.5
    drawn.append(
      "<text x=\"\(tenths(across(point.x)))\" y=\"\(tenths(down(point.y) - 5))\" "
        + "text-anchor=\"\(isRight ? "end" : "start")\">\(text)</text>")
  }

  private func across(_ value: Double) -> Double { Self.box.left + Self.box.side * x.share(value) }
  private func down(_ value: Double) -> Double { Self.box.top + Self.box.side * (1 - y.share(value)) }

  /// The panel, moved to the right by so many pixels.
  func svg(at left: Int) -> String {
    let (begin, top, side) = (Self.box.left, Self.box.top, Self.box.side)
    let (middle, bottom) = (begin + side / 2, top + side)
    var parts = [
      "<g transform=\"translate(\(left))\">",
      "<rect x=\"\(begin)\" y=\"\(top)\" width=\"\(side)\" height=\"\(side)\" fill=\"none\" stroke=\"#888\"/>",
      "<text x=\"\(middle)\" y=\"16\" text-anchor=\"middle\">\(title)</text>",
      "<text x=\"\(middle)\" y=\"\(bottom + 34)\" text-anchor=\"middle\">\(x.title)</text>",
      "<text transform=\"translate(12 \(top + side / 2)) rotate(-90)\" text-anchor=\"middle\">\(y.title)</text>",
    ]
    for tick in x.ticks {
      let place = tenths(across(tick.value))
      parts.append("<path d=\"M\(place) \(bottom)v4\" stroke=\"#888\"/>")
      parts.append("<text x=\"\(place)\" y=\"\(bottom + 16)\" text-anchor=\"middle\">\(tick.label)</text>")
    }
    for tick in y.ticks {
      let place = down(tick.value)
      parts.append("<path d=\"M\(begin) \(tenths(place))h-4\" stroke=\"#888\"/>")
      parts.append(
        "<text x=\"\(begin - 6)\" y=\"\(tenths(place + 4))\" text-anchor=\"end\">\(tick.label)</text>")
    }
    parts += drawn
    for (row, entry) in legend.enumerated() {
      let place = top + 14 + 13 * Double(row)
      parts.append("<path d=\"M\(begin + 8) \(place - 4)h8\" stroke=\"\(entry.color)\" stroke-width=\"3\"/>")
      parts.append("<text x=\"\(begin + 20)\" y=\"\(place)\">\(entry.name)</text>")
    }
    return (parts + ["</g>"]).joined(separator: "\n")
  }

  private func tenths(_ value: Double) -> String { shortestDecimal((10 * value).rounded() / 10) }
}
