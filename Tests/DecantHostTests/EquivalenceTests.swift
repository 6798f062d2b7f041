import Testing

@testable import DecantHost

/// Homological equivalence: the bit-parallel passes against the plain ones, and what they promise.
@Suite struct EquivalenceTests {
  /// Labels of a block's shots, some of them likely and some not.
  struct Block {
    let layout: LabelLayout
    let planes: BitPlanes

    init(_ memory: SurfaceCodeMemory, density: (Int) -> Double, seed: UInt64) {
      layout = LabelLayout(memory)
      planes = BitPlanes(count: layout.planeCount)
      var random = RandomStream(seed: seed, block: 0)
      for shot in 0..<FaultTable.shotsPerBlock {
        let limit = UInt64(density(shot) * 0x1p63) * 2
        for plane in 0..<layout.rounds * layout.roundStride where random.next() < limit {
          planes.flip(plane, shot: shot)
        }
      }
      fillDetectors()
    }

    func bit(_ plane: Int, _ shot: Int) -> Int {
      Int(planes.words[4 * plane + shot / 64] >> UInt64(shot % 64) & 1)
    }

    func plain(_ shot: Int) -> PlainEquivalence {
      var data: [PauliBasis: [[Int]]] = [:]
      var flips: [PauliBasis: [[Int]]] = [:]
      for type in PauliBasis.allCases {
        data[type] = (0..<layout.rounds).map { round in
          (0..<layout.dataQubits).map { bit(layout.data(detectedBy: type, round: round, qubit: $0), shot) }
        }
        flips[type] = (0..<layout.rounds).map { round in
          (0..<layout.checks).map { bit(layout.flips(of: type, round: round, check: $0), shot) }
        }
      }
      return PlainEquivalence(lattice: layout.lattice, basis: layout.basis, data: data, flips: flips)
    }

    func weight(_ shot: Int) -> Int {
      (0..<layout.rounds * layout.roundStride).map { bit($0, shot) }.reduce(0, +)
    }

    func fillDetectors() {
      for shot in 0..<FaultTable.shotsPerBlock {
        let labels = plain(shot)
        let detectors = PlainEquivalence.detectors(layout.lattice, labels.data, labels.flips)
        for type in PauliBasis.allCases {
          for round in 0..<layout.rounds {
            for (check, value) in detectors[type]![round].enumerated() where value == 1 {
              planes.flip(layout.detectors(of: type, round: round, check: check), shot: shot)
            }
          }
        }
      }
    }

    func apply(_ equivalence: LabelEquivalence) {
      let steps = LabelProtocol(equivalence, layout)
      steps.apply(to: planes, scratch: BitPlanes(count: steps.scratchCount))
    }
  }

  static func density(_ shot: Int) -> Double { [0.02, 0.1, 0.3, 0.5][shot % 4] }

  @Test(arguments: Orientation.allCases, PauliBasis.allCases)
  func asPlain(_ orientation: Orientation, _ basis: PauliBasis) throws {
    for (distance, rounds) in [(3, 4), (5, 3)] {
      let memory = try LatticeTests.memory(distance, rounds: rounds, basis, orientation)
      for equivalence in [LabelEquivalence.spacelike, .full] {
        let block = Block(memory, density: Self.density, seed: 7)
        let step = distance == 3 ? 3 : 13
        let before = stride(from: 0, to: FaultTable.shotsPerBlock, by: step).map { block.plain($0) }
        block.apply(equivalence)
        for (index, labels) in before.enumerated() {
          var expected = labels
          if equivalence == .full { expected.applyFull() } else { expected.applySpacelike() }
          let found = block.plain(index * step)
          #expect(found.data == expected.data)
          #expect(found.flips == expected.flips)
        }
      }
    }
  }

  /// Detectors and observable stay, weight never grows, and what is equivalent to nothing by stabilizers goes.
  @Test(arguments: Orientation.allCases)
  func promises(_ orientation: Orientation) throws {
    let memory = try LatticeTests.memory(5, rounds: 4, .z, orientation)
    let block = Block(memory, density: Self.density, seed: 8)
    let layout = block.layout
    let shots = Array(0..<FaultTable.shotsPerBlock)
    func facts() -> [[PauliBasis: [[Int]]]] {
      shots.map { shot in
        let labels = block.plain(shot)
        return PlainEquivalence.detectors(layout.lattice, labels.data, labels.flips)
      }
    }
    func frames() -> [Int] {
      shots.map { shot in
        let rounds = block.plain(shot).data[layout.basis]!
        return rounds.map { round in layout.lattice.logical(layout.basis).map { round[$0] }.reduce(0, +) }
          .reduce(0, +) % 2
      }
    }
    func labels() -> [UInt64] { (0..<4 * layout.rounds * layout.roundStride).map { block.planes.words[$0] } }
    let (detectors, observables) = (facts(), frames())
    var weights = shots.map { block.weight($0) }
    for equivalence in [LabelEquivalence.spacelike, .spacelike, .full, .full] {
      let before = labels()
      block.apply(equivalence)
      let after = shots.map { block.weight($0) }
      #expect(zip(after, weights).allSatisfy { $0 <= $1 })
      #expect(facts() == detectors)
      #expect(frames() == observables)
      // The second time in a row spacelike equivalence finds nothing left to do.
      if equivalence == .spacelike, after == weights { #expect(labels() == before) }
      weights = after
    }
  }

  @Test func nothingComesOfNothing() throws {
    let block = Block(try LatticeTests.memory(5, rounds: 5), density: { _ in 0 }, seed: 1)
    block.apply(.full)
    #expect((0..<block.layout.planeCount).allSatisfy { block.planes.planes[$0] == .zero })
  }

  /// What one round of X or Z errors becomes; digits are data qubits of distance 3, in rows of three.
  ///
  /// In orientation XV X-checks act on 0134, 25, 36 and 4578; Z-checks on 01, 3467, 1245 and 78.
  @Test(arguments: [
    (PauliBasis.x, [0, 3], [1, 4]), (.x, [3, 4], [0, 1]), (.x, [0, 4], [1, 3]), (.x, [1, 3], [1, 3]),
    (.x, [1, 4], [1, 4]), (.x, [0, 1], [0, 1]), (.x, [0, 1, 3], [4]), (.x, [0, 1, 3, 4], []),
    (.x, [5], [5]), (.x, [2], [5]), (.x, [6], [3]), (.x, [3], [3]), (.x, [2, 5], []), (.x, [7], [7]),
    (.z, [3, 6], [4, 7]), (.z, [6, 7], [3, 4]), (.z, [4, 6], [3, 7]), (.z, [3, 7], [3, 7]),
    (.z, [0], [1]), (.z, [1], [1]), (.z, [8], [7]), (.z, [7], [7]), (.z, [], []),
  ])
  func shapes(_ errors: PauliBasis, _ before: [Int], _ after: [Int]) throws {
    let lattice = try LatticeTests.memory(3).lattice
    let planes = BitPlanes(count: 9)
    for qubit in before { planes.flip(qubit, shot: 77) }
    let claimed = BitPlanes(count: 9)
    withExtendedLifetime((planes, claimed)) {
      SpacelikeEquivalence(lattice, errors: errors).apply(to: planes.planes, claimed: claimed.planes)
    }
    #expect((0..<9).filter { planes.planes[$0] != .zero } == after)
  }

  /// A data error that one of its checks missed when it happened, then undone: three flips become none.
  @Test func timelikeMove() throws {
    let memory = try LatticeTests.memory(3, rounds: 4, .z)
    let layout = LabelLayout(memory)
    let block = Block(memory, density: { _ in 0 }, seed: 1)
    let checks = memory.lattice.zChecks.indices.filter { memory.lattice.zChecks[$0].support.contains(4) }
    for round in [1, 2] { block.planes.flip(layout.data(detectedBy: .z, round: round, qubit: 4), shot: 3) }
    for check in checks { block.planes.flip(layout.flips(of: .z, round: 1, check: check), shot: 3) }
    #expect(checks.count == 2)
    block.apply(.full)
    #expect(block.weight(3) == 0)
  }
}
