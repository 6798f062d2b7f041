import CDecant

/// What a decant_host_model is: a model, the circuit it came from, and what was last compiled of it.
final class ModelHandle {
  /// What text C may look at; each part stays until it is made anew.
  private(set) var error = CText.empty
  private(set) var notices = CText.empty
  private(set) var image: AlignedBlock?

  /// Rounds that a stream's window commits, and those that it sees besides; nil for the distance.
  struct StreamWindow {
    let commit, buffer: Int?
  }

  /// A strip of a patch.
  struct Strip {
    let index: Int
    let widths: StripWidths
  }

  /// The model as it was last cut into strips, which are compiled one by one.
  private var cut: (options: DetectorGraph.Options, widths: StripWidths, compiler: StripCompiler)?
  private var circuit: Circuit?
  /// The experiment that Decant described, if it did: a grid network must know where detectors are.
  private var memory: SurfaceCodeMemory?
  private var model: DetectorErrorModel?
  private var modelText: CText?
  private var circuitText: CText?

  static func of(_ model: OpaquePointer?) -> ModelHandle? {
    model.map { Unmanaged<ModelHandle>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  func set(errorModel bytes: [UInt8], source: String) -> decant_status {
    set { (nil, try DetectorErrorModel(bytes: bytes, source: source)) }
  }

  func set(circuit bytes: [UInt8], source: String) -> decant_status {
    set {
      let circuit = try Circuit(bytes: bytes, source: source)
      return (circuit, try DetectorErrorModel(circuit, source: source))
    }
  }

  func set(_ surface: decant_host_surface) -> decant_status {
    var described: SurfaceCodeMemory?
    let status = set {
      let memory = try surface.memory()
      let circuit = memory.circuit()
      let model = try DetectorErrorModel(circuit, source: "surface of distance \(surface.distance)")
      described = memory
      return (circuit, model)
    }
    memory = described
    return status
  }

  private func set(_ make: () throws -> (Circuit?, DetectorErrorModel)) -> decant_status {
    (circuit, memory, model, image, modelText, circuitText, notices) = (nil, nil, nil, nil, nil, nil, .empty)
    cut = nil
    return keepingError { (circuit, model) = try make() }
  }

  /// What may go wrong in the model, and the parameters behind it as far as it tells; nil of nothing.
  func noise() throws -> NoiseDescription? {
    guard let model else { return nil }
    if let memory { return try NoiseDescription(memory, source: model.source) }
    return try circuit.map { try NoiseDescription($0, source: model.source) } ?? NoiseDescription(model)
  }

  /// Sets a model that was learned.
  func set(learned model: DetectorErrorModel) {
    _ = set { (nil, model) }
  }

  /// The model as text, nil of nothing.
  func text() -> CText? {
    if modelText == nil, let model { modelText = CText(model.text) }
    return modelText
  }

  /// The circuit as text, nil if the model did not come from one.
  func textOfCircuit() -> CText? {
    if circuitText == nil, let circuit { circuitText = CText(circuit.text) }
    return circuitText
  }

  /// network: a `ShippedModel`'s name, a path, or what `GridNetwork.name(inModel:)` takes.
  /// stream, strip: nil for whole shots.
  func compile(
    _ options: DetectorGraph.Options, network: String? = nil, stream: StreamWindow? = nil, strip: Strip? = nil
  ) -> decant_status {
    guard let model else {
      error = CText("There is no model to compile; set one first.")
      return decant_status(DECANT_BAD_STATE)
    }
    return keepingError {
      let bytes: [UInt8]
      let census: MechanismCensus
      if let strip {
        let compiler = try compiler(of: model, options, strip.widths)
        guard strip.index < compiler.count else {
          throw FieldError(description: "there is no strip \(strip.index): the patch has \(compiler.count)")
        }
        (bytes, census) = (try compiler.image(strip.index), compiler.census)
      } else {
        let graph = try DetectorGraph(model, options: options)
        (bytes, census) = (try content(of: graph, model, network: network, stream: stream), graph.census)
      }
      guard let image = AlignedBlock(bytes) else {
        throw FieldError(description: "there is no memory for an image of \(bytes.count) bytes")
      }
      notices = CText(census.notices.map { $0 + ".\n" }.joined())
      self.image = image
    }
  }

  /// The model compiled like an image that was compiled before.
  func reweight(_ old: [UInt8]) -> decant_status {
    guard let model else {
      error = CText("There is no model to compile; set one first.")
      return decant_status(DECANT_BAD_STATE)
    }
    return keepingError {
      let made = try Reweighting(model, like: old, name: "the image")
      guard let image = AlignedBlock(made.image) else {
        throw FieldError(description: "there is no memory for an image of \(made.image.count) bytes")
      }
      notices = CText(made.notices.map { $0 + ".\n" }.joined())
      self.image = image
    }
  }

  private func content(
    of graph: DetectorGraph, _ model: DetectorErrorModel, network: String?, stream: StreamWindow?
  ) throws -> [UInt8] {
    if let network, let name = GridNetwork.name(inModel: network) {
      guard stream == nil else {
        throw FieldError(
          description: "network \(network): a stream cannot hold a grid network; event and event-small it can"
        )
      }
      guard let memory else {
        throw FieldError(
          description: "network \(network): a grid network takes surface codes that "
            + "decant_host_model_set_surface has set, for it must know where detectors are")
      }
      let grid = try FixedGrid(GridNetwork(named: name), GridGeometry(memory))
      return try ImageCompiler.compile(graph, grid: try grid.plan(for: graph))
    }
    let network = try network.map { try EventNetwork(named: $0) }
    if let stream {
      return try StreamCompiler.compile(
        model, graph, network: network, commit: stream.commit, buffer: stream.buffer)
    }
    let plan = try network.map { try $0.plan(for: EventLattice(model, graph), scale: graph.weightScale) }
    return try ImageCompiler.compile(graph, network: plan)
  }

  private func compiler(
    of model: DetectorErrorModel, _ options: DetectorGraph.Options, _ widths: StripWidths
  ) throws -> StripCompiler {
    if let cut, cut.options == options, cut.widths == widths { return cut.compiler }
    let compiler = try StripCompiler(model, DetectorGraph(model, options: options), widths)
    cut = (options, widths, compiler)
    return compiler
  }

  private func keepingError(_ work: () throws -> Void) -> decant_status {
    do {
      try work()
      error = .empty
      return decant_status(DECANT_OK)
    } catch {
      self.error = CText("\(error).")
      return decant_status(DECANT_BAD_ARGUMENT)
    }
  }

  func refuse(_ sentence: String) -> decant_status {
    keepingError { throw FieldError(description: sentence) }
  }
}
