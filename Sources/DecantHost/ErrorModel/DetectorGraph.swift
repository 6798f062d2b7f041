/// The matching graph of an error model: detectors, and weighted edges for what flips one or two of them.
///
/// This is the form in which the host plane inspects, merges and compares graphs; `ImageCompiler` turns it
/// into the bytes that decoders read.
public struct DetectorGraph: Sendable {
  /// Nodes; detectors without edges included.
  public let detectorCount: Int
  public let observableCount: Int
  /// Ascending by (a, b), the boundary counted as the smallest b; no two with the same ends.
  public let edges: [Edge]
  /// What `Edge.observableSet` refers to.
  public let observableSets: ObservableSets
  /// What edges say about each other; nil unless the options ask for it.
  public let correlations: EdgeCorrelations?
  /// Turns `Edge.weight` into the integers that decoding works with.
  public let weightScale: WeightScale
  /// What became of the mechanisms that the graph was built from.
  public let census: MechanismCensus

  /// A mechanism, or several merged, that flips one or two detectors.
  public struct Edge: Equatable, Sendable {
    /// Detector.
    public var a: UInt32
    /// Detector above `a`, or `DetectorGraph.boundary`.
    public var b: UInt32
    /// Index in `observableSets`.
    public var observableSet: UInt32
    /// ln((1 - p) / p); negative if p is above 1/2.
    public var weight: Double
    /// Of flipping, between 0 and 1.
    public var probability: Double

    public var isBoundary: Bool { b == DetectorGraph.boundary }

    /// Orders edges by (a, b) with the boundary before detector 0.
    var key: UInt64 { UInt64(a) << 32 | UInt64(b &+ 1) }
  }

  /// Stands in place of the second detector of a boundary edge.
  public static let boundary = UInt32.max

  /// How to build a graph.
  public struct Options: Equatable, Sendable {
    /// What to do with a component of three or more detectors, which no matching edge can stand for.
    public enum Hyperedges: Sendable {
      /// Throw an error that names the line.
      case refuse
      /// Leave them out and count them, as PyMatching does.
      case drop
    }
    public let hyperedges: Hyperedges
    /// Absolute weights to tell apart, zero included. The default uses all bits that an image has;
    /// PyMatching's tests use 10001. Brought between 2 and 2^24.
    public let distinctWeights: Int
    /// Keep what edges say about each other because errors flip them together. Such a graph has no errors
    /// likelier than not, and none that are decomposed into components without a detector.
    public let correlated: Bool

    public init(
      hyperedges: Hyperedges = .refuse, distinctWeights: Int = 1 << 24, correlated: Bool = false
    ) {
      self.hyperedges = hyperedges
      self.distinctWeights = min(max(distinctWeights, 2), 1 << 24)
      self.correlated = correlated
    }
  }

  init(
    detectorCount: Int, observableCount: Int, edges: [Edge], correlations: EdgeCorrelations?,
    observableSets: ObservableSets, census: MechanismCensus, options: Options
  ) {
    self.detectorCount = detectorCount
    self.observableCount = observableCount
    self.edges = options.correlated ? Self.withoutNegativeWeights(edges) : edges
    self.correlations = correlations
    self.observableSets = observableSets
    self.census = census
    weightScale = WeightScale(
      weights: self.edges.lazy.map { $0.weight }, impliedWeights: correlations?.weights ?? [],
      distinctWeights: options.distinctWeights)
  }

  /// A part of another graph, on its scale.
  ///
  /// - Parameters:
  ///   - edges: ascending by (a, b), no two with the same ends.
  ///   - observableSets, weightScale: nil for those of the other graph.
  init(
    detectorCount: Int, edges: [Edge], correlations: EdgeCorrelations?, observableSets: ObservableSets? = nil,
    weightScale: WeightScale? = nil, of whole: DetectorGraph
  ) {
    self.detectorCount = detectorCount
    self.edges = edges
    self.correlations = correlations
    observableCount = whole.observableCount
    self.observableSets = observableSets ?? whole.observableSets
    self.weightScale = weightScale ?? whole.weightScale
    census = whole.census
  }

  /// Merging mechanisms that are just about as likely as not may round to just below weight 0, which an image
  /// with correlations does not hold.
  private static func withoutNegativeWeights(_ edges: [Edge]) -> [Edge] {
    guard edges.contains(where: { $0.weight < 0 }) else { return edges }
    var edges = edges
    for index in edges.indices { edges[index].weight = max(0, edges[index].weight) }
    return edges
  }

  /// - Parameter edge: an index in `edges`.
  /// - Returns: even, at most 2 * (2^24 - 1) in absolute value.
  public func integerWeight(ofEdge edge: Int) -> Int32 { weightScale.integerWeight(edges[edge].weight) }

  /// - Parameter edge: an index in `edges`.
  /// - Returns: ascending.
  public func observables(ofEdge edge: Int) -> ArraySlice<UInt32> {
    observableSets[Int(edges[edge].observableSet)]
  }
}
