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

  @Option(help: .eventModel("With --dem: event network that changes weights before decoding"))
  var model: String?

  @Flag(
    name: .customLong("enable_network"),
    help: "With --image: let the network that it holds work on shots before decoding.")
  var network = false

  @Option(help: .window("Decode shots round by round, in windows of a stream"))
  var window: WindowRounds?

  @Flag(
    help: "Windows are blocks of two layers, which do not depend on each other, instead of one that slides.")
  var blocks = false

  @OptionGroup var stripOptions: StripOptions

  @Option(
    help: ArgumentHelp("With --blocks or --strips: threads that decode a shot together.", valueName: "count")
  )
  var threads = 1

  @Option(
    help: ArgumentHelp(
      "With --image of a stream: rounds of a shot, the first and the last included.", valueName: "count"))
  var rounds: Int?

  @OptionGroup var graphOptions: GraphOptions

  func validate() throws {
    guard window != nil || !blocks else {
      throw ValidationError("--blocks is about windows; say what they are: --window 9,9.")
    }
    guard blocks || stripOptions.strips != nil || threads == 1 else {
      throw ValidationError(
        "--threads is about --blocks and --strips; shots are decoded one after the other.")
    }
    if stripOptions.strips != nil {
      guard window == nil, model == nil, !network else {
        throw ValidationError(
          "--strips cut whole shots, and take no network; leave --window and networks out.")
      }
      guard image == nil else {
        throw ValidationError(
          "--strips cut the patch of a model, which says where detectors are: give --dem.")
      }
    }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads \(threads): from 1 to 1024 threads decode a shot together.")
    }
    guard rounds.map({ (1...1_000_000).contains($0) }) ?? true else {
      throw ValidationError("--rounds \(rounds ?? 0): a shot has from 1 to 1000000 rounds.")
    }
    switch (errorModel, image) {
    case (nil, nil):
      throw ValidationError(
        "Say what to decode with: --dem for a detector error model, or --image for a decoder image.")
    case (.some, .some):
      throw ValidationError("--dem and --image both say what to decode with; give one of them.")
    case (nil, .some) where graphOptions.areGiven:
      throw ValidationError(
        "--drop_hyperedges and --distinct_weights are about --dem; an image was made with or without them.")
    case (nil, .some) where model != nil:
      throw ValidationError(
        "--model is about --dem; an image holds its network. Say --enable_network to use it.")
    case (.some, nil) where rounds != nil:
      throw ValidationError("--rounds is about --image; with --dem, shots have the rounds of the model.")
    case (.some, nil) where network:
      throw ValidationError(
        "--enable_network is about --image; with --dem, say which network: --model event.")
    default: break
    }
  }

  /// Makes the decoder.
  func load() throws -> LoadedDecoder {
    var window = window
    window?.areBlocks = blocks
    if let image {
      var source = try ByteSource(path: image)
      let decoder = try LoadedDecoder(
        image: try source.readAll(), name: image, method: method, correlated: correlated, network: network,
        window: window, shots: rounds.map { .rounds($0) }, threads: threads)
      guard decoder.stripInfo == nil else {
        throw CommandFailure(
          "\(image): is one strip of a patch, of which a program decodes its part. For shots of the whole patch, give "
            + "its model with --dem and --strips.")
      }
      guard decoder.streamInfo == nil || rounds != nil else {
        throw CommandFailure(
          "\(image): is for streams, whose shots may have any number of rounds. Say how many: --rounds 10.")
      }
      return decoder
    }
    guard let errorModel else { throw CommandFailure("Neither --dem nor --image was given.") }
    let network = try model.map { try EventNetwork(named: $0) }
    let form: ModelFile.Form =
      if let widths = stripOptions.widths {
        .strips(widths)
      } else {
        window == nil ? .shots(network) : .stream(window, network)
      }
    let compiled = try ModelFile(
      path: errorModel, options: graphOptions.graph(correlated: correlated), form: form)
    return try LoadedDecoder(
      image: compiled.image, name: errorModel, method: method, correlated: correlated, network: model != nil,
      window: window, shots: window == nil ? nil : .detectors(compiled.detectors), strips: compiled.strips,
      threads: threads)
  }
}

extension ArgumentHelp {
  /// Help for a flag that names an event network. what: without a final stop.
  static func eventModel(_ what: String) -> ArgumentHelp {
    let shipped = ShippedModel.allCases.map(\.rawValue).joined(separator: " or ")
    return ArgumentHelp("\(what): \(shipped), or a file that decant train made.", valueName: "name|file")
  }

  /// The same of a flag that also takes grid networks.
  static func networkModel(_ what: String) -> ArgumentHelp {
    let shipped = (ShippedModel.allCases.map(\.rawValue) + [GridNetwork.shippedName]).joined(separator: ", ")
    return ArgumentHelp(
      "\(what): \(shipped), an event network's file that decant train made, or grid:FILE.",
      valueName: "name|file")
  }
}
