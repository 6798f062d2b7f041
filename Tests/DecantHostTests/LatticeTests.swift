import Testing

@testable import DecantHost

/// The rotated surface code in its four orientations, as the published pre-decoder lays it out.
@Suite struct LatticeTests {
  static func memory(
    _ distance: Int, rounds: Int = 3, _ basis: PauliBasis = .x, _ orientation: Orientation = .xv,
    noise: MemoryNoise = .scalar(0.01)
  ) throws -> SurfaceCodeMemory {
    try SurfaceCodeMemory(
      distance: distance, rounds: rounds, basis: basis, orientation: orientation, noise: noise)
  }

  @Test func layoutOfDistance3() throws {
    let lattice = try Self.memory(3).lattice
    let places = (lattice.xChecks + lattice.zChecks).map { "\($0.qubit)(\($0.row),\($0.column))" }
    #expect(
      places == [
        "9(2,2)", "10(2,6)", "11(4,0)", "12(4,4)", "13(0,2)", "14(4,2)", "15(2,4)", "16(6,4)",
      ])
    #expect(lattice.xChecks[0].slots == [1, 4, 0, 3])
    #expect(lattice.xChecks[1].slots == [nil, nil, 2, 5])
    #expect(lattice.zChecks[0].slots == [nil, nil, 1, 0])
    #expect(lattice.zChecks[2].slots == [2, 1, 5, 4])
    #expect(lattice.logicalX == [0, 1, 2])
    #expect(lattice.logicalZ == [0, 3, 6])
  }

  /// The places of checks on the pre-decoder's grid at distance 5, from its presence maps: 4 and 2 for the
  /// checks' weights.
  @Test func gridOfDistance5() throws {
    let lattice = try Self.memory(5).lattice
    func grid(_ type: PauliBasis) -> [String] {
      var cells = Array(repeating: Array(repeating: "0", count: 5), count: 5)
      for check in lattice.checks(type) { cells[check.cell / 5][check.cell % 5] = "\(check.support.count)" }
      return cells.map { $0.joined() }
    }
    #expect(grid(.x) == ["40402", "24040", "40402", "24040", "00000"])
    #expect(grid(.z) == ["02424", "04040", "00404", "04040", "00202"])
  }

  @Test(arguments: Orientation.allCases, [3, 5, 7, 13])
  func codeIsSound(_ orientation: Orientation, _ distance: Int) throws {
    let lattice = try Self.memory(distance, orientation).lattice
    for type in PauliBasis.allCases {
      let checks = lattice.checks(type)
      #expect(checks.count == lattice.checkCount)
      #expect(Set(checks.map(\.cell)).count == checks.count)
      #expect(lattice.logical(type).count == distance)
      for other in lattice.checks(type.other) {
        for check in checks { #expect(Set(check.support).intersection(other.support).count % 2 == 0) }
        #expect(Set(other.support).intersection(lattice.logical(type)).count % 2 == 0)
      }
    }
    #expect(Set(lattice.logicalX).intersection(lattice.logicalZ).count == 1)
    for layer in 0..<4 {
      let cnots = lattice.cnots(layer: layer)
      #expect(cnots.count == distance * (distance - 1))
      #expect(Set(cnots.flatMap { [$0.control, $0.target] }).count == 2 * cnots.count)
    }
  }

  /// An ancilla's fault halfway leaves errors on the last two data qubits it meets: they must lie across the
  /// logical operator of their type.
  @Test(arguments: Orientation.allCases)
  func hookErrorsLieAcross(_ orientation: Orientation) throws {
    let lattice = try Self.memory(5, orientation).lattice
    for type in PauliBasis.allCases {
      let alongRow = lattice.logical(type)[1] == 1
      for check in lattice.checks(type) where check.support.count == 4 {
        let last = check.slots.suffix(2).map { $0! }
        #expect((last[0] / 5 == last[1] / 5) != alongRow)
      }
    }
  }

  @Test func orientationsHaveTwoNames() {
    for (number, name) in zip(["O1", "O2", "O3", "O4"], ["XV", "XH", "ZV", "ZH"]) {
      #expect(Orientation(name: number) == Orientation(name: name.lowercased()))
      #expect(Orientation(name: name)?.number == number)
    }
    #expect(Orientation(name: "O5") == nil)
  }

  /// Single faults in a middle round, as many as the published sampler has columns for: 18 for each qubit but
  /// for those in CNOTs, and 15 for each CNOT. Silent places count, except those that never have noise.
  @Test func noisePlaces() throws {
    let memory = try Self.memory(5, rounds: 5)
    let lattice = memory.lattice
    for subStep in SurfaceCodeMemory.SubStep.all {
      let groups = memory.noise(round: 2, subStep: subStep)
      #expect(groups.flatMap(\.qubits).sorted() == Array(0..<lattice.qubitCount))
      #expect(memory.noise(round: 1, subStep: subStep) == groups)
    }
    let last = SurfaceCodeMemory.SubStep.all.flatMap { memory.noise(round: 4, subStep: $0) }
    #expect(last.allSatisfy { $0.noise.isSilent })
    let uniform = try MemoryNoise.parameters(NoiseParameters(.uniform, p: 0.003))
    let noisy = try Self.memory(5, rounds: 5, .z, noise: uniform)
    #expect(
      noisy.noise(round: 4, subStep: .preparation)
        == [.init(noise: .flip(.x, 0.002), qubits: Array(0..<25))])
    #expect(noisy.noise(round: 1, subStep: .preparation)[0].noise.isSilent)
    #expect(
      noisy.noise(round: 1, subStep: .measurement).last?.noise
        == uniform.noise(at: .dataWaitingForMeasurement))
  }

  @Test(arguments: [
    (4, 3, "distance 4 is not odd and at least 3, as this rotated surface code needs; give 3, 5, 7, ..."),
    (1, 3, "distance 1 is not odd and at least 3, as this rotated surface code needs; give 3, 5, 7, ..."),
    (257, 3, "distance 257 is above 255, the largest accepted; lower it"),
    (3, 1, "1 round is too few: the last one stands in for measuring the data qubits, so give 2 or more"),
    (
      3, 1 << 40,
      "1099511627776 rounds at distance 3 make more than 268435455 detectors, the most a model may hold; "
        + "give 33554431 or fewer"
    ),
  ])
  func refusesSizes(_ distance: Int, _ rounds: Int, sentence: String) {
    let error = #expect(throws: ExperimentError.self) { try Self.memory(distance, rounds: rounds) }
    #expect(error?.description == sentence)
  }

  private static func memory(_ distance: Int, _ orientation: Orientation) throws -> SurfaceCodeMemory {
    try memory(distance, rounds: 3, .x, orientation)
  }
}
