/// Circuit noise in 25 numbers: the model that the published pre-decoder is trained and judged with.
///
/// X and Z in the names of preparation and measurement are bases: `p_prep_X` is the probability of a Z error
/// after |+> was prepared, `p_meas_Z` that of an X error before Z is measured. The other letters are errors; of
/// the two in `p_cnot_AB`, A is on the control and B on the target.
public struct NoiseParameters: Equatable, Sendable {
  /// The names, in the order of `values`.
  public static let names: [String] =
    ["p_prep_X", "p_prep_Z", "p_meas_X", "p_meas_Z"]
    + ["X", "Y", "Z"].map { "p_idle_cnot_\($0)" } + ["X", "Y", "Z"].map { "p_idle_spam_\($0)" }
    + cnotPaulis.map { "p_cnot_\($0)" }

  /// IX, IY, IZ, XI, ... ZZ: the order of Stim's PAULI_CHANNEL_2.
  static let cnotPaulis: [String] = Array(
    ["I", "X", "Y", "Z"].flatMap { a in ["I", "X", "Y", "Z"].map { a + $0 } }.dropFirst())

  /// Names whose probabilities exclude each other, so that they sum to at most 1, as ranges of `values`.
  static let groups: [(name: String, members: Range<Int>)] = [
    ("p_idle_cnot", 4..<7), ("p_idle_spam", 7..<10), ("p_cnot", 10..<25),
  ]

  /// Each from 0 to 1.
  public let values: [Double]

  /// - Parameters:
  ///   - values: in the order of `names`, 25 of them.
  ///   - source: how errors name where they come from.
  /// - Throws: `NoiseError` for a value that is no probability, and for exclusive ones that sum to more than 1.
  public init(values: [Double], source: String = "noise") throws(NoiseError) {
    precondition(values.count == Self.names.count, "there are 25 noise parameters")
    for (name, value) in zip(Self.names, values) where !(0...1).contains(value) {
      throw NoiseError(
        source: source, problem: "\(name) is \(value), which is no probability; give a number from 0 to 1")
    }
    for group in Self.groups {
      let sum = values[group.members].reduce(0, +)
      // Fifteen fifteenths may sum to a little more than 1.
      guard sum <= 1 + 1e-9 else {
        throw NoiseError(
          source: source,
          problem: "\(group.name)_* sum to \(sum), but exclude each other, so that they cannot sum to more "
            + "than 1; lower them")
      }
    }
    self.values = values
  }

  /// The noise after preparing a state of this basis.
  public func preparation(_ basis: PauliBasis) -> PauliNoise {
    .flip(basis == .x ? .z : .x, values[basis == .x ? 0 : 1])
  }

  /// The noise before measuring in this basis.
  public func measurement(_ basis: PauliBasis) -> PauliNoise {
    .flip(basis == .x ? .z : .x, values[basis == .x ? 2 : 3])
  }

  /// The noise on a qubit that waits while others take part in CNOTs.
  public var idleDuringCNOT: PauliNoise { .channel1(Array(values[4..<7])) }

  /// The noise on a data qubit that waits while ancillas are measured and prepared.
  public var idleDuringSPAM: PauliNoise { .channel1(Array(values[7..<10])) }

  /// The noise on control and target after a CNOT.
  public var cnot: PauliNoise { .channel2(Array(values[10..<25])) }
}
