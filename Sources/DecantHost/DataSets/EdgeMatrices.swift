/// The matching graph as check matrices: what decoders of other houses read.
///
/// A column is an edge. Its prior is the sum of the probabilities of all errors that it is a component of, kept
/// away from 0 and 1; edges whose errors are likely get one that is a little too large. Files of published
/// systems define it so.
public struct EdgeMatrices: Equatable, Sendable {
  /// Detectors by edges.
  public let checks: SparseRows
  /// Observables by edges.
  public let observables: SparseRows
  public let priors: [Double]

  static let smallestPrior = 1e-14

  init(checks: SparseRows, observables: SparseRows, priors: [Double]) {
    self.checks = checks
    self.observables = observables
    self.priors = priors
  }

  /// Edges in the order of `DetectorGraph.edges`.
  ///
  /// - Throws: `ErrorModelError` for an error that is not decomposed into edges.
  public init(_ model: DetectorErrorModel) throws(ErrorModelError) {
    let graph = try DetectorGraph(model)
    var numbers: [UInt64: Int] = [:]
    for (number, edge) in graph.edges.enumerated() { numbers[edge.key] = number }
    var sums = [Double](repeating: 0, count: graph.edges.count)
    model.forEachError { mechanism in
      guard mechanism.probability > 0 else { return }
      var flipped = Set<Int>()
      for component in mechanism.targets.split(separator: .separator) {
        var detectors = component.compactMap { $0.detector }.map {
          UInt32(UInt64($0) + mechanism.detectorShift)
        }
        detectors.keepOddMembers()
        guard let first = detectors.first else { continue }
        let edge = DetectorGraph.Edge(
          a: first, b: detectors.count == 2 ? detectors[1] : DetectorGraph.boundary, observableSet: 0,
          weight: 0,
          probability: 0)
        if let number = numbers[edge.key] { flipped.insert(number) }
      }
      for number in flipped { sums[number] += mechanism.probability }
    }
    checks = SparseRows(
      rows: graph.detectorCount,
      members: graph.edges.map { $0.isBoundary ? [Int($0.a)] : [Int($0.a), Int($0.b)] })
    observables = SparseRows(
      rows: graph.observableCount,
      members: graph.edges.indices.map { graph.observables(ofEdge: $0).map { Int($0) } })
    priors = sums.map { min(max($0, Self.smallestPrior), 1 - Self.smallestPrior) }
  }

  /// The graph whose edges have these priors as their probabilities.
  public func graph() throws(ErrorModelError) -> DetectorGraph {
    let observables = observables.members
    let edges = zip(checks.members, priors).enumerated().map { number, edge in
      DetectorGraph.GivenEdge(
        edge.0[0], edge.0.count == 2 ? edge.0[1] : nil, probability: edge.1, observables: observables[number])
    }
    return try DetectorGraph(detectors: checks.rows, observables: self.observables.rows, edges: edges)
  }

  /// What keeps these matrices from being a matching graph, a sentence each; files are named.
  var problems: [String] {
    var problems: [String] = []
    if let problem = checks.problem { problems.append("H_csr.bin: \(problem)") }
    if let problem = observables.problem { problems.append("O_csr.bin: \(problem)") }
    if observables.columns != checks.columns {
      problems.append("O_csr.bin: has \(observables.columns) columns, but H_csr.bin has \(checks.columns)")
    }
    if priors.count != checks.columns {
      problems.append("priors.bin: holds \(priors.count) priors, but H_csr.bin has \(checks.columns) columns")
    }
    if let edge = priors.firstIndex(where: { !(0...1).contains($0) }) {
      problems.append("priors.bin: prior \(edge) is \(priors[edge]), which is no probability")
    }
    if checks.problem == nil, priors.count == checks.columns,
      let edge = checks.members.firstIndex(where: { !(1...2).contains($0.count) })
    {
      problems.append(
        "H_csr.bin: column \(edge) has \(checks.members[edge].count) ones, but an edge for matching has 1 or 2; "
          + "decode with --dem instead")
    }
    return problems
  }
}
