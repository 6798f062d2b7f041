/// The repetition code: data qubits at even numbers, ancillas between them.
extension StimMemory {
  func repetitionCircuit() -> Circuit {
    let checks = distance - 1
    let data = (0..<distance).map { 2 * $0 }
    let ancillas = (0..<checks).map { 2 * $0 + 1 }

    var round = Circuit()
    beginRound(&round, data: data)
    appendCNOTs(&round, ancillas.flatMap { [$0 - 1, $0] })
    round.append(.tick)
    appendCNOTs(&round, ancillas.flatMap { [$0 + 1, $0] })
    round.append(.tick)
    appendMeasurementAndReset(&round, ancillas)

    var circuit = Circuit()
    appendReset(&circuit, Array(0..<2 * distance - 1), .z)
    circuit.steps += round.steps
    for check in 0..<checks {
      circuit.append(.detector, [check - checks], arguments: [Double(ancillas[check]), 0])
    }
    round.append(.shiftCoordinates, arguments: [0, 1])
    for check in 0..<checks {
      round.append(
        .detector, [check - checks, check - 2 * checks], arguments: [Double(ancillas[check]), 0])
    }
    circuit.appendRepeated(round, count: rounds - 1)
    appendMeasurement(&circuit, data, .z)
    for check in 0..<checks {
      circuit.append(
        .detector, [check - distance + 1, check - distance, check - distance - checks].sorted(by: >),
        arguments: [Double(ancillas[check]), 1])
    }
    circuit.append(.observableInclude, [-1], arguments: [0])
    return circuit
  }
}
