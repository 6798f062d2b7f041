/// The error model of a circuit.
extension DetectorErrorModel {
  /// Analyses a circuit: errors ascending by what they flip, then all detectors that have coordinates or that
  /// nothing flips, then observables that nothing flips. Lines are those of the model's own `text`.
  ///
  /// - Parameters:
  ///   - source: how errors name the circuit.
  ///   - limits: beyond which the circuit is refused; they apply to its operations as played out.
  /// - Throws: `CircuitError` for a detector that is random without noise, for an error that cannot be
  ///   decomposed, and for a circuit beyond the limits.
  public init(_ circuit: Circuit, source: String, limits: ErrorModelLimits = ErrorModelLimits())
    throws(CircuitError)
  {
    let totals = circuit.totals
    try Self.check(totals, source, limits)
    var analyzer = ErrorAnalyzer(totals: totals, source: source)
    try analyzer.analyze(circuit)
    var builder = ErrorModelBuilder()
    let mechanisms = analyzer.mechanisms
    for index in mechanisms.sorted() {
      builder.append(.error, mechanisms[index], arguments: [mechanisms.probabilities[index]])
    }
    let seen = Set(builder.targets)
    var detector: UInt32 = 0
    circuit.forEachDetector { coordinates in
      let target = ErrorTarget(detector: detector)
      if !coordinates.isEmpty || !seen.contains(target) {
        builder.append(.detector, [target], arguments: coordinates)
      }
      detector += 1
    }
    for observable in analyzer.observables.sorted() {
      let target = ErrorTarget(observable: observable)
      if !seen.contains(target) { builder.append(.logicalObservable, [target], arguments: []) }
    }
    self.init(
      source: source, detectorCount: Int(totals.detectors), observableCount: totals.observables,
      errorCount: mechanisms.count, builder)
  }

  private static func check(_ totals: CircuitTotals, _ source: String, _ limits: ErrorModelLimits)
    throws(CircuitError)
  {
    func refuse(_ what: String, _ limit: Int) -> CircuitError {
      CircuitError(source: source, problem: "the circuit has more than \(limit) \(what); make it shorter")
    }
    if totals.detectors > UInt64(limits.detectors) { throw refuse("detectors", limits.detectors) }
    if totals.observables > limits.observables { throw refuse("observables", limits.observables) }
    if totals.work > UInt64(limits.expandedInstructions) {
      throw refuse("operations and targets", limits.expandedInstructions)
    }
  }
}

extension Circuit {
  /// Visits the coordinates of each detector in order, shifts included, once for every repetition.
  func forEachDetector(_ visit: (_ coordinates: [Double]) -> Void) {
    var shift: [Double] = []
    forEachDetector(&shift, visit)
  }

  private func forEachDetector(_ shift: inout [Double], _ visit: (_ coordinates: [Double]) -> Void) {
    for step in steps {
      switch step {
      case .repeatBlock(let count, let body):
        for _ in 0..<count { body.forEachDetector(&shift, visit) }
      case .operation(let operation) where operation.gate == .shiftCoordinates:
        for (axis, distance) in operation.arguments.enumerated() {
          if axis < shift.count { shift[axis] += distance } else { shift.append(distance) }
        }
      case .operation(let operation) where operation.gate == .detector:
        visit(operation.arguments.enumerated().map { $1 + ($0 < shift.count ? shift[$0] : 0) })
      case .operation:
        break
      }
    }
  }
}

/// Instructions of a model that is made rather than read.
struct ErrorModelBuilder {
  private(set) var instructions: [DetectorErrorModel.Instruction] = []
  private(set) var targets: [ErrorTarget] = []
  private(set) var arguments: [Double] = []

  mutating func append(
    _ kind: DetectorErrorModel.InstructionKind, _ targets: some Sequence<ErrorTarget>, arguments: [Double]
  ) {
    instructions.append(
      DetectorErrorModel.Instruction(
        kind: kind, line: UInt32(instructions.count + 1), firstTarget: UInt32(self.targets.count),
        firstArgument: UInt32(self.arguments.count), detail: 0))
    self.targets += targets
    self.arguments += arguments
  }
}
