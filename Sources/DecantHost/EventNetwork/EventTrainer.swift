import DecantKernels
import Glibc

/// Trains an event network on labelled samples that are drawn as they are needed.
///
/// A step takes one experiment after the other, and from it a batch that its threads draw from blocks of shots of their
/// own. The same plan with the same number of threads gives the same network, bit for bit, on processors of one level,
/// however often it was interrupted.
public final class EventTrainer {
  public struct Plan: Sendable {
    /// Samples in all.
    public var samples: UInt64
    /// Samples of a step, about.
    public var batch: Int
    /// The largest learning rate. It rises during `warmUp` steps and then falls as half a cosine to a fiftieth.
    public var rate: Double
    public var warmUp: Int
    public var decay: Double
    /// No step's gradient is longer (L2 norm, of the mean loss).
    public var clip: Double
    public var seed: UInt64
    public var threads: Int

    public init(
      samples: UInt64, batch: Int = 8192, rate: Double = 1.5e-3, warmUp: Int = 200, decay: Double = 0,
      clip: Double = 1, seed: UInt64 = 0, threads: Int = 1
    ) {
      self.samples = samples
      self.batch = batch
      self.rate = rate
      self.warmUp = warmUp
      self.decay = decay
      self.clip = clip
      self.seed = seed
      self.threads = max(1, threads)
    }

    /// Steps in all.
    public var steps: Int { max(1, Int((samples + UInt64(batch) - 1) / UInt64(batch))) }

    func rate(step: Int) -> Double {
      let warm = min(1, Double(step + 1) / Double(max(1, warmUp)))
      let share = min(1, Double(step) / Double(steps))
      return rate * warm * (0.02 + 0.98 * (1 + cos(.pi * share)) / 2)
    }
  }

  /// What a step did.
  public struct Progress: Sendable {
    public var samples = 0
    /// Summed binary cross-entropy of all outputs.
    public var loss = 0.0
    /// Length of the mean loss's gradient, before it was clipped.
    public var gradientNorm = 0.0
    /// The learning rate.
    public var rate = 0.0

    public init() {}
  }

  public let plan: Plan
  public let shape: EventNetwork.Shape
  public private(set) var step = 0
  private let samplers: [EventSampler]
  private let memory: Memory
  private let workers: [Worker]

  /// Parameters, moments and gradients, in one piece each.
  ///
  /// Threads write to gradients of their own, or to ranges of their own.
  private final class Memory: @unchecked Sendable {
    let count: Int
    let parameters: UnsafeMutablePointer<Float>
    let m: UnsafeMutablePointer<Float>
    let v: UnsafeMutablePointer<Float>
    let gradients: UnsafeMutablePointer<Float>
    let transposed: UnsafeMutablePointer<Float>

    init(count: Int, threads: Int, transposed size: Int) {
      func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
        let floats = UnsafeMutablePointer<Float>.allocate(capacity: count)
        floats.initialize(repeating: 0, count: count)
        return floats
      }
      self.count = count
      (parameters, m, v) = (zeros(count), zeros(count), zeros(count))
      gradients = zeros(count * threads)
      transposed = zeros(size)
    }

    deinit { for floats in [parameters, m, v, gradients, transposed] { floats.deallocate() } }
  }

  private final class Worker: @unchecked Sendable {
    var workspaces: [Int: EventSampler.Workspace] = [:]
    var samples = EventSamples()
    var loss = 0.0
    var squares = 0.0
  }

  /// - Parameter experiments: at least one.
  /// - Throws: `ErrorModelError` for an experiment that cannot be sampled.
  public init(
    _ network: EventNetwork, on experiments: [EventExperiment], _ plan: Plan
  ) throws(ErrorModelError) {
    precondition(!experiments.isEmpty, "there must be something to train on")
    self.plan = plan
    shape = network.shape
    var samplers: [EventSampler] = []
    for (index, experiment) in experiments.enumerated() {
      samplers.append(try EventSampler(experiment, seed: plan.seed &* 1_000_003 &+ UInt64(index)))
    }
    self.samplers = samplers
    memory = Memory(
      count: network.parameters.count, threads: plan.threads,
      transposed: network.shape.hidden * network.shape.units)
    for (index, value) in network.parameters.enumerated() { memory.parameters[index] = value }
    workers = (0..<plan.threads).map { _ in Worker() }
  }

  public var network: EventNetwork {
    EventNetwork(shape, parameters: Array(UnsafeBufferPointer(start: memory.parameters, count: memory.count)))
  }

  public var isFinished: Bool { step >= plan.steps }

  /// Takes one step.
  public func advance() -> Progress {
    let index = step % samplers.count
    let sampler = samplers[index]
    let visit = UInt64(step / samplers.count)
    let (plan, memory, workers, shape) = (plan, memory, workers, shape)
    var kernel = shape.kernel
    decant_event_transpose(&kernel, memory.parameters, memory.transposed)
    WorkerThreads.run(plan.threads) { thread in
      let worker = workers[thread]
      let workspace = worker.workspaces[index] ?? EventSampler.Workspace(sampler)
      worker.workspaces[index] = workspace
      worker.samples.removeAll()
      let count = plan.batch * (thread + 1) / plan.threads - plan.batch * thread / plan.threads
      sampler.sample(
        block: visit * UInt64(plan.threads) + UInt64(thread), count: count, workspace, into: &worker.samples)
      var kernel = shape.kernel
      worker.loss = worker.samples.withKernelSamples {
        decant_event_backward(
          &kernel, memory.parameters, memory.transposed, $0, memory.gradients + thread * memory.count)
      }
    }
    var progress = Progress()
    for worker in workers {
      progress.samples += worker.samples.count
      progress.loss += worker.loss
    }
    progress.rate = plan.rate(step: step)
    progress.gradientNorm = update(samples: progress.samples)
    step += 1
    return progress
  }

  /// Gives the gradient's length.
  private func update(samples: Int) -> Double {
    let (threads, memory, workers) = (plan.threads, memory, workers)
    @Sendable func part(_ thread: Int) -> (begin: Int, end: Int) {
      // Whole vectors.
      func bound(_ thread: Int) -> Int {
        thread == threads ? memory.count : memory.count * thread / threads & ~15
      }
      return (bound(thread), bound(thread + 1))
    }
    WorkerThreads.run(threads) { thread in
      let (begin, end) = part(thread)
      workers[thread].squares = decant_event_gather(memory.gradients, threads, memory.count, begin, end)
    }
    let norm = workers.reduce(0) { $0 + $1.squares }.squareRoot() / Double(max(1, samples))
    let scale = (norm > plan.clip ? plan.clip / norm : 1) / Double(max(1, samples))
    let (beta1, beta2) = (0.9, 0.999)
    let update = decant_event_step(
      scale: Float(scale), rate: Float(plan.rate(step: step)), decay: Float(plan.decay), beta1: Float(beta1),
      beta2: Float(beta2), epsilon: 1e-8, correction1: Float(1 / (1 - pow(beta1, Double(step + 1)))),
      correction2: Float(1 / (1 - pow(beta2, Double(step + 1)))))
    WorkerThreads.run(threads) { thread in
      let (begin, end) = part(thread)
      var update = update
      decant_event_update(
        &update, memory.parameters, memory.m, memory.v, memory.gradients, begin, end)
    }
    return norm
  }
}

extension EventTrainer {
  /// All that later steps depend on: parameters, then both moments.
  var state: [[Float]] {
    let parts: [UnsafeMutablePointer<Float>] = [memory.parameters, memory.m, memory.v]
    return parts.map { Array(UnsafeBufferPointer(start: $0, count: memory.count)) }
  }

  /// Goes on from a state. state: three times as many values as there are parameters.
  func restore(_ state: [[Float]], step: Int) {
    for (floats, values) in zip([memory.parameters, memory.m, memory.v], state) {
      for (index, value) in values.enumerated() { floats[index] = value }
    }
    self.step = step
  }
}
