import ArgumentParser
import DecantHost

/// Writes the detector error model of an experiment.
struct MakeErrorModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dem",
    abstract: "Write the detector error model of a memory experiment.",
    discussion: """
      Errors are decomposed into edges for matching, as with stim analyze_errors --decompose_errors \
      --approximate_disjoint_errors.
      """)

  @OptionGroup var experiment: ExperimentOptions

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the model goes. (default: standard output)", valueName: "file"))
  var out: String?

  func run() throws {
    let model = try DetectorErrorModel(try experiment.circuit(), source: experiment.name)
    try TextFile.write(model.text, to: out)
  }
}
