/// Building a graph from edges given one by one.
extension DetectorGraph {
  /// An edge to build a graph from.
  public struct GivenEdge: Equatable, Sendable {
    public var a: Int
    /// Nil for the boundary.
    public var b: Int?
    public var observables: [Int]
    public var likelihood: Likelihood

    public enum Likelihood: Equatable, Sendable {
      /// ln((1 - p) / p), finite, at most 2^24 - 1 in absolute value.
      case weight(Double)
      /// Between 0 and 1; an edge of probability 0 is left out.
      case probability(Double)
    }

    public init(_ a: Int, _ b: Int?, weight: Double, observables: [Int] = []) {
      (self.a, self.b, self.observables, likelihood) = (a, b, observables, .weight(weight))
    }

    public init(_ a: Int, _ b: Int?, probability: Double, observables: [Int] = []) {
      (self.a, self.b, self.observables, likelihood) = (a, b, observables, .probability(probability))
    }
  }

  /// Makes a graph of these edges. Those with the same ends are merged as independent mechanisms, in order.
  /// Being independent, they say nothing about each other when the options ask for correlations.
  ///
  /// - Throws: `ErrorModelError`, naming the edge by its index in place of a source: a detector or observable
  ///   out of range, an edge from a detector to itself, or a likelihood out of range; with correlations, one above 1/2.
  public init(
    detectors: Int, observables: Int, edges: [GivenEdge], options: Options = Options()
  ) throws(ErrorModelError) {
    let limits = ErrorModelLimits()
    guard (0...limits.detectors).contains(detectors), (0...limits.observables).contains(observables) else {
      throw ErrorModelError(
        source: "graph", line: nil,
        problem: "a graph has up to \(limits.detectors) detectors and \(limits.observables) observables, "
          + "not \(detectors) and \(observables)")
    }
    var merger = EdgeMerger(capacity: edges.count)
    var sets = ObservableSets()
    var census = MechanismCensus()
    for (index, given) in edges.enumerated() {
      if let problem = given.problem(detectors: detectors, observables: observables, options) {
        throw ErrorModelError(source: "edge \(index)", line: nil, problem: problem)
      }
      guard let (weight, probability) = given.weightAndProbability else {
        census.impossible.record(line: nil)
        continue
      }
      if given.likelihood == .probability(1) { census.certain.record(line: nil) }
      census.used += 1
      var members = given.observables.map { UInt32($0) }
      members.keepOddMembers()
      let ends = given.b.map { (min(given.a, $0), max(given.a, $0)) }
      let edge = Edge(
        a: UInt32(ends?.0 ?? given.a), b: ends.map { UInt32($0.1) } ?? DetectorGraph.boundary,
        observableSet: sets.number(of: members), weight: weight, probability: probability)
      if !merger.add(edge).agrees { census.conflicting.record(line: nil) }
    }
    let sorted = merger.sorted().edges
    self.init(
      detectorCount: detectors, observableCount: observables, edges: sorted,
      correlations: options.correlated ? EdgeCorrelations(edgeCount: sorted.count) : nil,
      observableSets: sets, census: census, options: options)
  }
}

extension DetectorGraph.GivenEdge {
  /// What is wrong with this edge in a graph of that size; nil if nothing is.
  fileprivate func problem(detectors: Int, observables: Int, _ options: DetectorGraph.Options) -> String? {
    for detector in [a, b ?? a] where !(0..<detectors).contains(detector) {
      return "detector \(detector) is not between 0 and \(detectors - 1)"
    }
    if a == b { return "it joins detector \(a) to itself" }
    for observable in self.observables where !(0..<observables).contains(observable) {
      return "observable \(observable) is not between 0 and \(observables - 1)"
    }
    switch likelihood {
    case .weight(let weight):
      if !(abs(weight) <= 0x1p24 - 1) { return "weight \(weight) is not between -(2^24 - 1) and 2^24 - 1" }
    case .probability(let probability):
      if !(0...1).contains(probability) { return "probability \(probability) is not between 0 and 1" }
    }
    if options.correlated, isLikelierThanNot {
      return "it is likelier than not, but correlations need edges that are not"
    }
    return nil
  }

  private var isLikelierThanNot: Bool {
    switch likelihood {
    case .weight(let weight): weight < 0
    case .probability(let probability): probability > 0.5
    }
  }

  /// Nil if the edge never flips.
  fileprivate var weightAndProbability: (weight: Double, probability: Double)? {
    switch likelihood {
    case .weight(let weight):
      return (weight, LogLikelihood.probability(weight: weight))
    case .probability(let probability):
      if probability == 0 { return nil }
      let probability = min(probability, LogLikelihood.nearlyCertain)
      return (LogLikelihood.weight(probability: probability), probability)
    }
  }
}
