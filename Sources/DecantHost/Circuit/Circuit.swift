/// A stabilizer circuit with noise, in the terms of Stim's circuit language.
///
/// It is what the laboratory's experiments are written in, and what the error analysis works on. Repeat blocks
/// are kept as such, so that a circuit of a thousand rounds is as small as one of three.
public struct Circuit: Equatable, Sendable {
  public indirect enum Step: Equatable, Sendable {
    case operation(Operation)
    case repeatBlock(count: Int, body: Circuit)
  }

  /// One gate, noise channel or annotation on its targets.
  public struct Operation: Equatable, Sendable {
    public var gate: Gate
    /// Probabilities, coordinates, or the number of an observable.
    public var arguments: [Double]
    /// Qubits; below zero, measurements counted back from here, the latest being -1.
    public var targets: [Int]
  }

  public var steps: [Step] = []

  public init() {}

  mutating func append(_ gate: Gate, _ targets: [Int] = [], arguments: [Double] = []) {
    steps.append(.operation(Operation(gate: gate, arguments: arguments, targets: targets)))
  }

  /// Appends a body as often as told, as a block if that is more than once.
  mutating func appendRepeated(_ body: Circuit, count: Int) {
    if count == 1 {
      steps += body.steps
    } else if count > 1 {
      steps.append(.repeatBlock(count: count, body: body))
    }
  }
}

/// What a circuit amounts to, repetitions included. Numbers stop at the largest instead of overflowing.
public struct CircuitTotals: Equatable, Sendable {
  /// One more than the highest qubit named.
  public var qubits = 0
  /// One more than the highest observable named.
  public var observables = 0
  public var measurements: UInt64 = 0
  public var detectors: UInt64 = 0
  /// Operations and their targets: the steps that going through the circuit takes.
  public var work: UInt64 = 0

  mutating func append(_ other: CircuitTotals, repeated count: UInt64 = 1) {
    qubits = max(qubits, other.qubits)
    observables = max(observables, other.observables)
    measurements = measurements.addingSaturated(other.measurements.multipliedSaturated(by: count))
    detectors = detectors.addingSaturated(other.detectors.multipliedSaturated(by: count))
    work = work.addingSaturated(other.work.multipliedSaturated(by: count))
  }
}

extension Circuit {
  public var totals: CircuitTotals {
    var totals = CircuitTotals()
    for step in steps {
      switch step {
      case .operation(let operation): totals.append(operation.totals)
      case .repeatBlock(let count, let body):
        var inner = body.totals
        inner.work = inner.work.addingSaturated(1)
        totals.append(inner, repeated: UInt64(count))
      }
    }
    return totals
  }
}

extension Circuit.Operation {
  var totals: CircuitTotals {
    var totals = CircuitTotals()
    if gate.actsOnQubits { totals.qubits = (targets.max() ?? -1) + 1 }
    if gate.measures { totals.measurements = UInt64(targets.count) }
    if gate == .detector { totals.detectors = 1 }
    if gate == .observableInclude { totals.observables = Int(arguments[0]) + 1 }
    totals.work = UInt64(1 + targets.count)
    return totals
  }
}
