import ArgumentParser
import DecantHost

/// A memory experiment, told by flags: the code, its size, and its noise. `circuit`, `dem`, `compile` and
/// `sample` share it.
struct ExperimentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "surface, the rotated surface code with the published pre-decoder's schedule; or stim:NAME, what stim gen "
        + "makes: stim:rotated_memory_x, stim:rotated_memory_z, stim:unrotated_memory_x, "
        + "stim:unrotated_memory_z, stim:repetition_code:memory.",
      valueName: "code"))
  var code: String?

  @Option(help: "Code distance; for surface odd, at least 3.")
  var distance: Int?

  @Option(help: "Rounds of check measurements. For surface the last one is the readout: at least 2.")
  var rounds: Int?

  @Option(help: ArgumentHelp("Basis of the memory: X or Z.", valueName: "X|Z"))
  var basis: String?

  @Option(
    help: ArgumentHelp(
      "How the surface code lies: XV, XH, ZV or ZH, also called O1 to O4. (default: O1)",
      valueName: "orientation"))
  var orientation: String?

  @OptionGroup var noiseOptions: NoiseOptions

  /// Whether any of them was given.
  var areGiven: Bool {
    code != nil || distance != nil || rounds != nil || basis != nil || orientation != nil
      || noiseOptions.areGiven
  }

  /// How messages name the experiment.
  var name: String { "\(code ?? "surface") of distance \(distance ?? 0)" }

  /// An experiment as it was asked for.
  enum Experiment {
    case surface(SurfaceCodeMemory)
    case stim(Circuit)

    var circuit: Circuit {
      switch self {
      case .surface(let memory): memory.circuit()
      case .stim(let circuit): circuit
      }
    }
  }

  /// Makes the circuit. Throws what is wrong, naming the flag at fault.
  func circuit() throws -> Circuit { try experiment().circuit }

  /// Makes the experiment. Throws what is wrong, naming the flag at fault.
  func experiment() throws -> Experiment {
    guard let code else {
      throw ValidationError(
        "Say which experiment: --code surface, or --code stim:rotated_memory_z and others.")
    }
    guard let distance else { throw ValidationError("Say the code distance: --distance 5.") }
    guard let rounds else { throw ValidationError("Say how many rounds: --rounds \(max(distance, 2)).") }
    do {
      if code == "surface" {
        return .surface(
          try SurfaceCodeMemory(
            distance: distance, rounds: rounds, basis: try surfaceBasis(),
            orientation: try surfaceOrientation(), noise: try noiseOptions.surfaceNoise()))
      }
      guard let task = Self.task(code) else {
        throw ValidationError(
          "--code \(code) is unknown. Give surface, or one of "
            + StimMemory.Task.allCases.map { Self.shortName($0) }.joined(separator: ", ") + ".")
      }
      if basis != nil || orientation != nil {
        throw ValidationError(
          "--basis and --orientation are about --code surface; the name of Stim's circuits tells both.")
      }
      return .stim(
        try StimMemory(task, distance: distance, rounds: rounds, noise: try noiseOptions.stimNoise())
          .circuit())
    } catch let error as ExperimentError {
      throw ValidationError("--code \(code): \(error).")
    }
  }

  private func surfaceBasis() throws -> PauliBasis {
    guard let basis else { throw ValidationError("Say the basis of the memory: --basis X or --basis Z.") }
    guard let known = PauliBasis(rawValue: basis.uppercased()) else {
      throw ValidationError("--basis \(basis) is neither X nor Z.")
    }
    return known
  }

  private func surfaceOrientation() throws -> Orientation {
    guard let orientation else { return .xv }
    guard let known = Orientation(name: orientation) else {
      throw ValidationError("--orientation \(orientation) is unknown. Give XV, XH, ZV or ZH, or O1 to O4.")
    }
    return known
  }

  /// Stim's names with and without their first part, and with or without "stim:".
  private static func task(_ code: String) -> StimMemory.Task? {
    let name = code.hasPrefix("stim:") ? String(code.dropFirst(5)) : code
    return StimMemory.Task(rawValue: name) ?? StimMemory.Task(rawValue: "surface_code:\(name)")
  }

  private static func shortName(_ task: StimMemory.Task) -> String {
    let name = task.rawValue
    return "stim:" + (name.hasPrefix("surface_code:") ? String(name.dropFirst(13)) : name)
  }
}
