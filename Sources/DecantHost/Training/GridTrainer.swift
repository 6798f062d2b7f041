/// Trains a grid network on labelled shots.
///
/// A step takes shots of both bases of a memory, half of each; the memories of a list take turns. The loss is the binary
/// cross-entropy summed over a shot's 4TD² labels, its gradient divided by the shots. Threads share a batch in fixed
/// parts whose gradients are added in their order: the same seed and threads give the same weights, bit for bit, whether
/// training was interrupted or not.
public final class GridTrainer {
  /// What training is made of, besides the network.
  public struct Plan: Sendable {
    /// Samplers of an X memory and of a Z memory each, all of the same distance and rounds.
    public let memories: [(x: SurfaceCodeSampler, z: SurfaceCodeSampler)]
    /// Shots of a step, an even number.
    public let batch: Int
    public let schedule: LearningRateSchedule
    /// The length that gradients are cut down to.
    public let clip: Double
    public let threads: Int
    /// All of this and the optimizer in words: training goes on only under the same.
    public let recipe: String

    public init(
      memories: [(x: SurfaceCodeSampler, z: SurfaceCodeSampler)], batch: Int, schedule: LearningRateSchedule,
      clip: Double = 1, threads: Int = 1, recipe: String = ""
    ) {
      precondition(!memories.isEmpty && batch >= 2 && batch % 2 == 0, "there must be shots of both bases")
      self.memories = memories
      self.batch = batch
      self.schedule = schedule
      self.clip = clip
      self.threads = max(1, threads)
      self.recipe = recipe
    }
  }

  /// What a step came to.
  public struct Step: Equatable, Sendable {
    /// Nats per shot, before the update.
    public let loss: Double
    public let rate: Double
    /// Length of the gradient before it was cut.
    public let gradientNorm: Double
  }

  public let plan: Plan
  public internal(set) var network: GridNetwork
  public internal(set) var optimizer: Optimizer

  private let streams: [[LabelledShots]]
  private let inputs: [[GridInput]]
  private let engines: [GridEngine]

  /// Steps done, and shots that they took.
  public var step: Int { optimizer.updates }
  public var shots: Int { step * plan.batch }

  /// Multiplications for each shot, forward and backward: three times those of the forward pass, though the first layer
  /// needs no gradient of its input.
  public var multiplicationsPerShot: Int {
    let memory = plan.memories[0].x.memory
    let distance = memory.lattice.distance
    return 3 * network.architecture.multiplicationsPerVoxel * memory.rounds * distance * distance
  }

  /// - Throws: `NetworkError` where there is no memory for it.
  public init(_ network: GridNetwork, _ optimizer: Optimizer, _ plan: Plan) throws(NetworkError) {
    self.network = network
    self.optimizer = optimizer
    self.plan = plan
    let memory = plan.memories[0].x.memory
    let engines = try (0..<plan.threads).map { (_) throws(NetworkError) in
      try GridEngine(
        network, rounds: memory.rounds, rows: memory.lattice.distance, columns: memory.lattice.distance,
        learns: true)
    }
    self.engines = engines
    streams = plan.memories.map { [LabelledShots($0.x), LabelledShots($0.z)] }
    inputs = streams.map { pair in pair.map { GridInput($0.geometry, engines[0]) } }
  }

  /// Takes the next step.
  ///
  /// - Throws: `TrainingError` when the loss is no number any more, `DecoderError` where there is no memory for a
  ///   teacher.
  public func takeStep() throws -> Step {
    let memory = step % plan.memories.count
    let count = plan.batch / 2
    let first = UInt64(step / plan.memories.count) * UInt64(count)
    var loss = 0.0
    for (stream, input) in zip(streams[memory], inputs[memory]) {
      try stream.withBatch(first: first, count: count, threads: plan.threads) { detectors, targets in
        loss += learn(stream, input, count, detectors, targets)
      }
    }
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    for engine in engines { engine.takeGradients(addingTo: &gradient) }
    let share = 1 / Float(plan.batch)
    for index in gradient.indices { gradient[index] *= share }
    let norm = GradientClipping.clip(&gradient, to: plan.clip)
    guard loss.isFinite, norm.isFinite else {
      throw TrainingError(
        description:
          "the loss is no finite number any more after \(step) steps. Go back to a checkpoint, and lower "
          + "the learning rate.")
    }
    let rate = plan.schedule.rate(step)
    optimizer.update(&network.parameters, gradient: gradient, rate: Float(rate))
    reload()
    return Step(loss: loss / Double(plan.batch), rate: rate, gradientNorm: norm)
  }

  /// Tells the engines of new parameters.
  func reload() { for engine in engines { engine.load(network) } }

  /// Adds the gradients of some shots to the engines'. Gives the sum of their losses.
  private func learn(
    _ stream: LabelledShots, _ input: GridInput, _ count: Int, _ detectors: UnsafePointer<UInt8>,
    _ targets: UnsafePointer<UInt8>
  ) -> Double {
    let threads = plan.threads
    let (detectorBytes, targetBytes) = (stream.detectorBytes, stream.targetBytes)
    var losses = [Double](repeating: 0, count: threads)
    losses.withUnsafeMutableBufferPointer { losses in
      // Each thread has an engine, shots and a loss of its own, and all end before this does.
      nonisolated(unsafe) let (losses, engines) = (losses, engines)
      nonisolated(unsafe) let (detectors, targets) = (detectors, targets)
      WorkerThreads.run(threads) { thread in
        let engine = engines[thread]
        input.prepare(engine)
        for shot in count * thread / threads..<count * (thread + 1) / threads {
          input.fill(engine, detectors: detectors + shot * detectorBytes)
          engine.forward()
          losses[thread] += engine.backward(targets: targets + shot * targetBytes)
        }
      }
    }
    return losses.reduce(0, +)
  }
}

/// Why training cannot begin or go on, and what to do about it.
public struct TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// In sentences.
  public let description: String
}
