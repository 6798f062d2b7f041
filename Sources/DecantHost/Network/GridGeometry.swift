/// How the detectors of a surface-code memory lie on a grid network's input and output.
///
/// A check stands on the cell of one of its data qubits (`Lattice.Check.cell`), in the channel of its type. The network
/// sees the memory's basis only by this: the checks of the other type are missing in the first and the last round,
/// where preparation and readout make their outcomes meaningless.
public struct GridGeometry: Sendable {
  public let distance: Int
  public let rounds: Int
  public let basis: PauliBasis
  let lattice: Lattice

  /// - Parameters:
  ///   - distance: odd, at least 3.
  ///   - rounds: at least 2.
  /// - Throws: `ExperimentError` for others.
  public init(
    distance: Int, rounds: Int, basis: PauliBasis, orientation: Orientation
  ) throws(ExperimentError) {
    self.init(
      try SurfaceCodeMemory(
        distance: distance, rounds: rounds, basis: basis, orientation: orientation, noise: .scalar(0)))
  }

  public init(_ memory: SurfaceCodeMemory) {
    distance = memory.lattice.distance
    rounds = memory.rounds
    basis = memory.basis
    lattice = memory.lattice
  }

  /// 2Th: of a shot, the last group included, which compares with the data qubits.
  public var detectorCount: Int { 2 * rounds * lattice.checkCount }

  /// The detector of a check; nil for the other type's in the first round, which the experiment does not have.
  func detector(_ type: PauliBasis, check: Int, round: Int) -> Int? {
    let checks = lattice.checkCount
    guard round > 0 else { return type == basis ? check : nil }
    return (2 * round - (type == .x ? 1 : 0)) * checks + check
  }

  /// Whether the network is shown checks of this type in this round.
  func shows(_ type: PauliBasis, round: Int) -> Bool {
    type == basis || (round > 0 && round < rounds - 1)
  }
}
