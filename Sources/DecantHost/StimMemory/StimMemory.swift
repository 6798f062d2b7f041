/// The memory experiments that `stim gen` makes, made here: same qubits, detectors and noise, same text.
///
/// Much of the literature uses them, so that whoever compares decoders need not have Stim at hand.
public struct StimMemory: Sendable {
  public enum Task: String, CaseIterable, Sendable {
    case rotatedX = "surface_code:rotated_memory_x"
    case rotatedZ = "surface_code:rotated_memory_z"
    case unrotatedX = "surface_code:unrotated_memory_x"
    case unrotatedZ = "surface_code:unrotated_memory_z"
    case repetition = "repetition_code:memory"

    /// The basis of the data qubits.
    var basis: PauliBasis { self == .rotatedX || self == .unrotatedX ? .x : .z }
  }

  /// Stim's four kinds of noise, by Stim's names.
  public struct Noise: Equatable, Sendable {
    public var afterCliffordDepolarization = 0.0
    public var afterResetFlipProbability = 0.0
    public var beforeMeasureFlipProbability = 0.0
    public var beforeRoundDataDepolarization = 0.0

    public init() {}

    /// All four alike.
    public init(p: Double) {
      afterCliffordDepolarization = p
      afterResetFlipProbability = p
      beforeMeasureFlipProbability = p
      beforeRoundDataDepolarization = p
    }
  }

  public let task: Task
  public let distance: Int
  public let rounds: Int
  public let noise: Noise

  /// - Parameter noise: probabilities from 0 to 1; depolarization below what mixes a qubit fully.
  /// - Throws: `ExperimentError` for a distance below 2, for no round, and for sizes beyond what an error
  ///   model may hold.
  public init(_ task: Task, distance: Int, rounds: Int, noise: Noise) throws(ExperimentError) {
    guard (2...SurfaceCodeMemory.maxDistance).contains(distance) else {
      throw ExperimentError(
        "distance \(distance) is not between 2 and \(SurfaceCodeMemory.maxDistance), as \(task.rawValue) needs; "
          + "give one that is")
    }
    guard rounds >= 1 else { throw ExperimentError("\(rounds) rounds are too few; give 1 or more") }
    let checks = task == .repetition ? distance - 1 : 2 * distance * distance
    guard rounds < SurfaceCodeMemory.maxDetectors / checks else {
      throw ExperimentError(
        "\(rounds) rounds at distance \(distance) make more than \(SurfaceCodeMemory.maxDetectors) detectors, "
          + "the most a model may hold; give fewer")
    }
    self.task = task
    self.distance = distance
    self.rounds = rounds
    self.noise = noise
  }

  /// The circuit.
  public func circuit() -> Circuit {
    task == .repetition ? repetitionCircuit() : StimSurfaceCode(self).circuit()
  }
}
