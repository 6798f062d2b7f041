/// Building the graph of a detector error model.
extension DetectorGraph {
  /// Makes each component with one or two detectors an edge, merging components with the same detectors.
  ///
  /// As in PyMatching 2.4, each component of an error counts as a mechanism of its own with the error's
  /// probability; same detectors are merged as independent mechanisms in the order of the text, and the
  /// first one's observables are kept. Unlike there, a detector or an observable named twice in a component
  /// cancels, and a probability of 1 is read as 1 - 2^-53. `census` counts what was merged or left out.
  ///
  /// - Throws: `ErrorModelError` for a component with three or more detectors, unless the options drop those.
  public init(_ model: DetectorErrorModel, options: Options = Options()) throws(ErrorModelError) {
    var builder = GraphBuilder(source: model.source, options: options, errors: model.errorCount)
    try model.forEachError { (mechanism) throws(ErrorModelError) in try builder.add(mechanism) }
    self.init(
      detectorCount: model.detectorCount, observableCount: model.observableCount,
      edges: builder.merger.sortedEdges(), observableSets: builder.sets, census: builder.census,
      options: options)
  }
}

/// Takes errors apart into components, and those into edges.
private struct GraphBuilder {
  let source: String
  let options: DetectorGraph.Options
  var merger: EdgeMerger
  var sets = ObservableSets()
  var census = MechanismCensus()
  /// Of the component at hand; kept between components so as not to allocate for each.
  private var detectors: [UInt32] = []
  private var observables: [UInt32] = []

  init(source: String, options: DetectorGraph.Options, errors: Int) {
    self.source = source
    self.options = options
    // In a surface code about four errors share an edge; a wrong guess only costs time.
    merger = EdgeMerger(capacity: min(errors / 4, 1 << 20))
  }

  mutating func add(_ mechanism: DetectorErrorModel.Mechanism) throws(ErrorModelError) {
    guard mechanism.probability > 0 else { return census.impossible.record(line: mechanism.line) }
    if mechanism.probability == 1 { census.certain.record(line: mechanism.line) }
    let probability = min(mechanism.probability, LogLikelihood.nearlyCertain)
    let weight = LogLikelihood.weight(probability: probability)
    for target in mechanism.targets {
      if let detector = target.detector {
        detectors.append(UInt32(UInt64(detector) + mechanism.detectorShift))
      } else if let observable = target.observable {
        observables.append(observable)
      } else {
        try finishComponent(probability, weight, line: mechanism.line)
      }
    }
    try finishComponent(probability, weight, line: mechanism.line)
  }

  private mutating func finishComponent(
    _ probability: Double, _ weight: Double, line: Int
  ) throws(ErrorModelError) {
    defer {
      detectors.removeAll(keepingCapacity: true)
      observables.removeAll(keepingCapacity: true)
    }
    let named = detectors.count
    detectors.keepOddMembers()
    observables.keepOddMembers()
    if detectors.count < named { census.repeatedDetectors.record(line: line) }
    switch detectors.count {
    case 0:
      if !observables.isEmpty { census.undetectable.record(line: line) }
    case 1, 2:
      census.used += 1
      let edge = DetectorGraph.Edge(
        a: detectors[0], b: detectors.count == 2 ? detectors[1] : DetectorGraph.boundary,
        observableSet: sets.number(of: observables), weight: weight, probability: probability)
      if !merger.add(edge) { census.conflicting.record(line: line) }
    default:
      guard options.hyperedges == .drop else { throw hyperedge(line: line) }
      census.hyperedges.record(line: line)
    }
  }

  private func hyperedge(line: Int) -> ErrorModelError {
    let shown = detectors.prefix(6).map { "D\($0)" }.joined(separator: " ")
    return ErrorModelError(
      source: source, line: line,
      problem: shown + (detectors.count > 6 ? " ..." : "")
        + " flip together, \(detectors.count) detectors, but matching takes at most 2; "
        + "decompose such errors with 'stim analyze_errors --decompose_errors', "
        + "or drop them (decant: --drop_hyperedges)")
  }
}
