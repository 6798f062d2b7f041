import ArgumentParser
import DecantHost
import Foundation

/// Writes an image's event network for hardware.
struct Memories: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memories",
    abstract: "Write an image's event network as memory files for RTL.",
    discussion: """
      For example: decant memories d5.image -o d5

      Writes d5/settings.hex, d5/places.hex and so on, for Verilog's $readmemh: biases, rows and weights of the network, \
      where detectors stand and which edges they have. Sources/DecantHost/EventNetwork/NetworkMemories.swift tells what is \
      in a word; Examples/fpga-cosim reads them.
      """)

  @Argument(
    help: ArgumentHelp(
      "Decoder image for whole shots with an event network, made by decant compile --model event.",
      valueName: "image"))
  var path: String

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the files go; is made if it is not there.", valueName: "directory"))
  var out: String

  func run() throws {
    var source = try ByteSource(path: path)
    let memories = try NetworkMemories(image: try source.readAll(), name: path)
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    try AtomicFile.write(memories.files.map { (Array($0.text.utf8), "\(out)/\($0.name).hex") })
  }
}
