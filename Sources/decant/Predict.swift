import ArgumentParser
import DecantHost
import Foundation

/// Reads shots and writes, for each, which observables were flipped.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict the observable flips of shots.",
    discussion: "Where a shot cannot be decoded, the predictions for the shots before it are still written.")

  @OptionGroup var model: ModelOptions
  @OptionGroup var input: InputOptions

  @Option(
    name: .customLong("in_format"),
    help: ArgumentHelp("Format of the shots.", valueName: "format"))
  var inFormat = ShotFormat.b8

  @Option(help: ArgumentHelp("Where predictions go. (default: standard output)", valueName: "file"))
  var out: String?

  @Option(
    name: .customLong("out_format"),
    help: ArgumentHelp("Format of the predictions.", valueName: "format"))
  var outFormat = ShotFormat.zeroOne

  @Flag(help: "Print on standard error how long decoding took.")
  var time = false

  @Flag(
    help: "Print on standard error the digest of all shots, to compare with decant_digest of another host.")
  var digest = false

  func validate() throws {
    guard !digest || (!model.blocks && model.stripOptions.strips == nil) else {
      throw ValidationError(
        "--digest is of one decoder, and --blocks and --strips have several; leave one of them out.")
    }
  }

  func run() throws {
    let decoder = try model.load()
    var shots = try input.open(format: inFormat, for: decoder)
    let layout = ShotLayout(observables: decoder.observables)
    var predictions = ShotBatch(layout: layout, capacity: shots.capacity)
    let sink = try out.map { (path) throws(ShotFileError) in try ByteSink(path: path) } ?? .standardOutput()
    var writer = ShotWriter(sink, format: outFormat, layout: layout)
    var pass = DecodingPass(decoder)
    do {
      while try shots.next() {
        let failure = pass.decode(shots, into: &predictions)
        try writer.write(predictions)
        if let failure { throw failure }
      }
      pass.end()
    } catch {
      pass.end()
      // The predictions so far are good; what went wrong is what the user must hear of.
      try? writer.sink.flush()
      throw error
    }
    try writer.finish()
    if time { pass.timer.report(shots: pass.shots) }
    if digest { printError("Digest: \(decoder.digest.hexadecimal)") }
  }
}
