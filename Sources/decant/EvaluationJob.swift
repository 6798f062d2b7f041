import DecantHost

/// What decoders of an evaluation are made from.
enum EvaluationModel {
  case errors(DetectorErrorModel)
  /// A graph that was recorded without the errors behind it.
  case edges(EdgeMatrices, source: String)

  /// Compiles an image for each decoder; decoders that need the same share one.
  ///
  /// events: event networks by their files. grids: makes what an image holds of a grid network, of a decoder that has
  /// one in fixed point.
  func contenders(
    _ choices: [DecoderChoice], _ options: GraphOptions, events: [String: EventNetwork],
    grids: (DecoderChoice) throws -> FixedGrid?
  ) throws -> [Evaluation.Contender] {
    struct Needs: Hashable {
      let correlations: Bool
      let network: String?
      let isStream: Bool
      let grid: String?
    }
    var images: [Needs: [UInt8]] = [:]
    return try choices.map { choice in
      let needs = Needs(
        correlations: choice.needsCorrelations, network: choice.eventNetwork, isStream: choice.window != nil,
        grid: choice.fixedNetwork)
      let image =
        try images[needs]
        ?? compile(
          for: choice, options, choice.eventNetwork.flatMap { events[$0] }, grids(choice))
      images[needs] = image
      return Evaluation.Contender(choice, image: image, source: source)
    }
  }

  /// What an image is compiled from.
  func graph(for choice: DecoderChoice, _ options: GraphOptions) throws -> DetectorGraph {
    switch self {
    case .errors(let model):
      try DetectorGraph(model, options: options.graph(correlated: choice.needsCorrelations))
    case .edges(let edges, _): try edges.graph()
    }
  }

  /// SHA-256 of the model's text, or of the image of a graph.
  func hash() throws -> String {
    switch self {
    case .errors(let model): Fingerprint.of(model.text)
    case .edges(let edges, _): Fingerprint.of(try ImageCompiler.compile(try edges.graph()))
    }
  }

  private var source: String {
    switch self {
    case .errors(let model): model.source
    case .edges(_, let source): source
    }
  }

  private func compile(
    for choice: DecoderChoice, _ options: GraphOptions, _ network: EventNetwork?, _ grid: FixedGrid?
  ) throws -> [UInt8] {
    switch self {
    case .errors(let model):
      let form: ModelFile.Form = choice.window == nil ? .shots(network) : .stream(nil, network)
      return try ModelFile(
        model, options: options.graph(correlated: choice.needsCorrelations),
        form: grid.map { .grid($0) } ?? form
      ).image
    case .edges(let edges, let source):
      guard choice.window == nil else {
        throw CommandFailure(
          "\(source): H, O and priors do not say which round a detector is of, as \(choice.name) needs. "
            + "Give --dem, or say the noise: --noise 0.003.")
      }
      guard choice.eventNetwork == nil else {
        throw CommandFailure(
          "\(source): H, O and priors do not say where detectors are, as \(choice.name) needs. "
            + "Give --dem, or say the noise: --noise 0.003.")
      }
      guard !choice.needsCorrelations else {
        throw CommandFailure(
          "\(source): H, O and priors do not say which edges one error flips, as \(choice.name) needs. "
            + "Give --dem, or say the noise: --noise 0.003.")
      }
      let graph = try edges.graph()
      return try ImageCompiler.compile(graph, grid: try grid.map { try $0.plan(for: graph) })
    }
  }
}

/// One experiment to evaluate decoders on, and how to get at its shots.
struct EvaluationJob {
  var subject: EvaluationSubject
  let model: EvaluationModel
  let memoryDetectors: [Int]?
  /// Makes the shots. limit: how many, nil for as many as there are.
  let open: (_ limit: Int?) throws -> any ShotSource
  /// Predictions that were recorded with the shots: their name, and how often they are wrong.
  var recorded: [(decoder: String, count: (_ limit: Int) throws -> ErrorRate)] = []
  /// What a pre-decoder left of the shots, and how it is called.
  var residuals: (name: String, open: (_ limit: Int?) throws -> any ShotSource)?

  /// Compiles an image for each decoder, and sets up those that stand behind a network.
  ///
  /// prior: the share of grid networks in weights.
  func contenders(
    _ choices: [DecoderChoice], _ options: GraphOptions, _ networks: EvaluationNetworks,
    _ rule: GridRule, prior: Double
  ) throws -> [Evaluation.Contender] {
    let contenders = try model.contenders(choices, options, events: networks.events) { choice in
      try choice.fixedNetwork.flatMap { networks.grids[$0] }.map { network in
        guard case .edges(let threshold) = rule else {
          throw CommandFailure(
            "\(choice.name): in fixed point, a grid network corrects whole edges; say --acceptance edge.")
        }
        return try FixedGrid(network, try geometry(choice), threshold: threshold, prior: prior)
      }
    }
    return try zip(choices, contenders).map { choice, contender in
      guard let network = choice.gridNetwork.flatMap({ networks.grids[$0] }) else { return contender }
      let preDecoder = try GridPreDecoder(network, try geometry(choice), rule: rule)
      let priors =
        prior == 0 ? nil : try GridPriors(preDecoder, try model.graph(for: choice, options), share: prior)
      return Evaluation.Contender(
        choice, image: contender.image, source: contender.source, preDecoder: preDecoder, priors: priors)
    }
  }

  /// How a grid network sees the experiment.
  private func geometry(_ choice: DecoderChoice) throws -> GridGeometry {
    let facts = subject.facts
    guard memoryDetectors != nil, let distance = facts.distance, let rounds = facts.rounds,
      let basis = facts.basis, let orientation = facts.orientation
    else {
      throw CommandFailure(
        "\(choice.name): a grid network takes memories of --code surface, or recorded ones with their metadata, for "
          + "it must know where detectors are.")
    }
    return try GridGeometry(distance: distance, rounds: rounds, basis: basis, orientation: orientation)
  }

  /// Shots where nobody says how many.
  static let defaultShots = 1_000_000
}
