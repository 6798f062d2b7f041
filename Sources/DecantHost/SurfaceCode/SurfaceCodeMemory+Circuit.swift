/// The experiment as a circuit.
extension SurfaceCodeMemory {
  /// The circuit, its middle rounds in a repeat block. Coordinates are the plane's two and the round; the
  /// detectors that compare data qubits with the last round stand one round later.
  public func circuit() -> Circuit {
    var circuit = Circuit()
    for qubit in 0..<lattice.qubitCount {
      let place = lattice.coordinates(ofQubit: qubit)
      circuit.append(.qubitCoordinates, [qubit], arguments: [Double(place.row), Double(place.column)])
    }
    appendRound(0, to: &circuit)
    for (index, check) in lattice.checks(basis).enumerated() {
      let outcome = (basis == .x ? -2 : -1) * lattice.checkCount + index
      circuit.append(.detector, [outcome], arguments: [Double(check.row), Double(check.column), 0])
    }
    var middle = Circuit()
    appendLaterRound(1, to: &middle)
    circuit.appendRepeated(middle, count: rounds - 2)
    appendLaterRound(rounds - 1, to: &circuit)
    appendDataMeasurement(to: &circuit)
    return circuit
  }

  private func appendLaterRound(_ round: Int, to circuit: inout Circuit) {
    circuit.append(.tick)
    appendRound(round, to: &circuit)
    circuit.append(.shiftCoordinates, arguments: [0, 0, 1])
    let outcomes = 2 * lattice.checkCount
    for (index, check) in (lattice.xChecks + lattice.zChecks).enumerated() {
      circuit.append(
        .detector, [index - outcomes, index - 2 * outcomes],
        arguments: [Double(check.row), Double(check.column), 0])
    }
  }

  /// Preparation, four layers of CNOTs, and measurement, with their noise.
  private func appendRound(_ round: Int, to circuit: inout Circuit) {
    let xAncillas = lattice.xChecks.map(\.qubit)
    let zAncillas = lattice.zChecks.map(\.qubit)
    for subStep in SubStep.all {
      let noise = noise(round: round, subStep: subStep)
      func appendNoise() { for group in noise { circuit.append(group.noise, on: group.qubits) } }
      switch subStep {
      case .preparation:
        if round == 0 {
          circuit.append(basis == .x ? .resetX : .resetZ, Array(0..<lattice.dataQubitCount))
        }
        circuit.append(.resetX, xAncillas)
        circuit.append(.resetZ, zAncillas)
        appendNoise()
        circuit.append(.tick)
      case .cnots(let layer):
        circuit.append(.controlledX, lattice.cnots(layer: layer).flatMap { [$0.control, $0.target] })
        appendNoise()
        circuit.append(.tick)
      case .measurement:
        appendNoise()
        circuit.append(.measureX, xAncillas)
        circuit.append(.measureZ, zAncillas)
      }
    }
  }

  private func appendDataMeasurement(to circuit: inout Circuit) {
    let data = lattice.dataQubitCount
    circuit.append(.tick)
    circuit.append(basis == .x ? .measureX : .measureZ, Array(0..<data))
    for (index, check) in lattice.checks(basis).enumerated() {
      let outcome = (basis == .x ? -2 : -1) * lattice.checkCount + index - data
      circuit.append(
        .detector, check.support.map { $0 - data } + [outcome],
        arguments: [Double(check.row), Double(check.column), 1])
    }
    circuit.append(.observableInclude, lattice.logical(basis).map { $0 - data }, arguments: [0])
  }
}
