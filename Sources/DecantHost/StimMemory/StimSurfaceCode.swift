/// Stim's rotated and unrotated surface codes: where their qubits stand, and the circuit.
struct StimSurfaceCode {
  struct Place: Hashable, Comparable {
    var x: Int
    var y: Int

    static func < (a: Place, b: Place) -> Bool { (a.x, a.y) < (b.x, b.y) }
    static func + (a: Place, b: Place) -> Place { Place(x: a.x + b.x, y: a.y + b.y) }
  }

  private let memory: StimMemory
  /// Ascending.
  private var data: [Place] = []
  private var xChecks: [Place] = []
  private var zChecks: [Place] = []
  private var xObservable: [Place] = []
  private var zObservable: [Place] = []
  /// Steps to a check's data qubits, in the order in which it meets them.
  private let xOrder: [Place]
  private let zOrder: [Place]
  private var qubits: [Place: Int] = [:]

  init(_ memory: StimMemory) {
    self.memory = memory
    let d = memory.distance
    if memory.task == .unrotatedX || memory.task == .unrotatedZ {
      xOrder = [Place(x: 1, y: 0), Place(x: 0, y: 1), Place(x: 0, y: -1), Place(x: -1, y: 0)]
      zOrder = xOrder
      placeUnrotated(d)
    } else {
      zOrder = [Place(x: 1, y: 1), Place(x: 1, y: -1), Place(x: -1, y: 1), Place(x: -1, y: -1)]
      xOrder = [zOrder[0], zOrder[2], zOrder[1], zOrder[3]]
      placeRotated(d)
    }
  }

  private mutating func placeUnrotated(_ d: Int) {
    for x in 0..<2 * d - 1 {
      for y in 0..<2 * d - 1 {
        let place = Place(x: x, y: y)
        qubits[place] = x + y * (2 * d - 1)
        switch (x % 2, y % 2) {
        case (0, 1): zChecks.append(place)
        case (1, 0): xChecks.append(place)
        default: data.append(place)
        }
      }
    }
    xObservable = data.filter { $0.x == 0 }
    zObservable = data.filter { $0.y == 0 }
  }

  private mutating func placeRotated(_ d: Int) {
    for x in stride(from: 1, to: 2 * d, by: 2) {
      for y in stride(from: 1, to: 2 * d, by: 2) { data.append(Place(x: x, y: y)) }
    }
    for x in stride(from: 0, through: 2 * d, by: 2) {
      for y in stride(from: 0, through: 2 * d, by: 2) {
        let isX = (x + y) % 4 != 0
        if x == 0 || x == 2 * d, isX { continue }
        if y == 0 || y == 2 * d, !isX { continue }
        if isX { xChecks.append(Place(x: x, y: y)) } else { zChecks.append(Place(x: x, y: y)) }
      }
    }
    for place in data + xChecks + zChecks {
      qubits[place] = place.x + (place.y - place.x % 2) / 2 * (2 * d + 1)
    }
    xObservable = data.filter { $0.x == 1 }
    zObservable = data.filter { $0.y == 1 }
  }
}

extension StimSurfaceCode {
  func circuit() -> Circuit {
    let basis = memory.task.basis
    let keptChecks = basis == .x ? xChecks : zChecks
    let dataQubits = data.map { qubits[$0]! }.sorted()
    let ancillas = (xChecks + zChecks).sorted { qubits[$0]! < qubits[$1]! }
    let ancillaQubits = ancillas.map { qubits[$0]! }
    let outcome = Dictionary(
      uniqueKeysWithValues: ancillas.enumerated().map { ($1, $0 - ancillas.count) })
    let dataOutcome = Dictionary(
      uniqueKeysWithValues: data.map { ($0, dataQubits.firstIndex(of: qubits[$0]!)! - data.count) })

    var circuit = Circuit()
    for (place, qubit) in qubits.sorted(by: { $0.value < $1.value }) {
      circuit.append(.qubitCoordinates, [qubit], arguments: [Double(place.x), Double(place.y)])
    }
    memory.appendReset(&circuit, dataQubits, basis)
    memory.appendReset(&circuit, ancillaQubits, .z)
    var round = round(dataQubits, ancillaQubits)
    circuit.steps += round.steps
    for check in keptChecks {
      circuit.append(.detector, [outcome[check]!], arguments: [Double(check.x), Double(check.y), 0])
    }
    round.append(.shiftCoordinates, arguments: [0, 0, 1])
    for check in ancillas {
      round.append(
        .detector, [outcome[check]!, outcome[check]! - ancillas.count],
        arguments: [Double(check.x), Double(check.y), 0])
    }
    circuit.appendRepeated(round, count: memory.rounds - 1)
    memory.appendMeasurement(&circuit, dataQubits, basis)
    for check in keptChecks {
      let lookbacks = zOrder.compactMap { dataOutcome[check + $0] } + [outcome[check]! - data.count]
      circuit.append(
        .detector, lookbacks.sorted(by: >), arguments: [Double(check.x), Double(check.y), 1])
    }
    let observable = (basis == .x ? xObservable : zObservable).map { dataOutcome[$0]! }
    circuit.append(.observableInclude, observable.sorted(by: >), arguments: [0])
    return circuit
  }

  private func round(_ dataQubits: [Int], _ ancillaQubits: [Int]) -> Circuit {
    let dataPlaces = Set(data)
    let xAncillas = xChecks.map { qubits[$0]! }.sorted()
    var round = Circuit()
    memory.beginRound(&round, data: dataQubits)
    memory.appendHadamards(&round, xAncillas)
    for layer in 0..<4 {
      round.append(.tick)
      let xPairs = xChecks.filter { dataPlaces.contains($0 + xOrder[layer]) }
        .flatMap { [qubits[$0]!, qubits[$0 + xOrder[layer]]!] }
      let zPairs = zChecks.filter { dataPlaces.contains($0 + zOrder[layer]) }
        .flatMap { [qubits[$0 + zOrder[layer]]!, qubits[$0]!] }
      memory.appendCNOTs(&round, xPairs + zPairs)
    }
    round.append(.tick)
    memory.appendHadamards(&round, xAncillas)
    round.append(.tick)
    memory.appendMeasurementAndReset(&round, ancillaQubits)
    return round
  }
}
