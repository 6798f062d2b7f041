import ArgumentParser
import CDecant
import DecantOpenBLAS

/// The command: one verb for each thing that is done with a model, an image or shots at a shell.
@main
struct Decant: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decant",
    abstract: "Decode surface codes.",
    discussion: """
      Shots are read and written in Stim's result formats: 01, b8, r8, ptb64, hits and dets. Messages number \
      shots from 0, lines and columns from 1.

      The exit status is 0 when all went well, 64 when the command line is wrong, and 1 when a file is.
      """,
    version: "decant \(String(cString: decant_version_string()))",
    subcommands: [
      Predict.self, CountMistakes.self, Compile.self, Inspect.self, MakeCircuit.self, MakeErrorModel.self,
      Sample.self, Learn.self, Evaluate.self, Bench.self, Quantize.self, Export.self, Memories.self,
      Train.self, PreDecode.self,
    ])

  static func main() {
    offerOpenBLAS()
    main(nil)
  }
}
