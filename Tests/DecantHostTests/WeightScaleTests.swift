import DecantHost
import Foundation
import Testing

/// Integer weights are PyMatching's: 2 * round(C * w), with C from the heaviest weight.
@Suite struct WeightScaleTests {
  static func graph(_ weights: [Double], distinctWeights: Int = 1 << 24) throws -> DetectorGraph {
    try DetectorGraph(
      detectors: weights.count, observables: 0,
      edges: weights.enumerated().map { .init($0.offset, nil, weight: $0.element) },
      options: .init(distinctWeights: distinctWeights))
  }

  static func integers(_ graph: DetectorGraph) -> [Int32] {
    graph.edges.indices.map { graph.integerWeight(ofEdge: $0) }
  }

  @Test func integersAreKept() throws {
    let graph = try Self.graph([3, 0, -7, 0x1p24 - 1])
    #expect(graph.weightScale.factor == 1)
    #expect(Self.integers(graph) == [6, 0, -14, 2 * (1 << 24 - 1)])
  }

  @Test func othersAreStretchedToTheLargest() throws {
    let graph = try Self.graph([1.5, -0.75, 0.1])
    #expect(graph.weightScale.factor == (0x1p24 - 1) / 1.5)
    #expect(Self.integers(graph) == [33_554_430, -16_777_216, 2_236_962])
  }

  @Test func distinctWeightsCoarsen() throws {
    let graph = try Self.graph([2.5, -1, 0.0001, 0.000124, 0.000126, -0.000126], distinctWeights: 10001)
    #expect(graph.weightScale.factor == 4000)
    #expect(Self.integers(graph) == [20000, -8000, 0, 0, 2, -2])
  }

  /// 0.5 * 5 and -0.5 * 5 are halves exactly.
  @Test func halvesGoAwayFromZero() throws {
    let graph = try Self.graph([0.5, -0.5, 2], distinctWeights: 11)
    #expect(graph.weightScale.factor == 5)
    #expect(Self.integers(graph) == [6, -6, 20])
  }

  @Test func extremesStayInRange() throws {
    #expect(try Self.integers(Self.graph([5e-324, -5e-324])) == [0, 0])
    #expect(try Self.graph([]).weightScale.factor == 1)
    #expect(try Self.integers(Self.graph([0, -0.0])) == [0, 0])
    #expect(try Self.integers(Self.graph([0.1, -16_777_214.5])) == [0, -33_554_430])
    #expect(try Self.integers(Self.graph([0.3, 0.1], distinctWeights: -5)) == [2, 0])
  }
}
