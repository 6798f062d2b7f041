/// Where the labels of a surface-code memory stand among bit planes, and where they go in tensors.
///
/// A plane holds one bit of all shots of a block. A round has D² planes of Z errors that newly appear on data
/// qubits in it (ez), D² of X errors (ex), then h of measurement flips of X-checks (sX) and h of Z-checks (sZ).
/// After all rounds' labels stand their detectors, h X and h Z a round, those that the experiment does not have
/// included; then the observable, and a plane of zeros.
struct LabelLayout: Sendable {
  let lattice: Lattice
  let basis: PauliBasis
  let rounds: Int
  let dataQubits: Int
  let checks: Int

  init(_ memory: SurfaceCodeMemory) {
    lattice = memory.lattice
    basis = memory.basis
    rounds = memory.rounds
    dataQubits = memory.lattice.dataQubitCount
    checks = memory.lattice.checkCount
  }

  /// Label planes of a round.
  var roundStride: Int { 2 * dataQubits + 2 * checks }

  /// Data errors that checks of this type detect: Z errors for X-checks.
  func data(detectedBy type: PauliBasis, round: Int, qubit: Int = 0) -> Int {
    round * roundStride + (type == .x ? 0 : dataQubits) + qubit
  }

  /// Flips of the measurements of checks of this type.
  func flips(of type: PauliBasis, round: Int, check: Int = 0) -> Int {
    round * roundStride + 2 * dataQubits + (type == .x ? 0 : checks) + check
  }

  func detectors(of type: PauliBasis, round: Int, check: Int = 0) -> Int {
    rounds * roundStride + (2 * round + (type == .x ? 0 : 1)) * checks + check
  }

  var observable: Int { rounds * (roundStride + 2 * checks) }
  var zero: Int { observable + 1 }
  var planeCount: Int { zero + 1 }

  /// The planes of a shot's detectors, in the experiment's order: of the checks of the memory's basis in the first
  /// round; of all X-checks, then Z-checks in each later one; and the last ones, which never fire.
  var detectorPlanes: [Int] {
    var planes = (0..<checks).map { detectors(of: basis, round: 0, check: $0) }
    for round in 1..<rounds {
      for type in PauliBasis.allCases {
        planes += (0..<checks).map { detectors(of: type, round: round, check: $0) }
      }
    }
    return planes + Array(repeating: zero, count: checks)
  }

  /// The planes of the target tensor, (4, T, D, D) in row-major order: ez, ex, and on the checks' cells sX, sZ.
  var targetPlanes: [Int] {
    var planes: [Int] = []
    for type in PauliBasis.allCases {
      for round in 0..<rounds {
        planes += (0..<dataQubits).map { data(detectedBy: type, round: round, qubit: $0) }
      }
    }
    for type in PauliBasis.allCases {
      for round in 0..<rounds { planes += onCells(type) { flips(of: type, round: round, check: $0) } }
    }
    return planes
  }

  /// The planes of a network's input, (2, T, D, D) in row-major order: detectors of X-checks, then of Z-checks, on
  /// the checks' cells. Those of the type that is not the memory's basis are zero in the first round and the last.
  var inputPlanes: [Int] {
    var planes: [Int] = []
    for type in PauliBasis.allCases {
      for round in 0..<rounds {
        let isSeen = type == basis || (round > 0 && round < rounds - 1)
        planes += onCells(type) { isSeen ? detectors(of: type, round: round, check: $0) : zero }
      }
    }
    return planes
  }

  private func onCells(_ type: PauliBasis, _ plane: (Int) -> Int) -> [Int] {
    var cells = Array(repeating: zero, count: dataQubits)
    for (index, check) in lattice.checks(type).enumerated() { cells[check.cell] = plane(index) }
    return cells
  }
}
