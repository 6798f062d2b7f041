import ArgumentParser
import DecantHost

/// Reads shots and their true observables, and counts the shots where a prediction is wrong.
struct CountMistakes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count_mistakes",
    abstract: "Count the shots whose observables are predicted wrongly.",
    discussion: "Prints \"mistakes / shots\". A shot counts once, however many of its observables are wrong.")

  @OptionGroup var model: ModelOptions
  @OptionGroup var input: InputOptions

  @Option(
    name: .customLong("in_format"),
    help: ArgumentHelp("Format of the shots.", valueName: "format"))
  var inFormat = ShotFormat.zeroOne

  @Option(
    name: .customLong("obs_in"),
    help: ArgumentHelp(
      "True observables of the shots. Appended ones, if there are any, are then passed over.",
      valueName: "file"))
  var observables: String?

  @Option(
    name: .customLong("obs_in_format"),
    help: ArgumentHelp("Format of the true observables.", valueName: "format"))
  var observablesFormat = ShotFormat.zeroOne

  @Option(help: ArgumentHelp("Where the counts go. (default: standard output)", valueName: "file"))
  var out: String?

  @Flag(help: "Print on standard error how long decoding took.")
  var time = false

  func validate() throws {
    guard observables != nil || input.includesObservables else {
      throw ValidationError(
        "Say where the true observables are: in a file of their own, --obs_in FILE, "
          + "or after the detectors of each shot, --in_includes_appended_observables.")
    }
  }

  func run() throws {
    let decoder = try model.load()
    var shots = try input.open(format: inFormat, for: decoder)
    var truth = try observables.map { (path) throws(ShotFileError) in
      TrueObservables(
        try ByteSource(path: path), format: observablesFormat, observables: decoder.observables,
        capacity: shots.capacity)
    }
    var predictions = ShotBatch(
      layout: ShotLayout(observables: decoder.observables), capacity: shots.capacity)
    var pass = DecodingPass(decoder)
    var mistakes = 0
    defer { pass.end() }
    while try shots.next() {
      try truth?.next(for: shots)
      if let failure = pass.decode(shots, into: &predictions) { throw failure }
      if let actual = truth?.batch ?? shots.observables {
        mistakes += predictions.countDifferences(from: actual)
      }
    }
    try truth?.expectEnd(after: pass.shots, of: shots)
    pass.end()
    try write("\(mistakes) / \(pass.shots)\n")
    if time { pass.timer.report(shots: pass.shots) }
  }

  private func write(_ text: String) throws {
    var sink = try out.map { (path) throws(ShotFileError) in try ByteSink(path: path) } ?? .standardOutput()
    try sink.write(text)
    try sink.finish()
  }
}
