import ArgumentParser
import DecantHost

/// Makes a decoder image, once, from a detector error model or from an experiment told by flags.
struct Compile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Make a decoder image from a detector error model or a memory experiment.",
    discussion: """
      Give either --dem, or --code and what belongs to it.

      The image appears all at once, or, if something goes wrong, not at all. What the model loses on the \
      way is told on standard error.
      """)

  @Option(
    name: .customLong("dem"),
    help: ArgumentHelp("Detector error model, in Stim's .dem format.", valueName: "file"))
  var errorModel: String?

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the image goes.", valueName: "image"))
  var out: String

  @Flag(help: "Keep what errors say about each other's likelihood, for decoding with --enable_correlations.")
  var correlated = false

  @Option(help: .eventModel("Event network to hold, for decoding with --enable_network"))
  var model: String?

  @Flag(
    help: ArgumentHelp(
      "Make the image of a stream, for experiments of any number of rounds.",
      discussion:
        "The rounds of the model repeat; twelve or more of them are given, told by detectors' last coordinates."
    ))
  var stream = false

  @Option(help: .window("With --stream: what a window has unless a program says otherwise"))
  var window: WindowRounds?

  @OptionGroup var graphOptions: GraphOptions
  @OptionGroup var experiment: ExperimentOptions

  func validate() throws {
    if errorModel == nil, !experiment.areGiven {
      throw ValidationError(
        "Say what to compile: --dem for a detector error model, or --code for a memory experiment.")
    }
    if errorModel != nil, experiment.areGiven {
      throw ValidationError("--dem is the whole model; leave --code and what belongs to it out.")
    }
    if window != nil, !stream {
      throw ValidationError("--window is about --stream.")
    }
  }

  func run() throws {
    let options = graphOptions.graph(correlated: correlated)
    let network = try model.map { try EventNetwork(named: $0) }
    let form: ModelFile.Form = stream ? .stream(window, network) : .shots(network)
    let compiled =
      if let errorModel {
        try ModelFile(path: errorModel, options: options, form: form)
      } else {
        try ModelFile(
          DetectorErrorModel(try experiment.circuit(), source: experiment.name), options: options, form: form)
      }
    try AtomicFile.write(compiled.image, to: out)
  }
}
