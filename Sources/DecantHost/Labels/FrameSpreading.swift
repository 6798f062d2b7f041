/// How Pauli errors spread through the CNOTs of a round.
///
/// An X error spreads from control to target, a Z error from target to control.
struct FrameSpreading {
  /// For each layer and qubit, the qubit it meets in the layer and whether it controls; nil if it waits.
  private let meetings: [[(partner: Int, controls: Bool)?]]
  private let lattice: Lattice

  init(_ lattice: Lattice) {
    self.lattice = lattice
    meetings = (0..<4).map { layer in
      var met: [(partner: Int, controls: Bool)?] = Array(repeating: nil, count: lattice.qubitCount)
      for (control, target) in lattice.cnots(layer: layer) {
        met[control] = (target, true)
        met[target] = (control, false)
      }
      return met
    }
  }

  /// What an error leaves at the end of its round: data qubits with such an error, and checks whose outcomes it
  /// flips (X errors those of Z-checks), each ascending.
  struct Trace {
    var data: [Int] = []
    var outcomes: [Int] = []
  }

  /// - Parameters:
  ///   - error: X or Z, on one qubit.
  ///   - subStep: 0 to 5: which of `SubStep.all` it follows, or for the measurement precedes.
  func trace(_ error: PauliBasis, on qubit: Int, subStep: Int) -> Trace {
    var qubits = [qubit]
    // Sub-step 0 precedes all layers, 1 follows the first.
    for layer in stride(from: subStep, to: 4, by: 1) {
      let spread = qubits.compactMap { qubit in
        meetings[layer][qubit].flatMap { $0.controls == (error == .x) ? $0.partner : nil }
      }
      qubits = (qubits + spread).oddMembers
    }
    var trace = Trace()
    // X errors flip the outcomes of Z-checks, whose ancillas come last.
    let firstAncilla = lattice.dataQubitCount + (error == .x ? lattice.checkCount : 0)
    for qubit in qubits {
      if qubit < lattice.dataQubitCount {
        trace.data.append(qubit)
      } else if (firstAncilla..<firstAncilla + lattice.checkCount).contains(qubit) {
        trace.outcomes.append(qubit - firstAncilla)
      }
    }
    return trace
  }
}
