import ArgumentParser
import DecantHost

extension DecodingMethod: ExpressibleByArgument {}

/// What to decode with: a detector error model, compiled on the spot, or an image compiled before.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .customLong("dem"),
    help: ArgumentHelp("Detector error model to decode with.", valueName: "file"))
  var errorModel: String?

  @Option(help: ArgumentHelp("Decoder image to decode with, made by decant compile.", valueName: "file"))
  var image: String?

  @Option(
    name: .customLong("decoder"),
    help: ArgumentHelp(
      "How to decode: matching, by a lightest correction; or union-find, for less bounded work and a few more "
        + "mistakes.",
      valueName: "decoder"))
  var method = DecodingMethod.matching

  @Flag(
    name: .customLong("enable_correlations"),
    help: "Decode twice, the second time knowing what the errors of the first say about others.")
  var correlated = false

  @OptionGroup var graphOptions: GraphOptions

  func validate() throws {
    switch (errorModel, image) {
    case (nil, nil):
      throw ValidationError(
        "Say what to decode with: --dem for a detector error model, or --image for a decoder image.")
    case (.some, .some):
      throw ValidationError("--dem and --image both say what to decode with; give one of them.")
    case (nil, .some) where graphOptions.areGiven:
      throw ValidationError(
        "--drop_hyperedges and --distinct_weights are about --dem; an image was made with or without them.")
    default: break
    }
  }

  /// Makes the decoder.
  func load() throws -> LoadedDecoder {
    if let image {
      var source = try ByteSource(path: image)
      return try LoadedDecoder(
        image: try source.readAll(), name: image, method: method, correlated: correlated)
    }
    guard let errorModel else { throw CommandFailure("Neither --dem nor --image was given.") }
    let compiled = try ModelFile(path: errorModel, options: graphOptions.graph(correlated: correlated))
    return try LoadedDecoder(image: compiled.image, name: errorModel, method: method, correlated: correlated)
  }
}
