/// What is wrong with a recorded data set: everything that was found, and not only the first of it, for whoever
/// has to record again wants to do so once.
public struct DataSetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The directory.
  public let source: String
  /// A sentence each, without its full stop; they name file and key, and say what to do where that helps.
  public let problems: [String]

  public var description: String {
    guard problems.count > 1 else { return "\(source): \(problems.first ?? "cannot be used")" }
    return "\(source): \(problems.count) things are wrong:" + problems.map { "\n  \($0)" }.joined()
  }
}

/// What is known of the experiment that a data set was recorded from, or that flags ask for. Nil where nothing is
/// said.
public struct ExperimentFacts: Equatable, Sendable {
  /// The published programs' names of the two noise circuits of the surface code.
  public enum NoiseCircuit: String, Sendable {
    case parameters = "25-param"
    case scalar = "simple"
  }

  public var distance: Int?
  public var rounds: Int?
  public var basis: PauliBasis?
  public var orientation: Orientation?
  public var noise: Double?
  public var noiseCircuit: NoiseCircuit?
  /// `NoiseParameters.fingerprint`.
  public var fingerprint: String?

  public init(
    distance: Int? = nil, rounds: Int? = nil, basis: PauliBasis? = nil, orientation: Orientation? = nil,
    noise: Double? = nil, noiseCircuit: NoiseCircuit? = nil, fingerprint: String? = nil
  ) {
    self.distance = distance
    self.rounds = rounds
    self.basis = basis
    self.orientation = orientation
    self.noise = noise
    self.noiseCircuit = noiseCircuit
    self.fingerprint = fingerprint
  }

  /// Where a recording differs from what was asked for; what either of them leaves open does not.
  ///
  /// file: the one that says what was recorded. checksNoise: whether noise must be the same, to the last bit.
  func mismatches(asked: ExperimentFacts, file: String, checksNoise: Bool) -> [String] {
    var problems: [String] = []
    func compare<Value: Equatable>(
      _ key: String, _ flag: String, _ mine: Value?, _ theirs: Value?, _ remedy: String = ""
    ) {
      guard let mine, let theirs, mine != theirs else { return }
      problems.append("\(file): \(key) is \(mine), but \(flag) asks for \(theirs)\(remedy)")
    }
    compare("distance", "--distance", distance, asked.distance)
    compare("n_rounds", "--rounds", rounds, asked.rounds)
    compare("basis", "--basis", basis?.rawValue, asked.basis?.rawValue)
    compare("code_rotation", "--orientation", orientation?.rawValue, asked.orientation?.rawValue)
    guard checksNoise else { return problems }
    let remedy = "; if another noise model shall decode these shots, say --allow_noise_mismatch"
    compare("p_error", "--noise", noise, asked.noise, remedy)
    compare("noise_model", "--circuit_noise", noiseCircuit?.rawValue, asked.noiseCircuit?.rawValue, remedy)
    compare("noise_model_sha256", "the noise of the flags", fingerprint, asked.fingerprint, remedy)
    return problems
  }
}

extension ByteSource {
  /// Takes all bytes of a small file in a data set.
  static func text(of path: String, limit: Int = 1 << 20) throws(ShotFileError) -> [UInt8] {
    var file = try ByteSource(path: path)
    return try file.readAll(limit: limit)
  }
}
