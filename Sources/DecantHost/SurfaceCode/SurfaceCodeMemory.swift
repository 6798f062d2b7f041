/// A memory experiment on a rotated surface code, with the published pre-decoder's schedule.
///
/// Of its T rounds of check measurements the first begins with the preparation of the data qubits, and the
/// last, which is free of noise but for a readout error, stands in for measuring them. Detectors, of h checks
/// of each type: the first outcomes of the checks of the memory's basis; for each later round the changes of
/// all X-checks, then of all Z-checks; and h that compare the data qubits with the last round, which never
/// fire. That makes 2Th.
public struct SurfaceCodeMemory: Sendable {
  public let lattice: Lattice
  public let basis: PauliBasis
  /// At least 2, the first and the last included.
  public let rounds: Int
  public let noise: MemoryNoise

  /// The largest distance that is accepted.
  public static let maxDistance = 255
  /// Most detectors, as in `ErrorModelLimits`.
  static let maxDetectors = ErrorModelLimits.maxDetectors

  /// - Throws: `ExperimentError` for a distance that is even or below 3, for less than 2 rounds, and for sizes
  ///   beyond what an error model may hold.
  public init(
    distance: Int, rounds: Int, basis: PauliBasis, orientation: Orientation, noise: MemoryNoise
  ) throws(ExperimentError) {
    guard distance >= 3, distance % 2 == 1 else {
      throw ExperimentError(
        "distance \(distance) is not odd and at least 3, as this rotated surface code needs; give 3, 5, 7, ..."
      )
    }
    guard distance <= Self.maxDistance else {
      throw ExperimentError(
        "distance \(distance) is above \(Self.maxDistance), the largest accepted; lower it")
    }
    guard rounds >= 2 else {
      throw ExperimentError(
        "\(rounds) \(rounds == 1 ? "round is" : "rounds are") too few: the last one stands in for measuring the data qubits, so give 2 or more"
      )
    }
    let perRound = distance * distance - 1
    guard rounds <= Self.maxDetectors / perRound else {
      throw ExperimentError(
        "\(rounds) rounds at distance \(distance) make more than \(Self.maxDetectors) detectors, the most "
          + "a model may hold; give \(Self.maxDetectors / perRound) or fewer")
    }
    lattice = Lattice(distance: distance, orientation: orientation)
    self.basis = basis
    self.rounds = rounds
    self.noise = noise
  }

  public var detectorCount: Int { rounds * 2 * lattice.checkCount }
}

/// Why an experiment cannot be made, and what to do about it.
public struct ExperimentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A sentence without its full stop.
  public let description: String

  init(_ description: String) { self.description = description }
}
