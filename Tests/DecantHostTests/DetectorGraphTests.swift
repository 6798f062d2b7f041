import DecantHost
import Foundation
import Testing

/// Mechanisms become edges as in PyMatching 2.4, and what does not become one is accounted for.
@Suite struct DetectorGraphTests {
  /// "a-b{observables}", the boundary written as B.
  static func shape(_ graph: DetectorGraph) -> [String] {
    graph.edges.indices.map { index in
      let edge = graph.edges[index]
      let observables = graph.observables(ofEdge: index).map { String($0) }.joined(separator: ",")
      return "\(edge.a)-\(edge.isBoundary ? "B" : String(edge.b)){\(observables)}"
    }
  }

  @Test func componentsBecomeEdgesInOrder() throws {
    let graph = try DetectorGraph(
      DetectorErrorModel(
        text: """
          detector D6
          logical_observable L8
          error(0.1) D5 D2 L1 ^ D0 L3 L0
          shift_detectors 1
          error(0.1) D0 ^ D1 D0
          repeat 2 {
            error(0.1) D3
            shift_detectors 1
          }
          """))
    #expect(graph.detectorCount == 7)
    #expect(graph.observableCount == 9)
    #expect(Self.shape(graph) == ["0-B{0,3}", "1-B{}", "1-2{}", "2-5{1}", "4-B{}", "5-B{}"])
    #expect(graph.observableSets.count == 3)
    #expect(graph.census.used == 6)
    #expect(graph.census.notices == [])
  }

  @Test func weightIsLogLikelihood() throws {
    let graph = try DetectorGraph(DetectorErrorModel(text: "error(0.1) D0\nerror(0.9) D1\nerror(0.5) D2"))
    #expect(graph.edges.map(\.weight) == [log(0.9 / 0.1), log((1 - 0.9) / 0.9), 0])
    #expect(graph.edges.map(\.probability) == [0.1, 0.9, 0.5])
  }

  /// Numbers taken from PyMatching 2.4.0.
  @Test func mergesAsIndependentMechanisms() throws {
    let graph = try DetectorGraph(
      detectors: 4, observables: 0,
      edges: [
        .init(0, 1, weight: 2), .init(1, 0, weight: 1),
        .init(2, nil, probability: 0.1), .init(2, nil, probability: 0.2),
        .init(2, 3, weight: -2), .init(2, 3, weight: 1), .init(3, 2, weight: -0.5),
      ])
    #expect(Self.shape(graph) == ["0-1{}", "2-B{}", "2-3{}"])
    #expect(abs(graph.edges[0].weight - 0.7353256640555192) < 1e-15)
    #expect(abs(graph.edges[1].probability - 0.26) < 1e-15)
    #expect(abs(graph.edges[1].weight - log(0.74 / 0.26)) < 1e-14)
    let probability = graph.edges[2].probability
    #expect(abs(graph.edges[2].weight - log((1 - probability) / probability)) < 1e-14)
    #expect(graph.edges[2].weight > 0)
  }

  /// Merging three weights in another order gives another last bit; these are PyMatching's, in order of the
  /// text.
  @Test func mergesInOrderOfTheText() throws {
    let orders = [[0.0123, 0.3, 0.0456], [0.3, 0.0456, 0.0123], [0.0456, 0.0123, 0.3]]
    let weights = try orders.map { order in
      let text = order.map { "error(\($0)) D0 D1" }.joined(separator: "\nerror(0.2) D0\n")
      return try DetectorGraph(DetectorErrorModel(text: text)).edges[1].weight
    }
    #expect(weights == [0x1.7b90daae3b832p-1, 0x1.7b90daae3b832p-1, 0x1.7b90daae3b834p-1])
  }

  @Test func firstObservablesAreKept() throws {
    let graph = try DetectorGraph(
      DetectorErrorModel(
        text: """
          error(0.1) D0 D1 L0
          error(0.1) D1 D0 L0
          error(0.1) D1 D0
          error(0.1) D0 L0 ^ D0
          """))
    #expect(Self.shape(graph) == ["0-B{0}", "0-1{0}"])
    #expect(graph.census.conflicting.count == 2)
    #expect(graph.census.conflicting.firstLine == 3)
    #expect(
      graph.census.notices == [
        "2 components flip the same detectors as earlier ones but other observables, which were ignored, "
          + "the first on line 3"
      ])
  }

  @Test func certainAndImpossibleErrors() throws {
    let graph = try DetectorGraph(
      DetectorErrorModel(text: "error(0) D0 D1 D2\nerror(0) D0\nerror(1) D1\nerror(1) D2\nerror(0.1) D2"))
    #expect(Self.shape(graph) == ["1-B{}", "2-B{}"])
    #expect(graph.edges[0].probability == 1 - 0x1p-53)
    #expect(abs(graph.edges[0].weight + 36.7368) < 1e-4)
    #expect(abs(graph.edges[1].probability - 0.9) < 1e-15)
    #expect(graph.census.impossible.count == 2)
    #expect(graph.census.certain.count == 2)
    #expect(graph.census.notices == ["2 errors have probability 1, read as 1 - 2^-53, the first on line 3"])
  }

  @Test func smallestProbabilityHasAFiniteWeight() throws {
    let graph = try DetectorGraph(
      DetectorErrorModel(text: "error(5e-324) D0\nerror(0.1) D1\nerror(5e-324) D0"))
    #expect(abs(graph.edges[0].weight - 743.747) < 1e-3)
    #expect(graph.integerWeight(ofEdge: 0) == 2 * (1 << 24 - 1))
  }

  @Test func repeatedTargetsCancel() throws {
    let graph = try DetectorGraph(
      DetectorErrorModel(
        text: """
          error(0.1) D3 D0 D3 L1 L0 L1
          error(0.1) D1 D1 D1 D2 L4 L4
          error(0.1) D2 D2
          error(0.1) D2 D2 L0
          """))
    #expect(Self.shape(graph) == ["0-B{0}", "1-2{}"])
    #expect(graph.census.repeatedDetectors.count == 4)
    #expect(graph.census.undetectable.count == 1)
    #expect(graph.census.undetectable.firstLine == 4)
  }

  @Test func undetectableErrorsAreCounted() throws {
    let graph = try DetectorGraph(DetectorErrorModel(text: "error(0.1)\nerror(0.1) L3\nerror(0.1) D0 ^ L0"))
    #expect(Self.shape(graph) == ["0-B{}"])
    #expect(graph.observableCount == 4)
    #expect(
      graph.census.notices == [
        "2 components flip observables but no detector, so that no decoder can see them, the first on line 2"
      ])
  }

  @Test func hyperedgesAreRefused() {
    let error = #expect(throws: ErrorModelError.self) {
      try DetectorGraph(
        DetectorErrorModel(
          text: "shift_detectors 5\nerror(0.1) D0 ^ D9 D1 D4 L0", source: "surface.dem"))
    }
    #expect(
      error?.description
        == "surface.dem:2: D6 D9 D14 flip together, 3 detectors, but matching takes at most 2; decompose such "
        + "errors with 'stim analyze_errors --decompose_errors', or drop them (decant: --drop_hyperedges)")
  }

  @Test func hyperedgesAreDroppedOnRequest() throws {
    let model = try DetectorErrorModel(text: "error(0.1) D0 ^ D9 D1 D4 L7\nerror(0.1) D1 D9")
    let graph = try DetectorGraph(model, options: .init(hyperedges: .drop))
    #expect(Self.shape(graph) == ["0-B{}", "1-9{}"])
    #expect(graph.observableCount == 8)
    #expect(graph.census.notices == ["1 component flips three or more detectors and was left out, on line 1"])
  }

  @Test(arguments: [
    (DetectorGraph.GivenEdge(0, 5, weight: 1), "edge 1: detector 5 is not between 0 and 4"),
    (.init(-1, nil, weight: 1), "edge 1: detector -1 is not between 0 and 4"),
    (.init(2, 2, weight: 1), "edge 1: it joins detector 2 to itself"),
    (.init(2, 3, weight: 1, observables: [2]), "edge 1: observable 2 is not between 0 and 1"),
    (.init(2, 3, weight: .nan), "edge 1: weight nan is not between -(2^24 - 1) and 2^24 - 1"),
    (.init(2, 3, weight: 0x1p24), "edge 1: weight 16777216.0 is not between -(2^24 - 1) and 2^24 - 1"),
    (.init(2, 3, probability: 1.5), "edge 1: probability 1.5 is not between 0 and 1"),
    (.init(2, 3, probability: .nan), "edge 1: probability nan is not between 0 and 1"),
  ])
  func refusesGivenEdges(_ edge: DetectorGraph.GivenEdge, sentence: String) {
    let error = #expect(throws: ErrorModelError.self) {
      try DetectorGraph(detectors: 5, observables: 2, edges: [.init(0, 1, weight: 1), edge])
    }
    #expect(error?.description == sentence)
  }

  @Test func refusesGraphsThatAreTooLarge() {
    let error = #expect(throws: ErrorModelError.self) {
      try DetectorGraph(detectors: 1 << 28, observables: -1, edges: [])
    }
    #expect(
      error?.description
        == "graph: a graph has up to 268435455 detectors and 16777215 observables, not 268435456 and -1")
  }
}
