import DecantHost

/// A detector error model made into a decoder image.
struct ModelFile {
  let image: [UInt8]
  /// Detectors of the model.
  let detectors: Int
  /// Images of all strips of a patch, if it was to be cut into these; `image` is then that of whole shots.
  let strips: [[UInt8]]

  /// What the image is for.
  enum Form {
    /// Whole shots, with a network to decode them by or without.
    case shots(EventNetwork?)
    /// Whole shots, with a grid network.
    case grid(FixedGrid)
    /// A stream, whose windows are these unless a decoder is told otherwise.
    case stream(WindowRounds?, EventNetwork?)
    /// Whole shots, and the strips of the patch.
    case strips(StripWidths)
  }

  /// Reads a model and compiles it. What the user should know about the model goes to standard error.
  ///
  /// Throws `ShotFileError` if the file cannot be read, `ErrorModelError` for what is wrong in it.
  init(path: String, options: DetectorGraph.Options, form: Form = .shots(nil)) throws {
    var source = try ByteSource(path: path)
    if case .shots(nil) = form {
      let graph = try DetectorGraph(reading: &source, options: options)
      for notice in graph.census.notices { printError("Notice: \(path): \(notice).") }
      self.init(image: try ImageCompiler.compile(graph), detectors: graph.detectorCount, strips: [])
      return
    }
    try self.init(
      try DetectorErrorModel(bytes: try source.readAll(), source: path), options: options, form: form)
  }

  private init(image: [UInt8], detectors: Int, strips: [[UInt8]]) {
    (self.image, self.detectors, self.strips) = (image, detectors, strips)
  }

  /// Compiles a model.
  init(_ model: DetectorErrorModel, options: DetectorGraph.Options, form: Form = .shots(nil)) throws {
    let graph = try DetectorGraph(model, options: options)
    for notice in graph.census.notices { printError("Notice: \(model.source): \(notice).") }
    detectors = graph.detectorCount
    if case .strips(let widths) = form {
      strips = try StripCompiler(model, graph, widths).images()
    } else {
      strips = []
    }
    switch form {
    case .strips:
      image = try ImageCompiler.compile(graph)
    case .shots(let network):
      let plan = try network.map { try $0.plan(for: EventLattice(model, graph), scale: graph.weightScale) }
      image = try ImageCompiler.compile(graph, network: plan)
    case .grid(let grid):
      image = try ImageCompiler.compile(graph, grid: try grid.plan(for: graph))
    case .stream(let window, let network):
      image = try StreamCompiler.compile(
        model, graph, network: network, commit: window?.commit, buffer: window?.buffer)
    }
  }
}
