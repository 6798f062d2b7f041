import ArgumentParser
import DecantHost

/// Memory experiments, told by flags of which some may be lists: `circuit`'s flags for one or many of them.
struct SweepOptions: ParsableArguments {
  @Option(help: ArgumentHelp("surface or stim:NAME, as for decant circuit.", valueName: "code"))
  var code: String?

  @Option(help: ArgumentHelp("Code distances, such as 5,9,13.", valueName: "list"))
  var distance: String?

  @Option(
    help: ArgumentHelp("Rounds. (default: each distance; for other models, unknown)", valueName: "list"))
  var rounds: String?

  @Option(help: ArgumentHelp("Bases of the memory: X, Z or X,Z.", valueName: "list"))
  var basis: String?

  @Option(help: ArgumentHelp("How the surface code lies. (default: O1)", valueName: "orientation"))
  var orientation: String?

  @Option(help: ArgumentHelp("Error rates, such as 0.003,0.006.", valueName: "list"))
  var noise: String?

  @Option(help: ArgumentHelp("What --noise means: uniform or si1000.", valueName: "preset"))
  var preset: String?

  @Option(
    name: [.customLong("noise_model"), .customLong("noise-model")],
    help: ArgumentHelp("Noise in 25 parameters, JSON.", valueName: "file"))
  var noiseModel: String?

  @Option(
    name: [.customLong("circuit_noise"), .customLong("circuit-noise")],
    help: ArgumentHelp("Noise circuit: 25 parameters, or scalar. (default: 25)", valueName: "25|scalar"))
  var circuitNoise: String?

  @Option(name: .customLong("after_clifford_depolarization"), help: .hidden)
  var afterClifford: String?
  @Option(name: .customLong("after_reset_flip_probability"), help: .hidden)
  var afterReset: String?
  @Option(name: .customLong("before_measure_flip_probability"), help: .hidden)
  var beforeMeasure: String?
  @Option(name: .customLong("before_round_data_depolarization"), help: .hidden)
  var beforeRound: String?

  /// Whether they say how noisy it is.
  var sayNoise: Bool {
    noise != nil || noiseModel != nil || afterClifford != nil || afterReset != nil || beforeMeasure != nil
      || beforeRound != nil
  }

  /// Flags of which only a list of one makes sense without --code.
  var areGiven: Bool {
    distance != nil || basis != nil || orientation != nil || sayNoise || preset != nil || circuitNoise != nil
  }

  /// Where noise comes from, if not from --noise alone.
  var noiseSource: String? {
    let stim = [afterClifford, afterReset, beforeMeasure, beforeRound].contains { $0 != nil }
    return noiseModel ?? preset ?? (stim ? "four kinds" : nil)
  }

  /// One experiment of a sweep.
  struct Point {
    let experiment: ExperimentOptions
    let noise: Double?

    /// Such as "surface Z 9x9 0.006".
    var name: String {
      let parts = [
        experiment.code, experiment.basis, "\(experiment.distance ?? 0)x\(experiment.rounds ?? 0)",
        noise.map { "\($0)" },
      ]
      return parts.compactMap { $0 }.joined(separator: " ")
    }
  }

  /// All combinations: distances, then rounds, bases and error rates, the last changing fastest.
  func points() throws -> [Point] {
    var points: [Point] = []
    for distance in Self.list(distance) {
      for rounds in rounds == nil ? [distance] : Self.list(rounds) {
        for basis in Self.list(basis) {
          for noise in Self.list(noise) {
            points.append(try point(distance: distance, rounds: rounds, basis: basis, noise: noise))
          }
        }
      }
    }
    return points
  }

  /// What flags say of the experiment that recorded shots are of. Lists are refused.
  func facts() throws -> ExperimentFacts {
    var facts = ExperimentFacts()
    facts.distance = try number("distance", distance)
    facts.rounds = try number("rounds", rounds)
    if let basis = try single("basis", basis) {
      guard let known = PauliBasis(rawValue: basis.uppercased()) else {
        throw ValidationError("--basis \(basis) is neither X nor Z.")
      }
      facts.basis = known
    }
    if let orientation {
      guard let known = Orientation(name: orientation) else {
        throw ValidationError("--orientation \(orientation) is unknown. Give XV, XH, ZV or ZH, or O1 to O4.")
      }
      facts.orientation = known
    }
    _ = try single("noise", noise)
    return facts
  }

  /// The experiment of recorded shots with the noise of the flags. facts: what the recording says.
  func experiment(for facts: ExperimentFacts) throws -> Point {
    try point(
      distance: facts.distance.map(String.init), rounds: facts.rounds.map(String.init),
      basis: facts.basis?.rawValue, noise: noise, orientation: facts.orientation?.rawValue,
      code: code ?? "surface")
  }

  private func point(
    distance: String?, rounds: String?, basis: String?, noise: String?, orientation: String? = nil,
    code: String? = nil
  ) throws -> Point {
    let flags: [(String, String?)] = [
      ("code", code ?? self.code), ("distance", distance), ("rounds", rounds), ("basis", basis),
      ("orientation", orientation ?? self.orientation), ("noise", noise), ("preset", preset),
      ("noise_model", noiseModel), ("circuit_noise", circuitNoise),
      ("after_clifford_depolarization", afterClifford), ("after_reset_flip_probability", afterReset),
      ("before_measure_flip_probability", beforeMeasure), ("before_round_data_depolarization", beforeRound),
    ]
    do {
      let experiment = try ExperimentOptions.parse(
        flags.flatMap { name, value in value.map { ["--\(name)=\($0)"] } ?? [] })
      return Point(experiment: experiment, noise: noise.flatMap { Double($0) })
    } catch {
      // Said as of this verb's own flags, with its own usage.
      throw ValidationError(ExperimentOptions.message(for: error))
    }
  }

  /// The parts of a list; a flag that was not given is one part that is not there.
  private static func list(_ text: String?) -> [String?] {
    guard let text else { return [nil] }
    return text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
  }

  private func single(_ flag: String, _ text: String?) throws -> String? {
    guard let text else { return nil }
    guard !text.contains(",") else {
      throw ValidationError(
        "--\(flag) \(text) is a list, but recorded shots and files are of one experiment.")
    }
    return text
  }

  private func number(_ flag: String, _ text: String?) throws -> Int? {
    guard let text = try single(flag, text) else { return nil }
    guard let number = Int(text), number > 0 else {
      throw ValidationError("--\(flag) \(text) is not a whole number above 0.")
    }
    return number
  }
}
