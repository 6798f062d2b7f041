import ArgumentParser
import DecantHost

/// How noisy an experiment is: by one number, by a preset of it, by 25 parameters, or by Stim's four.
struct NoiseOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Error rate, from 0 to 1.", valueName: "p"))
  var noise: Double?

  @Option(
    help: ArgumentHelp(
      "What --noise means for surface: uniform or si1000. (default: uniform)", valueName: "preset"))
  var preset: String?

  @Option(
    name: [.customLong("noise_model"), .customLong("noise-model")],
    help: ArgumentHelp("Noise of surface in 25 parameters, JSON.", valueName: "file"))
  var noiseModel: String?

  @Option(
    name: [.customLong("circuit_noise"), .customLong("circuit-noise")],
    help: ArgumentHelp(
      "Noise circuit of surface: 25 parameters, or the scalar one of published figures. (default: 25)",
      valueName: "25|scalar"))
  var circuitNoise: String?

  @Option(
    name: .customLong("after_clifford_depolarization"),
    help: ArgumentHelp("For stim: circuits, this kind of noise instead of --noise.", valueName: "p"))
  var afterClifford: Double?

  @Option(
    name: .customLong("after_reset_flip_probability"),
    help: ArgumentHelp("Likewise.", valueName: "p"))
  var afterReset: Double?

  @Option(
    name: .customLong("before_measure_flip_probability"),
    help: ArgumentHelp("Likewise.", valueName: "p"))
  var beforeMeasure: Double?

  @Option(
    name: .customLong("before_round_data_depolarization"),
    help: ArgumentHelp("Likewise.", valueName: "p"))
  var beforeRound: Double?

  /// Whether any of them was given.
  var areGiven: Bool { noise != nil || surfaceOnly || stimOnly }

  private var surfaceOnly: Bool { preset != nil || noiseModel != nil || circuitNoise != nil }
  private var stimOnly: Bool {
    afterClifford != nil || afterReset != nil || beforeMeasure != nil || beforeRound != nil
  }

  func validate() throws {
    let probabilities: [(String, Double?, Double)] = [
      ("noise", noise, 1), ("after_clifford_depolarization", afterClifford, 0.75),
      ("after_reset_flip_probability", afterReset, 1), ("before_measure_flip_probability", beforeMeasure, 1),
      ("before_round_data_depolarization", beforeRound, 0.75),
    ]
    for case (let name, let p?, let limit) in probabilities where !(0...limit).contains(p) {
      throw ValidationError("--\(name) \(p) is not between 0 and \(limit == 1 ? "1" : "\(limit)").")
    }
    if noiseModel != nil, noise != nil || preset != nil {
      throw ValidationError("--noise_model holds all of the noise; leave --noise and --preset out.")
    }
  }

  /// The noise of the published surface code.
  func surfaceNoise() throws -> MemoryNoise {
    if stimOnly {
      throw ValidationError(
        "--after_clifford_depolarization and its like are about stim: circuits. Say --noise or --noise_model."
      )
    }
    let known = preset.map { NoiseParameters.Preset(rawValue: $0.lowercased()) } ?? .uniform
    guard let known else {
      throw ValidationError("--preset \(preset ?? "") is unknown. Give uniform or si1000.")
    }
    switch circuitNoise {
    case nil, "25": break
    case "scalar":
      guard noiseModel == nil, known == .uniform else {
        throw ValidationError(
          "--circuit_noise scalar has one error rate: say --noise p, without --noise_model and --preset si1000."
        )
      }
      guard let noise else { throw Self.missing }
      // Beyond this a depolarized qubit would be more mixed than fully.
      guard noise <= 0.75 else { throw ValidationError("--noise \(noise) is not between 0 and 0.75.") }
      return .scalar(noise)
    case let other?:
      throw ValidationError("--circuit_noise \(other) is unknown. Give 25 or scalar.")
    }
    if let noiseModel {
      var file = try ByteSource(path: noiseModel)
      return .parameters(try NoiseParameters(json: try file.readAll(limit: 1 << 20), source: noiseModel))
    }
    guard let noise else { throw Self.missing }
    return .parameters(try NoiseParameters(known, p: noise))
  }

  /// The noise of Stim's circuits.
  func stimNoise() throws -> StimMemory.Noise {
    if surfaceOnly {
      throw ValidationError(
        "--preset, --noise_model and --circuit_noise are about --code surface. For stim: circuits say --noise, or "
          + "--after_clifford_depolarization and its like.")
    }
    guard noise != nil || stimOnly else { throw Self.missing }
    if let noise, noise > 0.75 { throw ValidationError("--noise \(noise) is not between 0 and 0.75.") }
    var result = StimMemory.Noise(p: noise ?? 0)
    if let afterClifford { result.afterCliffordDepolarization = afterClifford }
    if let afterReset { result.afterResetFlipProbability = afterReset }
    if let beforeMeasure { result.beforeMeasureFlipProbability = beforeMeasure }
    if let beforeRound { result.beforeRoundDataDepolarization = beforeRound }
    return result
  }

  private static let missing = ValidationError(
    "Say how noisy it is: --noise 0.003, or --noise_model FILE.json for --code surface.")
}
