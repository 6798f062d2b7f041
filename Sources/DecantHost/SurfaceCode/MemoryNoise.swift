/// The noise of a surface-code memory experiment, told for each kind of place in its schedule.
///
/// Published logical error rates come from a circuit with one error rate, while training and the published
/// program's own evaluation use 25; the two differ by more than their parameters, so each is stated in full.
public enum MemoryNoise: Equatable, Sendable {
  /// The circuit of 25 parameters.
  case parameters(NoiseParameters)
  /// The "legacy" circuit of one error rate, from 0 to 1.
  case scalar(Double)

  /// A kind of place where faults may happen.
  public enum Place: Sendable {
    /// Data qubits after preparation in this basis, in the first round.
    case dataPreparation(PauliBasis)
    /// Data qubits while ancillas are prepared, in rounds between the first and the last.
    case dataWaitingForPreparation
    /// Ancillas after preparation in this basis.
    case ancillaPreparation(PauliBasis)
    /// Control and target after a CNOT.
    case cnot
    /// A qubit that takes no part in a layer of CNOTs.
    case idle
    /// Ancillas before measurement in this basis.
    case ancillaMeasurement(PauliBasis)
    /// Data qubits while ancillas are measured.
    case dataWaitingForMeasurement
    /// Data qubits at the start of the last round, which stands in for their readout in this basis.
    case dataReadout(PauliBasis)
  }

  /// What may happen at a place of this kind.
  public func noise(at place: Place) -> PauliNoise {
    switch self {
    case .parameters(let parameters):
      switch place {
      case .dataPreparation(let basis), .ancillaPreparation(let basis): parameters.preparation(basis)
      case .ancillaMeasurement(let basis), .dataReadout(let basis): parameters.measurement(basis)
      case .cnot: parameters.cnot
      case .idle: parameters.idleDuringCNOT
      case .dataWaitingForMeasurement: parameters.idleDuringSPAM
      // It is part of waiting for measurement.
      case .dataWaitingForPreparation: .depolarizing1(0)
      }
    case .scalar(let p):
      switch place {
      case .dataPreparation(let basis), .ancillaPreparation(let basis), .ancillaMeasurement(let basis):
        .flip(basis == .x ? .z : .x, 2 * p / 3)
      case .cnot: .depolarizing2(p)
      case .idle, .dataWaitingForMeasurement, .dataWaitingForPreparation: .depolarizing1(p)
      // This circuit has no noise at all in its last round.
      case .dataReadout(let basis): .flip(basis == .x ? .z : .x, 0)
      }
    }
  }
}
