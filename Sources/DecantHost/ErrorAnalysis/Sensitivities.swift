/// What a Pauli error on each qubit would flip, at one moment of a circuit.
///
/// The analysis walks a circuit backwards and keeps this up to date: an error before a gate does what the error
/// it becomes does after it. So every place of a circuit is known after one pass, without simulating faults.
struct Sensitivities {
  /// For each qubit, the symptoms of an X error on it.
  private(set) var ofX: [[ErrorTarget]]
  /// For each qubit, the symptoms of a Z error on it.
  private(set) var ofZ: [[ErrorTarget]]

  init(qubits: Int) {
    ofX = Array(repeating: [], count: qubits)
    ofZ = ofX
  }

  /// Undoes a gate that acts on one qubit without measuring it.
  mutating func undo(_ gate: Gate, _ q: Int) {
    switch gate {
    case .hadamard: swap(&ofX[q], &ofZ[q])
    case .s, .sDagger: ofX[q].formSymmetricDifference(ofZ[q])
    case .sqrtX, .sqrtXDagger: ofZ[q].formSymmetricDifference(ofX[q])
    default: break
    }
  }

  /// Undoes a gate that acts on two different qubits.
  mutating func undo(_ gate: Gate, _ a: Int, _ b: Int) {
    switch gate {
    case .controlledX:
      ofX[a].formSymmetricDifference(ofX[b])
      ofZ[b].formSymmetricDifference(ofZ[a])
    case .xControlledZ:
      undo(.controlledX, b, a)
    case .controlledY:
      ofX[a].formSymmetricDifference(ofX[b])
      ofX[a].formSymmetricDifference(ofZ[b])
      ofX[b].formSymmetricDifference(ofZ[a])
      ofZ[b].formSymmetricDifference(ofZ[a])
    case .controlledZ:
      ofX[a].formSymmetricDifference(ofZ[b])
      ofX[b].formSymmetricDifference(ofZ[a])
    case .xControlledX:
      ofZ[a].formSymmetricDifference(ofX[b])
      ofZ[b].formSymmetricDifference(ofX[a])
    case .swap:
      ofX.swapAt(a, b)
      ofZ.swapAt(a, b)
    default: break
    }
  }

  /// Undoes a measurement whose outcome these symptoms depend on.
  mutating func undoMeasurement(_ q: Int, _ basis: Axis, symptoms: [ErrorTarget]) {
    if basis != .x { ofX[q].formSymmetricDifference(symptoms) }
    if basis != .z { ofZ[q].formSymmetricDifference(symptoms) }
  }

  /// Undoes a reset: what happened before it is forgotten.
  mutating func undoReset(_ q: Int) {
    ofX[q] = []
    ofZ[q] = []
  }

  /// The symptoms of an error along this axis, which a reset to it or a measurement of it must leave
  /// unchanged: if they are not none, their outcome is random.
  func symptoms(_ q: Int, _ axis: Axis) -> [ErrorTarget] {
    switch axis {
    case .x: return ofX[q]
    case .z: return ofZ[q]
    case .y:
      var both = ofX[q]
      both.formSymmetricDifference(ofZ[q])
      return both
    }
  }

  /// X, Y or Z.
  enum Axis: String {
    case x = "X"
    case y = "Y"
    case z = "Z"
  }
}
