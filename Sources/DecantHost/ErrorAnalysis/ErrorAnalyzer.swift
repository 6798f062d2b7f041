/// Works out a circuit's detector error model: which faults its noise may cause, and what each flips.
///
/// One walk backwards through the circuit; repeat blocks are played out, so that time grows with the rounds.
/// The result is that of Stim 1.16's `detector_error_model(decompose_errors=True,
/// approximate_disjoint_errors=True, flatten_loops=True)`, term by term: the same errors in the same order with
/// the same decompositions, and probabilities up to rounding.
struct ErrorAnalyzer {
  let source: String
  private(set) var mechanisms = MechanismTable()
  /// Observables that the circuit includes.
  private(set) var observables: Set<UInt32> = []
  private var sensitivities: Sensitivities
  /// For each measurement, the detectors and observables that take it, until it is passed.
  private var readers: [[ErrorTarget]]
  /// Measurements and detectors before where the walk stands.
  private var measurement: Int
  private var detector: Int
  private var channel = ChannelAnalysis()
  /// Called with each place of noise: its operation, and what the basis errors of the channel flip there.
  private let observe: Observer?

  typealias Observer = (_ operation: Circuit.Operation, _ basis: [[ErrorTarget]]) -> Void

  /// - Parameters:
  ///   - totals: the circuit's, found to be within limits.
  ///   - source: how errors name the circuit.
  ///   - observe: for those who want to know which noise a mechanism comes from.
  init(totals: CircuitTotals, source: String, observe: Observer? = nil) {
    self.source = source
    self.observe = observe
    sensitivities = Sensitivities(qubits: totals.qubits)
    measurement = Int(totals.measurements)
    detector = Int(totals.detectors)
    readers = Array(repeating: [], count: measurement)
  }

  /// Walks through the whole circuit, and decomposes what is left to decompose.
  mutating func analyze(_ circuit: Circuit) throws(CircuitError) {
    try undo(circuit)
    for qubit in sensitivities.ofZ.indices {
      try expectDeterministic(qubit, .z, "the start, where qubits are 0")
    }
    do throws(HyperedgeDecomposition.Undecomposable) {
      try HyperedgeDecomposition.apply(to: &mechanisms)
    } catch {
      throw CircuitError(
        source: source,
        problem: "an error flips \(Self.names(error.component)) together, and the circuit's other errors "
          + "give no edges to decompose it into; matching cannot decode this circuit")
    }
  }

  private mutating func undo(_ circuit: Circuit) throws(CircuitError) {
    for step in circuit.steps.reversed() {
      switch step {
      case .operation(let operation): try undo(operation)
      case .repeatBlock(let count, let body): for _ in 0..<count { try undo(body) }
      }
    }
  }

  private mutating func undo(_ operation: Circuit.Operation) throws(CircuitError) {
    let targets = operation.targets
    switch operation.gate {
    case .resetX: try undoReset(targets, .x)
    case .resetY: try undoReset(targets, .y)
    case .resetZ: try undoReset(targets, .z)
    case .measureX: try undoMeasurement(operation, .x)
    case .measureY: try undoMeasurement(operation, .y)
    case .measureZ: try undoMeasurement(operation, .z)
    case .measureResetX: try undoMeasurement(operation, .x, reset: true)
    case .measureResetY: try undoMeasurement(operation, .y, reset: true)
    case .measureResetZ: try undoMeasurement(operation, .z, reset: true)
    case .detector:
      detector -= 1
      try noteReader(ErrorTarget(detector: UInt32(detector)), of: targets)
    case .observableInclude:
      let observable = UInt32(operation.arguments[0])
      observables.insert(observable)
      try noteReader(ErrorTarget(observable: observable), of: targets)
    case .tick, .qubitCoordinates, .shiftCoordinates: break
    case let gate where gate.isNoise: try undoNoise(operation)
    case let gate where gate.takesPairs:
      for pair in stride(from: targets.count - 2, through: 0, by: -2) {
        sensitivities.undo(gate, targets[pair], targets[pair + 1])
      }
    case let gate: for target in targets.reversed() { sensitivities.undo(gate, target) }
    }
  }

  private mutating func noteReader(_ reader: ErrorTarget, of lookbacks: [Int]) throws(CircuitError) {
    for lookback in lookbacks {
      guard measurement + lookback >= 0 else {
        throw CircuitError(
          source: source,
          problem: "\(Self.names([reader])) takes rec[\(lookback)], but only \(measurement) measurements "
            + "come before it")
      }
      readers[measurement + lookback].formSymmetricDifference([reader])
    }
  }

  private mutating func undoReset(_ qubits: [Int], _ axis: Sensitivities.Axis) throws(CircuitError) {
    for qubit in qubits.reversed() {
      try expectDeterministic(qubit, axis, "a reset in the \(axis.rawValue) basis")
      sensitivities.undoReset(qubit)
    }
  }

  private mutating func undoMeasurement(
    _ operation: Circuit.Operation, _ axis: Sensitivities.Axis, reset: Bool = false
  ) throws(CircuitError) {
    for qubit in operation.targets.reversed() {
      if reset { try undoReset([qubit], axis) }
      measurement -= 1
      var flipped: [ErrorTarget] = []
      swap(&flipped, &readers[measurement])
      if !operation.arguments.isEmpty { addFlip(operation, flipped) }
      sensitivities.undoMeasurement(qubit, axis, symptoms: flipped)
      try expectDeterministic(qubit, axis, "a measurement in the \(axis.rawValue) basis")
    }
  }

  private func expectDeterministic(
    _ qubit: Int, _ axis: Sensitivities.Axis, _ place: String
  ) throws(CircuitError) {
    let random = sensitivities.symptoms(qubit, axis)
    guard !random.isEmpty else { return }
    throw CircuitError(
      source: source,
      problem: "\(Self.names(random)) would be random without any noise, because of \(place) on qubit "
        + "\(qubit); an error model needs detectors and observables that noise alone can flip")
  }

  private static func names(_ targets: [ErrorTarget]) -> String {
    let shown = targets.prefix(6).map { target in
      target.detector.map { "D\($0)" } ?? target.observable.map { "L\($0)" } ?? "^"
    }
    return shown.joined(separator: " ") + (targets.count > 6 ? " ..." : "")
  }
}

/// Noise.
extension ErrorAnalyzer {
  private mutating func undoNoise(_ operation: Circuit.Operation) throws(CircuitError) {
    let targets = operation.targets
    let arguments = operation.arguments
    switch operation.gate {
    case .xError: for qubit in targets { addFlip(operation, sensitivities.ofX[qubit]) }
    case .zError: for qubit in targets { addFlip(operation, sensitivities.ofZ[qubit]) }
    case .yError: for qubit in targets { addFlip(operation, sensitivities.symptoms(qubit, .y)) }
    case .depolarize1:
      let p = IndependentErrors.depolarizing1(arguments[0])
      for qubit in targets {
        try addChannel(operation, [.z(qubit), .x(qubit)], [0, p, p, p], exclusive: false)
      }
    case .depolarize2:
      let p = IndependentErrors.depolarizing2(arguments[0])
      let probabilities = Array(repeating: p, count: 16)
      for pair in stride(from: 0, to: targets.count, by: 2) {
        let (a, b) = (targets[pair], targets[pair + 1])
        try addChannel(operation, [.z(a), .x(a), .z(b), .x(b)], probabilities, exclusive: false)
      }
    case .pauliChannel1:
      let given = (x: arguments[0], y: arguments[1], z: arguments[2])
      let independent = IndependentErrors.channel1(x: given.x, y: given.y, z: given.z)
      let (x, y, z) = independent ?? given
      for qubit in targets {
        try addChannel(operation, [.x(qubit), .z(qubit)], [0, x, z, y], exclusive: independent == nil)
      }
    case .pauliChannel2:
      var probabilities = Array(repeating: 0.0, count: 16)
      for (index, probability) in arguments.enumerated() {
        probabilities[Self.product(index + 1)] = probability
      }
      for pair in stride(from: 0, to: targets.count, by: 2) {
        let (a, b) = (targets[pair], targets[pair + 1])
        try addChannel(operation, [.x(b), .z(b), .x(a), .z(a)], probabilities, exclusive: true)
      }
    default: break
    }
  }

  /// From the place of two Paulis in the order II, IX, IY, IZ, XI, ... to their product of X and Z errors: in
  /// each half, X is the low bit, Z the high one, and Y both.
  static func product(_ paulis: Int) -> Int {
    let bits = [0, 1, 3, 2]
    return bits[paulis & 3] | bits[paulis >> 2] << 2
  }

  private enum BasisError {
    case x(Int)
    case z(Int)
  }

  fileprivate mutating func addFlip(_ operation: Circuit.Operation, _ symptoms: [ErrorTarget]) {
    observe?(operation, [symptoms])
    mechanisms.add(operation.arguments[0], symptoms)
  }

  private mutating func addChannel(
    _ operation: Circuit.Operation, _ basis: [BasisError], _ probabilities: [Double], exclusive: Bool
  ) throws(CircuitError) {
    let symptoms = basis.map { error in
      switch error {
      case .x(let qubit): sensitivities.ofX[qubit]
      case .z(let qubit): sensitivities.ofZ[qubit]
      }
    }
    observe?(operation, symptoms)
    let fits = channel.add(
      basis: symptoms, probabilities: probabilities, exclusive: exclusive, to: &mechanisms)
    if !fits {
      throw CircuitError(
        source: source,
        problem: "the errors of one noise channel flip more than 64 detectors and observables, such as "
          + "\(Self.names(symptoms.flatMap { $0 })); this is beyond what error analysis takes")
    }
  }
}
