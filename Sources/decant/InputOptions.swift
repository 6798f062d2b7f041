import ArgumentParser
import DecantHost

/// Where shots come from. The format has no default here, since Predict and CountMistakes differ in it.
struct InputOptions: ParsableArguments {
  @Option(
    name: .customLong("in"),
    help: ArgumentHelp("Shots to decode. (default: standard input)", valueName: "file"))
  var path: String?

  @Flag(
    name: .customLong("in_includes_appended_observables"),
    help: "After its detectors, each shot holds its true observables.")
  var includesObservables = false

  /// Opens the shots. decoder: what they are for, which says how many bits they have.
  func open(format: ShotFormat, for decoder: LoadedDecoder) throws -> ShotInput {
    ShotInput(
      try path.map { (path) throws(ShotFileError) in try ByteSource(path: path) } ?? .standardInput(),
      format: format, detectors: decoder.detectors,
      appendedObservables: includesObservables ? decoder.observables : nil)
  }
}
