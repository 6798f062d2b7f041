import ArgumentParser
import DecantHost

/// Writes the detector error model of an experiment or of a circuit.
struct MakeErrorModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dem",
    abstract: "Write the detector error model of a memory experiment or a circuit.",
    discussion: """
      Errors are decomposed into edges for matching, as with stim analyze_errors --decompose_errors \
      --approximate_disjoint_errors.
      """)

  @Option(
    name: .customLong("circuit"),
    help: ArgumentHelp("Circuit in Stim's language, instead of an experiment.", valueName: "file"))
  var circuitPath: String?

  @OptionGroup var experiment: ExperimentOptions

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the model goes. (default: standard output)", valueName: "file"))
  var out: String?

  func validate() throws {
    if circuitPath != nil, experiment.areGiven {
      throw ValidationError("--circuit is the whole experiment; leave --code and what belongs to it out.")
    }
  }

  func run() throws {
    let model: DetectorErrorModel
    if let circuitPath {
      var file = try ByteSource(path: circuitPath)
      let circuit = try Circuit(bytes: try file.readAll(), source: circuitPath)
      model = try DetectorErrorModel(circuit, source: circuitPath)
    } else {
      model = try DetectorErrorModel(try experiment.circuit(), source: experiment.name)
    }
    try TextFile.write(model.text, to: out)
  }
}
