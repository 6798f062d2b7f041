import Glibc

/// What each fault of a surface-code memory does to the labels of its shot.
///
/// Labels follow the published frame response (arXiv:2604.12841; its program's training data). A fault's frame is
/// taken at the end of its round. If the fault flips no outcome in its own round, its data errors newly appear in
/// the next round, where they are first seen; else in its own. A measurement is flipped where an outcome differs
/// from what the data errors up to then imply. All later rounds measure what the data errors imply, so that a fault
/// leaves labels in one round only.
struct FaultResponses {
  private let memory: SurfaceCodeMemory
  private let layout: LabelLayout
  private let spreading: FrameSpreading
  /// For each type of check and each data qubit, the checks that it belongs to.
  private let checksOfQubit: [[[Int]]]

  init(_ memory: SurfaceCodeMemory) {
    self.memory = memory
    layout = LabelLayout(memory)
    spreading = FrameSpreading(memory.lattice)
    checksOfQubit = [memory.lattice.xChecks, memory.lattice.zChecks].map { checks in
      var lists = Array(repeating: [Int](), count: memory.lattice.dataQubitCount)
      for (index, check) in checks.enumerated() { for qubit in check.support { lists[qubit].append(index) } }
      return lists
    }
  }

  /// All faults, ready to be sampled. Nil if there are more than can be.
  func table() -> FaultTable? {
    var table = FaultTable(roundStride: layout.roundStride)
    // All rounds between the first and the last are alike.
    let kinds: [(first: Int, count: Int)] = [(0, 1), (1, layout.rounds - 2), (layout.rounds - 1, 1)]
    for kind in kinds where kind.count > 0 {
      guard table.add(merged(round: kind.first), rounds: kind.count) else { return nil }
    }
    return table
  }

  /// The faults of a round, those of one response as one.
  private func merged(round: Int) -> [(fault: FaultTable.Fault, events: Double)] {
    var means: [FaultTable.Fault: Double] = [:]
    var order: [FaultTable.Fault] = []
    forEachFault(round: round) { fault in
      let key = FaultTable.Fault(flips: fault.labels)
      if means[key] == nil { order.append(key) }
      means[key, default: 0] += fault.events
    }
    return order.map { ($0, means[$0]!) }
  }

  /// One fault: Paulis on the qubits of a place.
  struct Fault {
    let subStep: Int
    /// One qubit, or control and target.
    let qubits: [Int]
    /// For each of them 0 to 3: I, X, Y, Z.
    let paulis: [Int]
    /// By itself, among faults that exclude each other.
    let probability: Double
    /// Of the independent fault, mean number.
    let events: Double
    /// The planes that it flips, ascending.
    let labels: [UInt32]
  }

  /// Visits all faults of a round that may happen, in the order of sub-steps, places and Paulis.
  func forEachFault(round: Int, _ visit: (Fault) -> Void) {
    for (index, subStep) in SurfaceCodeMemory.SubStep.all.enumerated() {
      for group in memory.noise(round: round, subStep: subStep) where !group.noise.isSilent {
        let events = IndependentPaulis.events(group.noise)
        let width = group.noise.qubitCount
        for first in stride(from: 0, to: group.qubits.count, by: width) {
          let qubits = Array(group.qubits[first..<first + width])
          let traces = qubits.map { qubit in
            PauliBasis.allCases.map { spreading.trace($0, on: qubit, subStep: index) }
          }
          for (number, events) in events.enumerated() where events > 0 {
            let paulis = width == 1 ? [number + 1] : [(number + 1) / 4, (number + 1) % 4]
            var x = FrameSpreading.Trace()
            var z = FrameSpreading.Trace()
            for (pauli, trace) in zip(paulis, traces) {
              if pauli == 1 || pauli == 2 { x.add(trace[0]) }
              if pauli >= 2 { z.add(trace[1]) }
            }
            visit(
              Fault(
                subStep: index, qubits: qubits, paulis: paulis,
                probability: group.noise.probabilities[number],
                events: events,
                labels: labels(x: x, z: z, round: round)))
          }
        }
      }
    }
  }

  /// The planes that a fault flips, told by what it leaves in its own round.
  private func labels(x: FrameSpreading.Trace, z: FrameSpreading.Trace, round: Int) -> [UInt32] {
    let isSeen = !x.outcomes.isEmpty || !z.outcomes.isEmpty
    let appears = isSeen ? round : round + 1
    guard appears < layout.rounds else { return [] }
    var planes: [Int] = []
    for (type, trace) in [(PauliBasis.x, z), (PauliBasis.z, x)] {
      planes += trace.data.map { layout.data(detectedBy: type, round: appears, qubit: $0) }
      guard isSeen else { continue }
      let implied = trace.data.flatMap { checksOfQubit[type == .x ? 0 : 1][$0] }
      planes += (trace.outcomes + implied).oddMembers
        .map { layout.flips(of: type, round: round, check: $0) }
    }
    return planes.map { UInt32($0) }.sorted()
  }
}

extension FrameSpreading.Trace {
  /// Takes in what another error leaves.
  fileprivate mutating func add(_ other: Self) {
    data = (data + other.data).oddMembers
    outcomes = (outcomes + other.outcomes).oddMembers
  }
}
