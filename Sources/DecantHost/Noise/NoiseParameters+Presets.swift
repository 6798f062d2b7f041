/// Noise told by one number, and the number that tells noise apart.
extension NoiseParameters {
  /// Ways to make 25 parameters of one error rate p.
  public enum Preset: String, CaseIterable, Sendable {
    /// Every operation fails with p: depolarizing channels, and two thirds of p for flips, as a third of the
    /// Paulis does not flip.
    case uniform
    /// Superconducting hardware: measurement 5p, preparation 2p, waiting p/10 beside CNOTs and 2p beside
    /// measurement and preparation, CNOTs p.
    case si1000
  }

  /// - Throws: `NoiseError` if p is so large that a parameter would exceed 1.
  public init(_ preset: Preset, p: Double) throws(NoiseError) {
    guard (0...1).contains(p) else {
      throw NoiseError(
        source: "noise", problem: "the error rate \(p) is no probability; give a number from 0 to 1")
    }
    // A data qubit waits twice between the CNOTs of two rounds: for measurement, then for preparation.
    let waiting = preset == .uniform ? p / 3 : 2 * p / 3
    let spam = 2 * waiting - 4 * waiting * waiting
    let (preparation, measurement, idle) =
      preset == .uniform ? (2 * p / 3, 2 * p / 3, p / 3) : (2 * p, 5 * p, p / 30)
    try self.init(
      values: [preparation, preparation, measurement, measurement]
        + [idle, idle, idle, spam, spam, spam] + Array(repeating: p / 15, count: 15),
      source: "\(preset.rawValue) noise of \(p)")
  }

  /// SHA-256 of the parameters, in hexadecimal: tells whether two models are the same to the last bit. It is
  /// taken of JSON as Python writes it with sorted keys and no blanks.
  public var fingerprint: String {
    let members = zip(Self.names, values).sorted { $0.0 < $1.0 }
      .map { name, value in "\"\(name)\":\(value.description)" }
    return SHA256.hexadecimal(Array("{\(members.joined(separator: ","))}".utf8))
  }
}
