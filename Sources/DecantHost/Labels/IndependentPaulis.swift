import Glibc

/// Paulis of a channel, which exclude each other, told as Paulis that happen independently.
enum IndependentPaulis {
  /// The mean number of events (see `FaultTable`) of each Pauli of a channel, in the order of
  /// `PauliNoise.probabilities`, so that all together act as the channel.
  ///
  /// The channel multiplies a Pauli Q by its eigenvalue, the sum of the probabilities of all P signed by whether P
  /// commutes with Q; independent events multiply it by exp(-2 mean) for each P that does not. Taking logarithms
  /// and transforming back (Walsh and Hadamard) gives the means. A few channels are no product of independent
  /// Paulis; they are taken as if each Pauli happened independently with its probability, as the published program
  /// does with all, and as error models are made of them.
  static func events(_ noise: PauliNoise) -> [Double] {
    let probabilities = noise.probabilities
    let count = probabilities.count + 1
    let channel = [1 - probabilities.reduce(0, +)] + probabilities
    let eigenvalues = (0..<count).map { q in
      channel.indices.reduce(0.0) { $0 + sign($1, q) * channel[$1] }
    }
    if eigenvalues.allSatisfy({ $0 > 1e-12 }) {
      let logarithms = eigenvalues.map { log($0) }
      let means = (1..<count).map { p in
        logarithms.indices.reduce(0.0) { $0 + sign(p, $1) * logarithms[$1] } / Double(count)
      }
      // What rounding leaves around zero is zero.
      if means.allSatisfy({ $0 > -1e-15 }) {
        return zip(means, probabilities).map { mean, p in p == 0 && mean < 1e-15 ? 0 : max(0, mean) }
      }
    }
    return probabilities.map { FaultTable.events(probability: $0) }
  }

  /// 1 if two Paulis commute, else -1. Base-4 digits: I, X, Y, Z for each qubit.
  private static func sign(_ p: Int, _ q: Int) -> Double {
    var anticommuting = 0
    for shift in [0, 2] {
      let (a, b) = (p >> shift & 3, q >> shift & 3)
      if a != 0, b != 0, a != b { anticommuting += 1 }
    }
    return anticommuting % 2 == 0 ? 1 : -1
  }
}
