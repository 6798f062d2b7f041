import Dispatch

/// Counts how often decoders are wrong, all on the same shots.
///
/// Shots are taken and decoded a block at a time, by as many threads as are asked for. Blocks count in the order
/// of their numbers and only up to the one after which a limit is met, so that counts are the same for any number
/// of threads; only times differ.
public struct Evaluation: Sendable {
  /// A decoder, the image that it decodes with, and what works on shots before it.
  public struct Contender: Sendable {
    public let decoder: DecoderChoice
    public let image: [UInt8]
    /// What messages call the image.
    public let source: String
    /// Nil for none. Its time counts as decoding, but single shots are not timed with it.
    public let preDecoder: GridPreDecoder?
    /// Weights that it gives the decoder; nil for none.
    public let priors: GridPriors?

    public init(
      _ decoder: DecoderChoice, image: [UInt8], source: String, preDecoder: GridPreDecoder? = nil,
      priors: GridPriors? = nil
    ) {
      self.decoder = decoder
      self.image = image
      self.source = source
      self.preDecoder = preDecoder
      self.priors = priors
    }
  }

  public let contenders: [Contender]
  /// Detectors to count apart from all others; nil if it is not known which.
  public let memoryDetectors: [Int]?
  /// Ends after the block in which every contender has been wrong in so many shots; nil for no such end.
  public let maxErrors: Int?
  /// At least 1.
  public let threads: Int
  /// Whether to decode and time shots one by one.
  public let timesShots: Bool

  public init(
    _ contenders: [Contender], memoryDetectors: [Int]? = nil, maxErrors: Int? = nil, threads: Int = 1,
    timesShots: Bool = false
  ) {
    self.contenders = contenders
    self.memoryDetectors = memoryDetectors
    self.maxErrors = maxErrors
    self.threads = max(1, threads)
    self.timesShots = timesShots
  }

  /// Takes shots until there are no more, or until there are errors enough.
  ///
  /// progress: called now and then with the shots decoded so far, from any thread but never twice at a time.
  /// Throws what the source throws, and `EvaluationError` for a shot that cannot be decoded.
  public func run(
    _ source: some ShotSource, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) throws -> EvaluationResult {
    let tally = EvaluationTally(contenders: contenders.count, maxErrors: maxErrors, progress: progress)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      do {
        try work(source, tally)
      } catch {
        tally.fail(error)
      }
    }
    return try tally.result(source, memoryDetectors: memoryDetectors?.count)
  }

  /// What one thread does.
  private func work(_ source: some ShotSource, _ tally: EvaluationTally) throws {
    let clock = ContinuousClock()
    var stages = try contenders.map { contender in
      try contender.preDecoder.map { try PreDecoding($0, contender.priors) }
    }
    var residuals = contenders.map { contender in
      contender.decoder.fixedNetwork.map { _ in FixedResiduals(detectors: source.detectors) }
    }
    var block = try ShotBlock(for: source)
    let decoders = try contenders.map {
      try $0.decoder.load(
        image: $0.image, source: $0.source, reweights: $0.priors?.count ?? 0,
        detectors: block.detectors.layout.detectors)
    }
    for (contender, decoder) in zip(contenders, decoders) {
      try EvaluationError.check(contender, decoder, block)
    }
    var answers = ShotBatch(layout: block.observables.layout, capacity: ShotBlock.capacity)
    let all = EventCounter(block.detectors.layout)
    let memory = memoryDetectors.map { EventCounter(block.detectors.layout, only: $0) }
    while !tally.isFinished {
      var counts = BlockCounts(contenders: decoders.count)
      var more = false
      counts.sampling = try clock.measure { more = try source.take(into: &block) }
      guard more else { return }
      counts.shots = block.detectors.count
      counts.events = all.count(block.detectors)
      counts.memoryEvents = memory?.count(block.detectors) ?? 0
      do {
        for (index, decoder) in decoders.enumerated() {
          let time = try clock.measure {
            if stages[index] != nil {
              try stages[index]!.decode(block.detectors, decoder, into: &answers)
            } else if timesShots {
              try decoder.decode(block.detectors, into: &answers, latencies: &counts.latencies[index])
            } else {
              try decoder.decode(block.detectors, into: &answers)
            }
          }
          counts.decoding[index] = time
          // A network in the image gives its residual only when asked, which is no part of decoding.
          try residuals[index]?.take(block.detectors, decoder)
          if let residual = stages[index]?.residual ?? residuals[index]?.residual {
            counts.residualEvents[index] = all.count(residual)
            counts.residualMemoryEvents[index] = memory?.count(residual) ?? 0
          }
          counts.errors[index] = answers.countDifferences(from: block.observables)
        }
        tally.add(counts, block: block.number)
      } catch let error as DecoderError {
        let first = block.number * ShotBlock.capacity
        tally.add(EvaluationError.undecodable(error, firstShot: first), block: block.number)
      }
    }
  }
}

/// Why an evaluation came to no result.
public struct EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// In sentences.
  public let description: String

  static func undecodable(_ error: DecoderError, firstShot: Int) -> EvaluationError {
    EvaluationError(description: (error.shot.map { "shot \(firstShot + $0): " } ?? "") + "\(error)")
  }

  /// Shots and image must be of one experiment.
  static func check(
    _ contender: Evaluation.Contender, _ decoder: LoadedDecoder, _ block: ShotBlock
  ) throws(EvaluationError) {
    let shots = ShotLayout(
      detectors: block.detectors.layout.detectors, observables: block.observables.layout.observables)
    let image = ShotLayout(detectors: decoder.detectors, observables: decoder.observables)
    guard shots != image else { return }
    throw EvaluationError(
      description: "\(contender.source): decodes shots of \(image), but the shots have \(shots). Check that "
        + "the model and the shots are of one experiment.")
  }
}
