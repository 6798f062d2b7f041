/// Takes errors apart into components, and those into edges.
struct GraphBuilder {
  let source: String
  let options: DetectorGraph.Options
  private(set) var sets = ObservableSets()
  private(set) var census = MechanismCensus()
  private var merger: EdgeMerger
  private var joint = JointProbabilities()
  private var weights = RecentResults()
  /// Of the component at hand; kept between components so as not to allocate for each.
  private var detectors: [UInt32] = []
  private var observables: [UInt32] = []
  /// The edges of the error at hand, by their numbers in `merger`.
  private var flipped: [UInt32] = []

  /// Edges of one error that are correlated at most, because each two of them are a pair to remember: a few
  /// lines of text could ask for more memory than any machine has.
  private static let correlatedEdges = 256

  init(source: String, options: DetectorGraph.Options, errors: Int) {
    self.source = source
    self.options = options
    // In a surface code about four errors share an edge, and fewer than two a pair; a wrong guess only costs time.
    merger = EdgeMerger(capacity: min(errors / 4, 1 << 20))
    if options.correlated { joint.reserveCapacity(min(errors - errors / 4, 1 << 22)) }
  }

  mutating func add(_ mechanism: DetectorErrorModel.Mechanism) throws(ErrorModelError) {
    let line = mechanism.line
    guard mechanism.probability > 0 else { return census.impossible.record(line: line) }
    if options.correlated, mechanism.probability > 0.5 {
      throw likelierThanNot(mechanism.probability, line: line)
    }
    if mechanism.probability == 1 { census.certain.record(line: line) }
    let probability = min(mechanism.probability, LogLikelihood.nearlyCertain)
    let weight = weights.result(probability, 0) { probability, _ in
      LogLikelihood.weight(probability: probability)
    }
    let isCorrelated = options.correlated && mechanism.targets.contains { $0.isSeparator }
    let targets = mechanism.targets.span
    var start = 0
    for index in targets.indices where targets[index].isSeparator {
      try add(
        targets.extracting(start..<index), shift: mechanism.detectorShift, probability, weight,
        isCorrelated: isCorrelated, line: line)
      start = index + 1
    }
    try add(
      targets.extracting(start..<targets.count), shift: mechanism.detectorShift, probability, weight,
      isCorrelated: isCorrelated, line: line)
    if isCorrelated { try correlate(probability, line: line) }
  }

  /// Hands over the edges in their order, and what they say about each other if the options ask for it.
  mutating func takeEdges() -> (edges: [DetectorGraph.Edge], correlations: EdgeCorrelations?) {
    // Nothing else may hold what is sorted or freed on the way, or it would be copied.
    var (merger, joint) = (EdgeMerger(), JointProbabilities())
    swap(&merger, &self.merger)
    swap(&joint, &self.joint)
    joint.finish()
    let (edges, places) = merger.sorted()
    guard options.correlated else { return (edges, nil) }
    return (edges, EdgeCorrelations(joint, places: places, edges: edges))
  }

  /// Adds a component of an error.
  @inline(__always)
  private mutating func add(
    _ component: Span<ErrorTarget>, shift: UInt64, _ probability: Double, _ weight: Double,
    isCorrelated: Bool, line: Int
  ) throws(ErrorModelError) {
    // Most need neither sorting nor counting.
    if component.count == 1, let detector = component[0].detector {
      addEdge(
        UInt32(UInt64(detector) + shift), DetectorGraph.boundary, observableSet: 0, probability, weight,
        isCorrelated: isCorrelated, line: line)
    } else if component.count == 2, let first = component[0].detector, let second = component[1].detector,
      first != second
    {
      let (a, b) = (UInt32(UInt64(min(first, second)) + shift), UInt32(UInt64(max(first, second)) + shift))
      addEdge(a, b, observableSet: 0, probability, weight, isCorrelated: isCorrelated, line: line)
    } else {
      for target in component.indices {
        if let detector = component[target].detector {
          detectors.append(UInt32(UInt64(detector) + shift))
        } else if let observable = component[target].observable {
          observables.append(observable)
        }
      }
      try finishComponent(probability, weight, isCorrelated: isCorrelated, line: line)
    }
  }

  private mutating func finishComponent(
    _ probability: Double, _ weight: Double, isCorrelated: Bool, line: Int
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
      if isCorrelated { throw undetectable(line: line) }
      if !observables.isEmpty { census.undetectable.record(line: line) }
    case 1, 2:
      addEdge(
        detectors[0], detectors.count == 2 ? detectors[1] : DetectorGraph.boundary,
        observableSet: sets.number(of: observables), probability, weight, isCorrelated: isCorrelated,
        line: line)
    default:
      guard options.hyperedges == .drop else { throw hyperedge(line: line) }
      census.hyperedges.record(line: line)
    }
  }

  private mutating func addEdge(
    _ a: UInt32, _ b: UInt32, observableSet: UInt32, _ probability: Double, _ weight: Double,
    isCorrelated: Bool, line: Int
  ) {
    census.used += 1
    let added = merger.add(
      DetectorGraph.Edge(a: a, b: b, observableSet: observableSet, weight: weight, probability: probability))
    if !added.agrees { census.conflicting.record(line: line) }
    if isCorrelated { flipped.append(UInt32(added.number)) }
  }

  /// Notes that an error flips together the edges gathered from it.
  private mutating func correlate(_ probability: Double, line: Int) throws(ErrorModelError) {
    defer { while flipped.popLast() != nil {} }
    flipped.keepOddMembers()
    guard flipped.count <= Self.correlatedEdges else {
      throw ErrorModelError(
        source: source, line: line,
        problem: "this error flips \(flipped.count) edges together, but correlations take at most "
          + "\(Self.correlatedEdges); split it, or decode without correlations")
    }
    joint.add(flipped, probability: probability)
  }
}

/// What is wrong with an error.
extension GraphBuilder {
  private func hyperedge(line: Int) -> ErrorModelError {
    let shown = detectors.prefix(6).map { "D\($0)" }.joined(separator: " ")
    return ErrorModelError(
      source: source, line: line,
      problem: shown + (detectors.count > 6 ? " ..." : "")
        + " flip together, \(detectors.count) detectors, but matching takes at most 2; "
        + "decompose such errors with 'stim analyze_errors --decompose_errors', "
        + "or drop them (decant: --drop_hyperedges)")
  }

  private func likelierThanNot(_ probability: Double, line: Int) -> ErrorModelError {
    ErrorModelError(
      source: source, line: line,
      problem: "error probability \(probability) is above 0.5, but correlations need errors that are at most "
        + "as likely as not; correct the model, or decode without correlations")
  }

  private func undetectable(line: Int) -> ErrorModelError {
    ErrorModelError(
      source: source, line: line,
      problem: "a component of this error flips no detector, so that correlations cannot take it up; "
        + "join it with a component that flips detectors, or decode without correlations")
  }
}
