import DecantHost
import Foundation
import Testing

/// What edges say about each other is PyMatching 2.4's, and what cannot be taken up is refused by line.
@Suite struct EdgeCorrelationsTests {
  static let correlated = DetectorGraph.Options(correlated: true)

  static func graph(_ text: String, _ options: DetectorGraph.Options = correlated) throws -> DetectorGraph {
    try DetectorGraph(DetectorErrorModel(text: text), options: options)
  }

  /// The weights that each edge gives others.
  static func rules(_ graph: DetectorGraph) throws -> [[UInt32: Double]] {
    let correlations = try #require(graph.correlations)
    return graph.edges.indices.map { edge in
      let rules = correlations.rules(of: edge)
      let affected = correlations.affected[rules]
      #expect(Array(affected) == affected.sorted())
      return Dictionary(uniqueKeysWithValues: zip(affected, correlations.weights[rules]))
    }
  }

  static func weight(_ probability: Double) -> Double { log((1 - probability) / probability) }

  /// Edges 0-1, 2-B and 3-B. The first flips with probability .1, .26, .308 and .3272 as its errors come, and
  /// together with the second .1, .18 and .212.
  @Test func rulesByHand() throws {
    let rules = try Self.rules(
      Self.graph(
        """
        error(0.1) D0 D1 ^ D2
        error(0.2) D1 D0 L0
        error(0.1) D2 L1 ^ D0 D1
        error(0.05) D0 D1 ^ D3 ^ D2
        error(0.3) D2
        """))
    #expect(rules.map { $0.keys.sorted() } == [[1, 2], [0, 2], [0, 1]])
    let second = 0.212 * 0.7 + 0.3 * 0.788
    let expected = [
      (rules[0][1], 0), (rules[0][2], Self.weight(0.05 / 0.3272)),
      (rules[1][0], 0), (rules[1][2], Self.weight(0.05 / second)),
      (rules[2][0], 0), (rules[2][1], 0),
    ]
    for (found, weight) in expected { #expect(abs((found ?? .nan) - weight) < 1e-13) }
  }

  @Test func rulesOfRareErrorsAreFinite() throws {
    let rules = try Self.rules(Self.graph("error(5e-324) D0 ^ D1\nerror(0.4) D0"))
    let weight = try #require(rules[0][1])
    #expect(weight.isFinite && weight > 700)
    #expect(rules[1][0] == 0)
  }

  /// An edge that an error names twice is not flipped by it.
  @Test func repeatedEdgesCancel() throws {
    let rules = try Self.rules(Self.graph("error(0.1) D0 ^ D1 ^ D0\nerror(0.1) D0 ^ D2 ^ D1 ^ D2 ^ D2"))
    #expect(rules.map { $0.keys.sorted() } == [[1, 2], [0, 2], [0, 1]])
    #expect(try Self.rules(Self.graph("error(0.1) D0 ^ D1 ^ D0")).allSatisfy { $0.isEmpty })
  }

  @Test func repetitionsOfBlocksCount() throws {
    let folded = try Self.graph("repeat 3 {\nerror(0.1) D0 ^ D1 D2\nshift_detectors 1\n}")
    let flat = try Self.graph("error(0.1) D0 ^ D1 D2\nerror(0.1) D1 ^ D2 D3\nerror(0.1) D2 ^ D3 D4")
    #expect(try Self.rules(folded) == Self.rules(flat))
  }

  /// What is left of an error still happens together.
  @Test func droppedComponentsLeaveTheOthers() throws {
    let options = DetectorGraph.Options(hyperedges: .drop, correlated: true)
    let graph = try Self.graph("error(0.1) D0 ^ D1 D2 D3 ^ D4", options)
    #expect(try Self.rules(graph) == [[1: 0], [0: 0]])
    #expect(graph.census.hyperedges.count == 1)
  }

  @Test func onlyWhenAskedFor() throws {
    #expect(try Self.graph("error(0.1) D0 ^ D1", .init()).correlations == nil)
    let graph = try DetectorGraph(
      detectors: 2, observables: 0, edges: [.init(0, 1, probability: 0.1)], options: Self.correlated)
    #expect(try Self.rules(graph) == [[:]])
  }

  /// The heaviest weight may be one that only a rule gives.
  @Test func scaleSpansRules() throws {
    let graph = try Self.graph("error(0.4) D0\nerror(0.001) D0 ^ D1\nerror(0.4) D1")
    let heaviest = try #require(try Self.rules(graph)[0][1])
    #expect(heaviest > graph.edges[0].weight)
    #expect(graph.weightScale.factor == (0x1p24 - 1) / heaviest)
    #expect(try Self.graph("error(0.5) D0 ^ D1").weightScale.factor == 1)
  }

  @Test(arguments: [
    ("error(0.7) D0", "error probability 0.7 is above 0.5, but correlations need errors that are at most "),
    ("error(1) L0", "error probability 1.0 is above 0.5, but correlations need errors that are at most "),
    ("error(0.1) D0 ^ D1 D2 D3", "D1 D2 D3 flip together, 3 detectors, but matching takes at most 2; "),
    ("error(0.1) D0 ^ L0", "a component of this error flips no detector, so that correlations cannot "),
    ("error(0.1) D1 D1 ^ D0", "a component of this error flips no detector, so that correlations cannot "),
    (
      "error(0.1) " + (0...256).map { "D\($0)" }.joined(separator: " ^ "),
      "this error flips 257 edges together, but correlations take at most 256; split it, "
    ),
  ])
  func refusals(error: String, problem: String) {
    let thrown = #expect(throws: ErrorModelError.self) {
      try Self.graph("error(0.1) D0 ^ D1\n\(error)\nerror(0.1) D1")
    }
    #expect(thrown?.line == 2)
    #expect(thrown?.problem.hasPrefix(problem) == true, "\(String(describing: thrown))")
  }

  @Test(arguments: [
    DetectorGraph.GivenEdge(0, 1, weight: -0.5), DetectorGraph.GivenEdge(0, nil, probability: 0.6),
  ])
  func givenEdgesLikelierThanNot(edge: DetectorGraph.GivenEdge) {
    let error = #expect(throws: ErrorModelError.self) {
      try DetectorGraph(detectors: 2, observables: 0, edges: [edge], options: Self.correlated)
    }
    #expect(
      error?.description == "edge 0: it is likelier than not, but correlations need edges that are not")
  }

  @Test func undetectableErrorsAreStillPassedOver() throws {
    let graph = try Self.graph("error(0.1) L0\nerror(0) D0 D1 D2\nerror(0.1) D0")
    #expect(graph.edges.count == 1 && graph.census.undetectable.count == 1)
  }
}
