import ArgumentParser
import DecantHost

/// Makes a decoder image, once, from a detector error model.
struct Compile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Make a decoder image from a detector error model.",
    discussion: """
      The image appears all at once, or, if something goes wrong, not at all. What the model loses on the \
      way is told on standard error.
      """)

  @Option(
    name: .customLong("dem"),
    help: ArgumentHelp("Detector error model, in Stim's .dem format.", valueName: "file"))
  var errorModel: String

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the image goes.", valueName: "image"))
  var out: String

  @Flag(help: "Keep what errors say about each other's likelihood, for decoding with --enable_correlations.")
  var correlated = false

  @OptionGroup var graphOptions: GraphOptions

  func run() throws {
    let compiled = try ModelFile(path: errorModel, options: graphOptions.graph(correlated: correlated))
    try AtomicFile.write(compiled.image, to: out)
  }
}
