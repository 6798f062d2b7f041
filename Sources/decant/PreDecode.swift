import ArgumentParser
import DecantHost

/// Runs a grid network over shots, and writes what it leaves for a decoder.
struct PreDecode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predecode",
    abstract: "Correct shots with a grid network: residual shots for any decoder, and frames.",
    discussion: """
      For example: decant predecode --network grid.safetensors --distance 9 --rounds 9 --basis X --in shots.b8 \
      --out residual.b8 --out_format b8 --frames_out frames.01

      The answer to a shot is its frame plus what a decoder, with the experiment's model unchanged, makes of the \
      residual. Shots are of --code surface. The network runs in float.
      """)

  @Option(help: ArgumentHelp("The network's checkpoint, SafeTensors, or grid-small.", valueName: "file"))
  var network: String

  @Option(help: "Code distance, odd, at least 3.")
  var distance: Int

  @Option(help: "Rounds, the readout included, at least 2.")
  var rounds: Int

  @Option(help: ArgumentHelp("Basis of the memory: X or Z.", valueName: "X|Z"))
  var basis: String

  @Option(help: ArgumentHelp("How the code lies, O1 to O4.", valueName: "orientation"))
  var orientation = "O1"

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp("Shots. (default: standard input)", valueName: "file"))
  var input: String?

  @Option(name: .customLong("in_format"), help: ArgumentHelp("Their format.", valueName: "format"))
  var inFormat = ShotFormat.b8

  @Option(help: ArgumentHelp("Where residual shots go. (default: standard output)", valueName: "file"))
  var out: String?

  @Option(name: .customLong("out_format"), help: ArgumentHelp("Their format.", valueName: "format"))
  var outFormat = ShotFormat.zeroOne

  @Option(
    name: .customLong("frames_out"),
    help: ArgumentHelp("Where the frames go, a bit of each shot.", valueName: "file"))
  var frames: String?

  @Option(
    name: .customLong("frames_out_format"), help: ArgumentHelp("Their format.", valueName: "format"))
  var framesFormat = ShotFormat.zeroOne

  @Option(
    name: .customLong("logits_out"),
    help: ArgumentHelp(
      "Where the network's output goes: for each shot 4TD² floats, little-endian, of shape (4, T, D, D).",
      valueName: "file"))
  var logits: String?

  @OptionGroup var rule: GridRuleOptions

  func run() throws {
    let geometry = try geometry()
    let worker = try GridPreDecoder(try GridNetwork(named: network), geometry, rule: rule.rule).makeWorker()
    var shots = ShotInput(
      try input.map { (path) throws(ShotFileError) in try ByteSource(path: path) } ?? .standardInput(),
      format: inFormat, detectors: geometry.detectorCount, appendedObservables: nil)
    var residual = ShotBatch(layout: shots.detectors.layout, capacity: shots.capacity)
    var writer = ShotWriter(
      try out.map { (path) throws(ShotFileError) in try ByteSink(path: path) } ?? .standardOutput(),
      format: outFormat, layout: residual.layout)
    let frameLayout = ShotLayout(observables: 1)
    var frameWriter = try frames.map { (path) throws(ShotFileError) in
      ShotWriter(try ByteSink(path: path), format: framesFormat, layout: frameLayout)
    }
    var logitSink = try logits.map { (path) throws(ShotFileError) in try ByteSink(path: path) }
    var bits: [UInt8] = []
    while try shots.next() {
      if logitSink != nil {
        var bytes: [UInt8] = []
        worker.preDecode(shots.detectors, residual: &residual, frames: &bits) { logits in
          for logit in logits { withUnsafeBytes(of: logit.bitPattern.littleEndian) { bytes += $0 } }
        }
        try logitSink!.write(bytes)
      } else {
        worker.preDecode(shots.detectors, residual: &residual, frames: &bits)
      }
      try writer.write(residual)
      try frameWriter?.write(ShotBatch(layout: frameLayout, rows: bits, count: bits.count))
    }
    try writer.finish()
    try frameWriter?.finish()
    try logitSink?.finish()
  }

  private func geometry() throws -> GridGeometry {
    guard let basis = PauliBasis(rawValue: basis.uppercased()) else {
      throw ValidationError("--basis \(basis) is neither X nor Z.")
    }
    guard let orientation = Orientation(name: orientation) else {
      throw ValidationError("--orientation \(orientation) is unknown. Give XV, XH, ZV or ZH, or O1 to O4.")
    }
    do {
      return try GridGeometry(distance: distance, rounds: rounds, basis: basis, orientation: orientation)
    } catch {
      throw ValidationError("--distance, --rounds: \(error).")
    }
  }
}
