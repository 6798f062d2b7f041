import ArgumentParser
import DecantHost

/// Makes a decoder image, once, from a detector error model or from an experiment told by flags.
struct Compile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Make a decoder image from a detector error model or a memory experiment.",
    discussion: """
      Give either --dem, or --code and what belongs to it.

      With --reweight the image is like another one, with the probabilities of the model: for noise that has changed. \
      What the other image was compiled for, this one is too, and a decoder that is at work can go on with it.

      With --strips there are several images: patch.0.image, patch.1.image and so on for -o patch.image.

      The image appears all at once, or, if something goes wrong, not at all. What the model loses on the \
      way is told on standard error.
      """)

  @Option(
    name: .customLong("dem"),
    help: ArgumentHelp("Detector error model, in Stim's .dem format.", valueName: "file"))
  var errorModel: String?

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the image goes.", valueName: "image"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "Image to make another like, of a model that differs from its own in probabilities alone.",
      valueName: "image"))
  var reweight: String?

  @Flag(help: "Keep what errors say about each other's likelihood, for decoding with --enable_correlations.")
  var correlated = false

  @Option(
    help: .networkModel(
      "Network to hold, for decoding with --enable_network; a grid network takes --code surface"))
  var model: String?

  @Flag(
    help: ArgumentHelp(
      "Make the image of a stream, for experiments of any number of rounds.",
      discussion:
        "The rounds of the model repeat; twelve or more of them are given, told by detectors' last coordinates."
    ))
  var stream = false

  @Option(help: .window("With --stream: what a window has unless a program says otherwise"))
  var window: WindowRounds?
  @Option(
    name: .customLong("edge_threshold"), parsing: .unconditional,
    help: ArgumentHelp(
      "Of a grid network, the log odds from which on an edge is corrected before matching; inf for none. "
        + "(default: \(GridRule.edgeThreshold))",
      valueName: "log odds"))
  var edgeThreshold: Float?

  @Option(
    help: ArgumentHelp(
      "Share of a grid network in the weights of all other edges, from 0 to 1. "
        + "(default: \(FixedGrid.defaultPrior))",
      valueName: "share"))
  var prior: Double?

  @OptionGroup var stripOptions: StripOptions
  @OptionGroup var graphOptions: GraphOptions
  @OptionGroup var experiment: ExperimentOptions

  func validate() throws {
    if errorModel == nil, !experiment.areGiven {
      throw ValidationError(
        "Say what to compile: --dem for a detector error model, or --code for a memory experiment.")
    }
    if errorModel != nil, experiment.areGiven {
      throw ValidationError("--dem is the whole model; leave --code and what belongs to it out.")
    }
    if reweight != nil, correlated || stream || model != nil || experiment.areGiven {
      throw ValidationError(
        "--reweight takes --dem alone; --correlated, --stream and what belongs to it are as in the other image."
      )
    }
    if stream, model.flatMap({ GridNetwork.name(inModel: $0) }) != nil {
      throw ValidationError("A stream cannot hold a grid network; --model event and event-small it can.")
    }
    if stripOptions.strips != nil, reweight != nil || stream || model != nil {
      throw ValidationError(
        "--strips cut whole shots, and take no network; leave --reweight, --stream and --model out.")
    }
    if window != nil, !stream {
      throw ValidationError("--window is about --stream.")
    }
    if edgeThreshold != nil || prior != nil, model.flatMap({ GridNetwork.name(inModel: $0) }) == nil {
      throw ValidationError(
        "--edge_threshold and --prior are about a grid network; say which: --model grid-small.")
    }
    if let edgeThreshold, edgeThreshold.isNaN {
      throw ValidationError("--edge_threshold \(edgeThreshold) is no number.")
    }
    if let prior, !(0...1).contains(prior) {
      throw ValidationError("--prior \(prior) is not between 0 and 1.")
    }
  }

  func run() throws {
    let options = graphOptions.graph(correlated: correlated)
    if let reweight, let errorModel {
      var source = try ByteSource(path: errorModel)
      var old = try ByteSource(path: reweight)
      let made = try Reweighting(
        DetectorErrorModel(bytes: try source.readAll(), source: errorModel), like: try old.readAll(),
        name: reweight, options: options)
      for notice in made.notices { printError("Notice: \(errorModel): \(notice).") }
      try AtomicFile.write(made.image, to: out)
      return
    }
    let gridName = model.flatMap { GridNetwork.name(inModel: $0) }
    if let gridName {
      try AtomicFile.write(try compileGrid(gridName, options).image, to: out)
      return
    }
    let network = try model.map { try EventNetwork(named: $0) }
    let form: ModelFile.Form =
      if let widths = stripOptions.widths {
        .strips(widths)
      } else {
        stream ? .stream(window, network) : .shots(network)
      }
    let compiled =
      if let errorModel {
        try ModelFile(path: errorModel, options: options, form: form)
      } else {
        try ModelFile(
          DetectorErrorModel(try experiment.circuit(), source: experiment.name), options: options, form: form)
      }
    guard compiled.strips.isEmpty else {
      for (index, strip) in compiled.strips.enumerated() { try AtomicFile.write(strip, to: path(of: index)) }
      return
    }
    try AtomicFile.write(compiled.image, to: out)
  }

  /// Where the image of a strip goes: patch.0.image for patch.image.
  private func path(of strip: Int) -> String {
    guard let dot = out.lastIndex(of: "."), !out[dot...].contains("/"), dot != out.startIndex,
      out[out.index(before: dot)] != "/"
    else { return "\(out).\(strip)" }
    return "\(out[..<dot]).\(strip)\(out[dot...])"
  }

  /// With a grid network, which must know where detectors are.
  private func compileGrid(_ name: String, _ options: DetectorGraph.Options) throws -> ModelFile {
    guard errorModel == nil, case .surface(let memory) = try experiment.experiment() else {
      throw CommandFailure(
        "--model \(name): a grid network takes memories of --code surface, for it must know where detectors are."
      )
    }
    let grid = try FixedGrid(
      GridNetwork(named: name), GridGeometry(memory), threshold: edgeThreshold ?? GridRule.edgeThreshold,
      prior: prior ?? FixedGrid.defaultPrior)
    return try ModelFile(
      DetectorErrorModel(memory.circuit(), source: experiment.name), options: options,
      form: .grid(grid))
  }
}
