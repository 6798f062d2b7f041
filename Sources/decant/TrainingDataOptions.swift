import ArgumentParser
import DecantHost

/// What a network is trained on: shots of a surface-code memory in both bases, and their labels.
struct TrainingDataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "For --network event, a list of surface and of Stim's rotated ones as for decant circuit. (default: surface)",
      valueName: "list"))
  var code: String?

  @Option(
    name: .customLong("distance"),
    help: ArgumentHelp("Code distance, odd, at least 3; for --network event a list.", valueName: "list"))
  var distances = "7"

  @Option(
    name: .customLong("rounds"),
    help: ArgumentHelp("Rounds, the readout included, likewise. (default: the distance)", valueName: "list"))
  var roundsList: String?

  @Option(help: ArgumentHelp("How the code lies, a list of O1 to O4, or all.", valueName: "list"))
  var orientation = "O1"

  @Option(help: ArgumentHelp("Error rates, such as 0.004,0.006.", valueName: "list"))
  var noise: String?

  @Option(help: ArgumentHelp("What --noise means: uniform or si1000.", valueName: "preset"))
  var preset: String?

  @Option(
    name: [.customLong("noise_model"), .customLong("noise-model")],
    help: ArgumentHelp("Noise in 25 parameters, JSON; a list.", valueName: "files"))
  var noiseModel: String?

  @Option(
    name: [.customLong("circuit_noise"), .customLong("circuit-noise")],
    help: ArgumentHelp("Noise circuit: 25 parameters, or scalar. (default: 25)", valueName: "25|scalar"))
  var circuitNoise: String?

  @Option(
    help: ArgumentHelp(
      "What shots are labelled with: plain, the true faults; spacelike or full, these made local by equivalence; "
        + "teacher, what correlated matching makes of the shots, made local fully.", valueName: "kind"))
  var labels = "full"

  func validate() throws {
    _ = try distance
    _ = try rounds
    guard Self.labelKinds.contains(labels) else {
      throw ValidationError("--labels \(labels) is unknown. Give plain, spacelike, full or teacher.")
    }
    guard noise ?? noiseModel != nil else {
      throw ValidationError("Say how noisy it is: --noise 0.006, or --noise_model FILE.json.")
    }
    guard noise == nil || noiseModel == nil else {
      throw ValidationError("--noise and --noise_model both say how noisy it is; give one of them.")
    }
    _ = try orientations()
  }

  private static let labelKinds = ["plain", "spacelike", "full", "teacher"]

  /// Of a grid network, which has one.
  private var distance: Int {
    get throws { try Self.number("distance", Self.list(distances)[0]) }
  }

  private var rounds: Int {
    get throws { try roundsList.map { try Self.number("rounds", Self.list($0)[0]) } ?? distance }
  }

  private static func number(_ flag: String, _ text: String) throws -> Int {
    guard let number = Int(text) else { throw ValidationError("--\(flag) \(text) is not a whole number.") }
    return number
  }

  /// What an event network is trained on: all combinations of codes, distances, rounds, bases and noise, the last changing
  /// fastest. Stim's circuits say their basis by their names.
  func points() throws -> [SweepOptions.Point] {
    let flags: [(String, String?)] = [
      ("distance", distances), ("rounds", roundsList), ("noise", noise), ("noise_model", noiseModel),
      ("preset", preset), ("circuit_noise", circuitNoise),
    ]
    return try Self.list(code ?? "surface").flatMap { code in
      let surface = code == "surface" ? [("basis", "X,Z"), ("orientation", orientation)] : []
      let arguments = (flags + [("code", code)] + surface).flatMap { name, value in
        value.map { ["--\(name)=\($0)"] } ?? []
      }
      return try SweepOptions.parse(arguments).points()
    }
  }

  /// A memory in both bases, and how messages name it.
  struct Pair {
    let name: String
    let x: SurfaceCodeMemory
    let z: SurfaceCodeMemory
  }

  /// All combinations of orientations and noise.
  func memories() throws -> [Pair] {
    guard code == nil || code == "surface" else {
      throw ValidationError(
        "--code \(code ?? "") is about --network event; a grid network is trained on surface codes.")
    }
    guard !distances.contains(","), roundsList?.contains(",") != true else {
      throw ValidationError(
        "--distance and --rounds are lists for --network event alone; give one number of each.")
    }
    let noises = noise.map { Self.list($0).map { ("noise", $0) } }
    let models = noiseModel.map { Self.list($0).map { ("noise_model", $0) } }
    var pairs: [Pair] = []
    for orientation in try orientations() {
      for noise in noises ?? models ?? [] {
        pairs.append(
          Pair(
            name: "\(orientation.number) \(noise.1)", x: try memory(.x, orientation, noise),
            z: try memory(.z, orientation, noise)))
      }
    }
    return pairs
  }

  func sampler(_ memory: SurfaceCodeMemory, _ name: String, seed: UInt64) throws -> SurfaceCodeSampler {
    // Every memory has shots of its own.
    let name = Array("training \(name) \(memory.basis.rawValue)".utf8)
    let equivalence: LabelEquivalence =
      labels == "plain" ? .none : labels == "spacelike" ? .spacelike : .full
    return try SurfaceCodeSampler(
      memory, seed: Fingerprint.seed(seed, Fingerprint.of(name)), equivalence: equivalence,
      teacher: labels == "teacher" ? try TeacherLabels(memory) : nil)
  }

  /// In words, for recipes.
  var description: String {
    var parts = code.map { ["code \($0)"] } ?? []
    parts += ["distance \(distances)", "rounds \(roundsList ?? distances)", "orientation \(orientation)"]
    if let noise { parts.append("noise \(noise)") }
    if let preset { parts.append("preset \(preset)") }
    if let noiseModel { parts.append("noise_model \(noiseModel)") }
    if let circuitNoise { parts.append("circuit_noise \(circuitNoise)") }
    return parts.joined(separator: ", ")
  }

  private func memory(
    _ basis: PauliBasis, _ orientation: Orientation, _ noise: (String, String)
  ) throws -> SurfaceCodeMemory {
    let flags: [(String, String?)] = [
      ("code", "surface"), ("distance", "\(try distance)"), ("rounds", "\(try rounds)"),
      ("basis", basis.rawValue), ("orientation", orientation.rawValue), (noise.0, noise.1),
      ("preset", preset), ("circuit_noise", circuitNoise),
    ]
    do {
      let options = try ExperimentOptions.parse(
        flags.flatMap { name, value in value.map { ["--\(name)=\($0)"] } ?? [] })
      guard let memory = try options.surfaceMemory() else { preconditionFailure("it is a surface code") }
      return memory
    } catch let error as NoiseError {
      throw error
    } catch let error as ShotFileError {
      throw error
    } catch {
      // Said as of this verb's own flags, with its own usage.
      throw ValidationError(ExperimentOptions.message(for: error))
    }
  }

  private func orientations() throws -> [Orientation] {
    if orientation.lowercased() == "all" { return Orientation.allCases }
    return try Self.list(orientation).map { name in
      guard let known = Orientation(name: name) else {
        throw ValidationError("--orientation \(name) is unknown. Give O1 to O4, a list of them, or all.")
      }
      return known
    }
  }

  private static func list(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
  }
}
