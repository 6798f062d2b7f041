/// What may happen at one place in a circuit: Pauli errors on one qubit or on two, at most one of them.
///
/// Keeping the kind of channel beside its probabilities lets a circuit say it in Stim's words, while whoever
/// enumerates single faults reads off the probability of each.
public enum PauliNoise: Equatable, Sendable {
  case flip(Pauli, Double)
  /// X, Y or Z, a third of this probability each.
  case depolarizing1(Double)
  /// The 15 Paulis on two qubits, a fifteenth of this probability each.
  case depolarizing2(Double)
  /// Probabilities of X, Y and Z.
  case channel1([Double])
  /// Probabilities of IX, IY, IZ, XI, ... ZZ.
  case channel2([Double])

  public enum Pauli: Int, CaseIterable, Sendable {
    case x = 1
    case y = 2
    case z = 3
  }

  /// Qubits that it acts on.
  public var qubitCount: Int {
    switch self {
    case .flip, .depolarizing1, .channel1: 1
    case .depolarizing2, .channel2: 2
    }
  }

  /// The probability of each Pauli: of X, Y, Z, or of IX, IY, IZ, XI, ... ZZ (the second qubit's last).
  public var probabilities: [Double] {
    switch self {
    case .flip(let pauli, let p): Pauli.allCases.map { $0 == pauli ? p : 0 }
    case .depolarizing1(let p): Array(repeating: p / 3, count: 3)
    case .depolarizing2(let p): Array(repeating: p / 15, count: 15)
    case .channel1(let probabilities), .channel2(let probabilities): probabilities
    }
  }

  /// Whether nothing can happen.
  public var isSilent: Bool { probabilities.allSatisfy { $0 == 0 } }

  /// The instruction that says it in a circuit.
  var instruction: (gate: Gate, arguments: [Double]) {
    switch self {
    case .flip(.x, let p): (.xError, [p])
    case .flip(.y, let p): (.yError, [p])
    case .flip(.z, let p): (.zError, [p])
    case .depolarizing1(let p): (.depolarize1, [p])
    case .depolarizing2(let p): (.depolarize2, [p])
    case .channel1(let probabilities): (.pauliChannel1, probabilities)
    case .channel2(let probabilities): (.pauliChannel2, probabilities)
    }
  }
}

extension Circuit {
  /// Appends noise on each of these qubits, or on each two of them, unless it does nothing.
  mutating func append(_ noise: PauliNoise, on qubits: [Int]) {
    guard !qubits.isEmpty, !noise.isSilent else { return }
    let (gate, arguments) = noise.instruction
    append(gate, qubits, arguments: arguments)
  }
}
