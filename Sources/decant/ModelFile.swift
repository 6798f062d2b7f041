import DecantHost

/// A detector error model made into a decoder image.
struct ModelFile {
  let image: [UInt8]

  /// Reads a model and compiles it. What the user should know about the model goes to standard error.
  ///
  /// Throws `ShotFileError` if the file cannot be read, `ErrorModelError` for what is wrong in it.
  /// network: to be held by the image.
  init(path: String, options: DetectorGraph.Options, network: EventNetwork? = nil) throws {
    var source = try ByteSource(path: path)
    try self.init(
      try DetectorErrorModel(bytes: try source.readAll(), source: path), options: options, network: network)
  }

  /// Compiles a model. network, grid: at most one of them.
  init(
    _ model: DetectorErrorModel, options: DetectorGraph.Options, network: EventNetwork? = nil,
    grid: FixedGrid? = nil
  ) throws {
    let graph = try DetectorGraph(model, options: options)
    for notice in graph.census.notices { printError("Notice: \(model.source): \(notice).") }
    let plan = try network.map { try $0.plan(for: EventLattice(model, graph), scale: graph.weightScale) }
    image = try ImageCompiler.compile(graph, network: plan, grid: try grid.map { try $0.plan(for: graph) })
  }
}
