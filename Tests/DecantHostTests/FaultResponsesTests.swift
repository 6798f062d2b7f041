import Testing

@testable import DecantHost

/// What single faults do: their labels against the error model of the same circuit, which is Stim's.
@Suite struct FaultResponsesTests {
  /// Parameters all of different sizes, so that no fault can stand in for another unnoticed; and small, so that it
  /// does not matter which faults exclude each other.
  static func noise(_ seed: UInt64) throws -> MemoryNoise {
    var random = RandomStream(seed: seed, block: 0)
    return .parameters(
      try NoiseParameters(
        values: (0..<25).map { _ in 1e-8 * (1 + 4 * Double(random.next() >> 11) * 0x1p-53) }))
  }

  /// Detectors and the observable that labels flip, by the formulas of the pre-decoder; the observable as -1.
  static func symptom(_ labels: [UInt32], _ layout: LabelLayout, _ detectorOf: [Int: Int]) -> [Int] {
    var symptom: [Int] = []
    for plane in labels.map(Int.init) {
      let (round, place) = plane.quotientAndRemainder(dividingBy: layout.roundStride)
      if place < 2 * layout.dataQubits {
        let type: PauliBasis = place < layout.dataQubits ? .x : .z
        let qubit = place % layout.dataQubits
        for (check, _) in layout.lattice.checks(type).enumerated().filter({ $0.1.support.contains(qubit) }) {
          symptom.append(layout.detectors(of: type, round: round, check: check))
        }
        if type == layout.basis, layout.lattice.logical(type).contains(qubit) { symptom.append(-1) }
      } else {
        let index = place - 2 * layout.dataQubits
        let type: PauliBasis = index < layout.checks ? .x : .z
        for later in round...round + 1 where later < layout.rounds {
          symptom.append(layout.detectors(of: type, round: later, check: index % layout.checks))
        }
      }
    }
    // What an experiment has no detector for goes unseen.
    return symptom.compactMap { $0 < 0 ? $0 : detectorOf[$0] }.oddMembers
  }

  @Test(arguments: Orientation.allCases, PauliBasis.allCases)
  func asErrorModel(_ orientation: Orientation, _ basis: PauliBasis) throws {
    for (distance, rounds) in [(3, 2), (3, 3), (5, 4)] {
      let memory = try LatticeTests.memory(
        distance, rounds: rounds, basis, orientation, noise: Self.noise(UInt64(distance + rounds)))
      let layout = LabelLayout(memory)
      let detectorOf = Dictionary(
        uniqueKeysWithValues: layout.detectorPlanes.enumerated().filter { $0.1 != layout.zero }
          .map { ($0.1, $0.0) })
      var found: [[Int]: Double] = [:]
      let responses = FaultResponses(memory)
      for round in 0..<rounds {
        responses.forEachFault(round: round) { fault in
          let symptom = Self.symptom(fault.labels, layout, detectorOf)
          if symptom.isEmpty { return }
          let old = found[symptom, default: 0]
          found[symptom] = old + fault.probability - 2 * old * fault.probability
        }
      }
      var expected: [[Int]: Double] = [:]
      DetectorErrorModel(memory.circuit(), symptoms: &expected)
      #expect(Set(found.keys) == Set(expected.keys))
      for (symptom, p) in expected { #expect(abs((found[symptom] ?? 0) / p - 1) < 1e-5) }
    }
  }

  /// A round has so many single faults: the published count.
  @Test(arguments: [3, 5, 9])
  func columns(_ distance: Int) throws {
    let memory = try LatticeTests.memory(distance, rounds: 4, noise: Self.noise(1))
    var cnotFaults = 0
    FaultResponses(memory).forEachFault(round: 1) { if $0.qubits.count == 2 { cnotFaults += 1 } }
    #expect(cnotFaults == 15 * 4 * distance * (distance - 1))
  }

  /// Independent Paulis act as the channel: its eigenvalues are the products of theirs.
  @Test func independentPaulis() throws {
    for noise in [PauliNoise.depolarizing2(0.01), try NoiseParameters(.uniform, p: 0.01).cnot] {
      let events = IndependentPaulis.events(noise)
      let expected = IndependentErrors.depolarizing2(0.01)
      for mean in events { #expect(abs(FaultTable.events(probability: expected) - mean) < 1e-12) }
    }
    let flip = IndependentPaulis.events(.flip(.z, 0.01))
    #expect(flip[0] == 0 && flip[1] == 0 && abs(flip[2] - FaultTable.events(probability: 0.01)) < 1e-14)
  }
}

extension DetectorErrorModel {
  /// Collects the probability of each symptom of a circuit's model; the observable counts as detector -1.
  @discardableResult
  fileprivate init(_ circuit: Circuit, symptoms: inout [[Int]: Double]) {
    self = try! DetectorErrorModel(circuit, source: "circuit")
    forEachError { error in
      let symptom = error.targets.filter { !$0.isSeparator }
        .map { target in target.detector.map { Int($0) } ?? -1 }.oddMembers
      let old = symptoms[symptom, default: 0]
      symptoms[symptom] = old + error.probability - 2 * old * error.probability
    }
  }
}
