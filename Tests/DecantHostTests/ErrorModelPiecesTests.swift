import Foundation
import Testing

@testable import DecantHost

/// A model that is read in pieces, and errors that are read by a shorter way, are what they are read as a whole and by the
/// long way.
@Suite struct ErrorModelPiecesTests {
  /// What comes of a model: its text as written anew, or what is wrong with it.
  private static func outcome(_ read: () throws -> DetectorErrorModel) -> String {
    do {
      let model = try read()
      return "\(model.detectorCount) \(model.observableCount) \(model.errorCount)\n"
        + String(decoding: model.text, as: UTF8.self)
    } catch { return "\(error)" }
  }

  private static func whole(_ text: String) -> String { outcome { try DetectorErrorModel(text: text) } }

  private static func pieces(_ text: String, piece: Int) -> String {
    outcome {
      var source = ByteSource(bytes: Array(text.utf8), name: "model")
      var reader = ErrorModelReader(source: "model", limits: ErrorModelLimits())
      while true {
        let lines = try source.takeLines(piece: piece)
        if lines.isEmpty { break }
        try reader.read(lines)
      }
      try reader.finish()
      return DetectorErrorModel(of: reader)
    }
  }

  @Test(arguments: [
    "error(0.1) D0 D1 ^ D2 L0\nerror(0.25) D1\n", "error(0.1) D0 D1\r\n\r\nerror(0.2) D1\r\n",
    "error(0.1) D0",
    "error(0.1) D0\r", "# error(2) D0\nerror[a b](0.1) D0 # D1\n\n\n  error(0.1) D1\n", "\n", "",
    "error(0.1) D0\n ",
    "repeat 3 {\n  error(0.1) D0\n  repeat 2 { # two\n    error(0.2) D0 D1\n    shift_detectors 1\n  }\n}\nerror(0.1) D9",
    "repeat 3 {\n  error(0.1) D0\n", "error(0.1) D0\n}\n", "error(0.1) D0\nerror(0.1) D0 D1 ^\nerror(2) D0\n",
    "error(0.1) D0\nerror[a(0.1) D0\n", "error(0.1) D0\nerror (0.1) D0\n",
    "detector(1, 2.5, 3) D4\nlogical_observable L2\n",
    "error(0.1)\nerror() D0\nerror(0) D1\nerror(1) D2\nerror(00000001) D3\n",
    "error(0.1) D0\n\nerror(1.00000001) D0\n",
    "error(0.1) D1 D2\nerror(0.1) D268435455\n", "error(0.1) D2 L16777216\n", "error(0.1) D1 ^ ^ D2\n",
    "error(0.1) ^ D2\n",
    "error(0.1) D1 D\n", "error(0.1) D1 X2\n", "error(0.1)  D1\t D2 \nERROR(0.1) d1 l0\n",
    "error(1e-3) D1\nerror(1e400) D1\n",
    "error(nan) D1\n", "error(-0.5) D1\n", "error(0.1", "error(0.1) D1 D2}\n", "error(0.1) D1{\n",
    "shift_detectors 4\nerror(0.1) D0\n",
  ])
  func piecesAreTheWhole(_ text: String) {
    for piece in [1, 2, 3, 7, 20, 50, 1000] {
      #expect(Self.pieces(text, piece: piece) == Self.whole(text))
    }
  }

  /// A tag keeps an error from the shorter way, and says nothing.
  @Test func bothWaysReadTheSame() {
    var random = SplitMix64(state: 3)
    let words = [
      "D0", "D12", "D268435454", "L0", "L70", "^", "D0000000001", "D9999999999", "L", "D-1", "d4", "\t", "",
    ]
    for _ in 0..<3000 {
      let digits = (0..<Int.random(in: 1...40, using: &random)).map { _ in
        "0123456789".randomElement(using: &random)!
      }
      let number = ["0." + digits, "\(digits.prefix(3))e-5", "0.1", "1", ".5", "5.", "+0.1"].randomElement(
        using: &random)!
      let targets = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        words.randomElement(using: &random)!
      }
      let rest = "(\(number)) " + targets.joined(separator: " ")
      let (short, long) = (Self.whole("error\(rest)\n"), Self.whole("error[]\(rest)\n"))
      #expect(short == long)
    }
  }

  /// More spellings than are remembered, each twice, of all lengths.
  @Test func manySpellings() throws {
    var random = SplitMix64(state: 4)
    var spellings = (0..<3000).map { number in
      String(
        "0.\(number)\(UInt64.random(in: 0 ... .max, using: &random))000000000000000000".prefix(
          3 + number % 38))
    }
    spellings += spellings
    let model = try DetectorErrorModel(text: spellings.map { "error(\($0)) D0\n" }.joined())
    var read: [Double] = []
    model.forEachError { read.append($0.probability) }
    #expect(read == spellings.map { Double($0)! })
  }

  /// The graph of a model that is read while it is built, or what is wrong with it.
  private static func graphs(_ text: String, _ options: DetectorGraph.Options = .init(correlated: true))
    -> [String]
  {
    func told(_ make: () throws -> DetectorGraph) -> String {
      do {
        let graph = try make()
        let rules = graph.correlations
        return "\(graph.detectorCount) \(graph.observableCount) \(graph.census) \(graph.edges) "
          + "\(graph.edges.indices.map { rules?.rules(of: $0) }) \(rules?.affected ?? []) \(rules?.weights ?? [])"
      } catch { return "\(error)" }
    }
    var source = ByteSource(bytes: Array(text.utf8), name: "model")
    return [
      told { try DetectorGraph(DetectorErrorModel(text: text), options: options) },
      told { try DetectorGraph(reading: &source, options: options) },
    ]
  }

  /// Longer than a piece, with blocks across pieces and shifts within them.
  @Test func graphsOfLongModels() {
    var random = SplitMix64(state: 5)
    var text = "# \(String(repeating: "long ", count: 40_000))\n"
    for block in 0..<30 {
      text += block % 3 == 0 ? "repeat \(block % 4) {\n" : ""
      for _ in 0..<400 {
        let detectors = (0..<4).map { 15 * ($0 % 2) + Int.random(in: 0..<15, using: &random) }
        text += "error(0.\(Int.random(in: 1...4, using: &random))) D\(detectors[0]) D\(detectors[1])"
        text += detectors[2] < 10 ? " ^ D\(detectors[2]) D\(30 + detectors[3])\n" : " L0\n"
      }
      text += "shift_detectors 5\n" + (block % 3 == 2 ? "}\n" : "")
    }
    text += "detector D900"
    for options in [DetectorGraph.Options(), .init(correlated: true)] {
      let graphs = Self.graphs(text, options)
      #expect(graphs[0] == graphs[1] && !graphs[0].hasPrefix("model"))
    }
    let graphs = Self.graphs(
      text.replacingOccurrences(of: " L0\n", with: " D70\n"), .init(hyperedges: .drop, correlated: true))
    #expect(graphs[0] == graphs[1] && !graphs[0].hasPrefix("model"))
  }

  /// What is wrong with the text is told before what is wrong with the graph, wherever it is.
  @Test func flawsInTheirOrder() {
    let filler = String(repeating: "error(0.1) D0 D1 ^ D2 D3\n", count: 10_000)
    for text in [
      "error(0.1) D0 D1 D2\n\(filler)error(2) D0\n", "error(0.1) D0 D1 D2\n\(filler)",
      "\(filler)error(0.1) L0 ^ D0\n",
      "\(filler)error(0.6) D0\n\(filler)repeat 2 {\n", "\(filler)}",
      "repeat 2 {\n\(filler)error(0.7) D0\n}\n\(filler)",
    ] {
      let graphs = Self.graphs(text)
      #expect(graphs[0] == graphs[1] && graphs[0].hasPrefix("model:"))
    }
  }

  /// A detector and an edge with more partners than a chain takes, and a detector far beyond all others.
  @Test func hubs() throws {
    let star = (1...200).map { "error(0.1) D0 D\($0)\n" }.joined()
    let far =
      "error(0.1) D268435454\nerror(0.1) D5000000 D268435454\nerror(0.1) D0 D1 ^ D5000000 D268435454\n"
    let pairs = (1...100).map { "error(0.1) D0 D1 ^ D\(1000 + $0)\n" }.joined()
    let graph = try DetectorGraph(
      DetectorErrorModel(text: far + star + pairs + star + far + pairs), options: .init(correlated: true))
    #expect(graph.edges.count == 302)
    for edge in graph.edges where edge.a == 0 && edge.b > 1 { #expect(abs(edge.probability - 0.18) < 1e-12) }
    let correlations = try #require(graph.correlations)
    #expect(correlations.rules(of: 0).count == 101)
    #expect(Array(correlations.affected.prefix(101)) == (200..<301).map { UInt32($0) })
    for weight in correlations.weights[1..<101] { #expect(weight == correlations.weights[1]) }
  }
}
