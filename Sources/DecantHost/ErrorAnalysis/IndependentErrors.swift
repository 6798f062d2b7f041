import Glibc

/// Errors that exclude each other, told as errors that happen independently, as error models want them.
enum IndependentErrors {
  /// The probability of each of X, Y and Z, independent of each other, that together depolarize one qubit.
  ///
  /// - Parameter p: of any error, at most 3/4.
  static func depolarizing1(_ p: Double) -> Double { 0.5 - 0.5 * (1 - 4 * p / 3).squareRoot() }

  /// The same for each of the 15 Paulis on two qubits; p is at most 15/16.
  static func depolarizing2(_ p: Double) -> Double { 0.5 - 0.5 * pow(1 - 16 * p / 15, 0.125) }

  /// Probabilities of independent X, Y and Z errors that act as these which exclude each other; nil if there
  /// are none, as Y must be at least about as likely as X and Z at once.
  ///
  /// From the channel's action on Paulis: an X error and a Y error both flip Z, so that 1 - 2(x + y) is the
  /// product of 1 - 2 times the independent probabilities of X and of Y, and so on around.
  static func channel1(x: Double, y: Double, z: Double) -> (x: Double, y: Double, z: Double)? {
    let none = max(0, 1 - x - y - z)
    // Multiplying all by one Pauli renames them; the likeliest shall be none.
    if none < x { return channel1(x: none, y: z, z: y).map { (1 - $0.x, $0.y, $0.z) } }
    if none < y { return channel1(x: z, y: none, z: x).map { ($0.x, 1 - $0.y, $0.z) } }
    if none < z { return channel1(x: y, y: x, z: none).map { ($0.x, $0.y, 1 - $0.z) } }
    let flipsX = 1 - 2 * (y + z)
    let flipsY = 1 - 2 * (x + z)
    let flipsZ = 1 - 2 * (x + y)
    guard flipsX > 0, flipsY > 0, flipsZ > 0 else { return nil }
    let independent = [
      0.5 - 0.5 * (flipsY * flipsZ / flipsX).squareRoot(),
      0.5 - 0.5 * (flipsX * flipsZ / flipsY).squareRoot(),
      0.5 - 0.5 * (flipsX * flipsY / flipsZ).squareRoot(),
    ]
    // What rounding leaves below zero is zero.
    guard independent.allSatisfy({ $0 > -1e-14 }) else { return nil }
    return (max(0, independent[0]), max(0, independent[1]), max(0, independent[2]))
  }
}
