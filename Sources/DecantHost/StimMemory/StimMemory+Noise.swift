/// Operations with the noise that Stim puts before or after them.
extension StimMemory {
  func beginRound(_ circuit: inout Circuit, data: [Int]) {
    circuit.append(.tick)
    circuit.append(.depolarizing1(noise.beforeRoundDataDepolarization), on: data)
  }

  func appendHadamards(_ circuit: inout Circuit, _ qubits: [Int]) {
    circuit.append(.hadamard, qubits)
    circuit.append(.depolarizing1(noise.afterCliffordDepolarization), on: qubits)
  }

  func appendCNOTs(_ circuit: inout Circuit, _ pairs: [Int]) {
    circuit.append(.controlledX, pairs)
    circuit.append(.depolarizing2(noise.afterCliffordDepolarization), on: pairs)
  }

  func appendReset(_ circuit: inout Circuit, _ qubits: [Int], _ basis: PauliBasis) {
    circuit.append(basis == .x ? .resetX : .resetZ, qubits)
    circuit.append(flip(basis, noise.afterResetFlipProbability), on: qubits)
  }

  func appendMeasurement(_ circuit: inout Circuit, _ qubits: [Int], _ basis: PauliBasis) {
    circuit.append(flip(basis, noise.beforeMeasureFlipProbability), on: qubits)
    circuit.append(basis == .x ? .measureX : .measureZ, qubits)
  }

  func appendMeasurementAndReset(_ circuit: inout Circuit, _ qubits: [Int]) {
    circuit.append(flip(.z, noise.beforeMeasureFlipProbability), on: qubits)
    circuit.append(.measureResetZ, qubits)
    circuit.append(flip(.z, noise.afterResetFlipProbability), on: qubits)
  }

  private func flip(_ basis: PauliBasis, _ probability: Double) -> PauliNoise {
    .flip(basis == .x ? .z : .x, probability)
  }
}
