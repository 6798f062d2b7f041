import DecantHost
import Testing

@testable import DecantCore

/// A second pass begins from what the first has left, and ends at a lightest matching for the lowered weights: its
/// radii are feasible duals for these, and their sum is the weight.
@Suite struct SecondPassTests {
  /// Errors of one to three components along a ring and across it, and a way out at the first detector.
  private func model(_ random: inout SplitMix64) throws -> DetectorGraph {
    let nodes = Int.random(in: 2...30, using: &random)
    let reach = [2, nodes].randomElement(using: &random)!
    let probabilities = [[0.01, 0.1], [0.05], []].randomElement(using: &random)!
    func probability(_ random: inout SplitMix64) -> Double {
      probabilities.randomElement(using: &random) ?? Double.random(in: 0.001...0.4, using: &random)
    }
    var lines = (0..<Int.random(in: nodes...4 * nodes, using: &random)).map { _ in
      let components = (0..<[1, 2, 2, 3].randomElement(using: &random)!).map { _ in
        let a = Int.random(in: 0..<nodes, using: &random)
        let b = (a + Int.random(in: 0...reach, using: &random)) % nodes
        return a == b ? "D\(a)" : "D\(a) D\(b)"
      }
      return "error(\(probability(&random))) \(components.joined(separator: " ^ "))"
    }
    lines += (1..<nodes).map { "error(\(probability(&random))) D\($0 - 1) D\($0)" } + ["error(0.01) D0"]
    let options = DetectorGraph.Options(hyperedges: .refuse, correlated: true)
    return try DetectorGraph(DetectorErrorModel(text: lines.joined(separator: "\n")), options: options)
  }

  @Test(arguments: 0..<40)
  func secondPassHasACertificate(seed: Int) throws {
    var random = SplitMix64(state: UInt64(3000 + seed))
    var lowered = 0
    var unchanged = 0
    for _ in 0..<40 {
      let graph = try model(&random)
      let density = Double.random(in: 0.1...1, using: &random)
      let events = (0..<UInt32(graph.detectorCount)).filter { _ in
        Double.random(in: 0..<1, using: &random) < density
      }
      let shot = try MatchedShot(graph, events: events, Configuration(isCorrelated: true))
      #expect(shot.decoder.matcher.match() == Status.ok)
      var settled: Trail?
      #expect(shot.decoder.matchCorrelated(settled: &settled) == Status.ok)

      let matcher = shot.decoder.matcher
      let weights = graph.edges.map { edge in
        let slot =
          edge.isBoundary
          ? matcher.graph.boundarySlot(of: edge.a) : matcher.graph.slot(of: edge.a, to: edge.b)
        return Int64(matcher.overlay.weight(of: slot, at: edge.a, matcher.graph))
      }
      lowered += graph.edges.indices.count { weights[$0] < Int64(graph.integerWeight(ofEdge: $0)) }
      let bound = EventDistances(graph, weights: weights, events: events).checkDuals(of: shot)
      var answer = shot.decoder.answer(keepsFlips: true)
      shot.decoder.flips.clear(wordCount: BitSet.wordCount(graph.edges.count))
      if let settled {
        answer.flip(settled)
        unchanged += 1
      } else {
        #expect(shot.decoder.matcher.collect(into: &answer, searches: true))
      }
      #expect(answer.weight == bound)
    }
    #expect(lowered > 0 && unchanged > 0)
  }
}
