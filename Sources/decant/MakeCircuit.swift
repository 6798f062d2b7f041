import ArgumentParser
import DecantHost

/// Writes the circuit of a memory experiment.
struct MakeCircuit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "circuit",
    abstract: "Write the circuit of a memory experiment, in Stim's language.",
    discussion: """
      For example: decant circuit --code surface --distance 5 --rounds 5 --basis X --noise 0.003
      """)

  @OptionGroup var experiment: ExperimentOptions

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the circuit goes. (default: standard output)", valueName: "file"))
  var out: String?

  func run() throws {
    try TextFile.write(Array(try experiment.circuit().text.utf8), to: out)
  }
}

/// Text that goes to a file at once, or to standard output.
enum TextFile {
  static func write(_ text: [UInt8], to path: String?) throws {
    if let path { return try AtomicFile.write(text, to: path) }
    var sink = ByteSink.standardOutput()
    try sink.write(text)
    try sink.finish()
  }
}
