import ArgumentParser
import DecantHost

/// Tells what a decoder image holds and what a decoder needs for it.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Tell what a decoder image holds, and what decoding with it takes.")

  @Argument(help: ArgumentHelp("Decoder image, made by decant compile.", valueName: "image"))
  var path: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    var source = try ByteSource(path: path)
    let decoder = try LoadedDecoder(image: try source.readAll(), name: path)
    let facts = ImageFact.all(decoder)
    var sink = ByteSink.standardOutput()
    try sink.write(json ? ImageFact.json(facts) : ImageFact.text(facts))
    try sink.finish()
  }
}
