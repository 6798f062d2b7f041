/// Where faults may happen, place by place.
///
/// The circuit states these as channels; sampling with labels takes them apart into single faults. Both read
/// this one enumeration.
extension SurfaceCodeMemory {
  /// A part of a round. A fault belongs to the sub-step after whose gates it acts, one of the measurement to
  /// the moment before it.
  public enum SubStep: Equatable, Sendable {
    /// Ancillas are prepared, in the first round data qubits as well.
    case preparation
    /// One layer of CNOTs, 0 to 3.
    case cnots(layer: Int)
    /// Ancillas are measured.
    case measurement

    /// In the order of a round: numbers 0 to 5.
    public static let all: [SubStep] = [.preparation] + (0..<4).map { .cnots(layer: $0) } + [.measurement]
  }

  /// The same noise at several places.
  public struct NoiseGroup: Equatable, Sendable {
    /// May be silent.
    public let noise: PauliNoise
    /// One qubit for each place, or two (control and target) if `noise.qubitCount` is 2.
    public let qubits: [Int]
  }

  /// All places of a sub-step where noise may act, each qubit at most once.
  ///
  /// - Parameter round: from 0 to `rounds` - 1. All rounds between the first and the last are alike.
  public func noise(round: Int, subStep: SubStep) -> [NoiseGroup] {
    let data = Array(0..<lattice.dataQubitCount)
    func group(_ place: MemoryNoise.Place, _ qubits: [Int]) -> NoiseGroup {
      NoiseGroup(noise: noise.noise(at: place), qubits: qubits)
    }
    if round == rounds - 1 {
      return subStep == .preparation ? [group(.dataReadout(basis), data)] : []
    }
    switch subStep {
    case .preparation:
      return [group(round == 0 ? .dataPreparation(basis) : .dataWaitingForPreparation, data)]
        + PauliBasis.allCases.map { group(.ancillaPreparation($0), lattice.checks($0).map(\.qubit)) }
    case .cnots(let layer):
      let pairs = lattice.cnots(layer: layer).flatMap { [$0.control, $0.target] }
      let busy = Set(pairs)
      return [
        group(.cnot, pairs), group(.idle, (0..<lattice.qubitCount).filter { !busy.contains($0) }),
      ]
    case .measurement:
      return PauliBasis.allCases.map { group(.ancillaMeasurement($0), lattice.checks($0).map(\.qubit)) }
        + [group(.dataWaitingForMeasurement, data)]
    }
  }
}
