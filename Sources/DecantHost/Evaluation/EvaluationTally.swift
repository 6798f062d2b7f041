import Synchronization

/// What an evaluation found.
public struct EvaluationResult: Equatable, Sendable {
  public var shots = 0
  /// Detection events in all shots.
  public var events = 0
  /// Those of them on the detectors that were counted apart.
  public var memoryEvents = 0
  public var sampling = Duration.zero
  /// For each contender.
  public var errors: [Int]
  public var decoding: [Duration]
  /// Empty unless shots were timed.
  public var latencies: [LatencyHistogram]
  /// Events that pre-decoders leave, as `events` and `memoryEvents`; 0 for contenders without one.
  public var residualEvents: [Int]
  public var residualMemoryEvents: [Int]
  /// Detectors of a shot, and how many were counted apart, where that is known.
  public var detectors = 0
  public var memoryDetectors: Int?

  init(contenders: Int) {
    errors = Array(repeating: 0, count: contenders)
    decoding = Array(repeating: .zero, count: contenders)
    latencies = Array(repeating: LatencyHistogram(), count: contenders)
    residualEvents = Array(repeating: 0, count: contenders)
    residualMemoryEvents = Array(repeating: 0, count: contenders)
  }

  /// The share of detectors that fire; nil without shots.
  public var density: Double? { Self.share(events, of: shots, detectors) }
  /// The share on the checks of the memory's basis; nil where those are not known.
  public var memoryDensity: Double? { memoryDetectors.flatMap { Self.share(memoryEvents, of: shots, $0) } }

  /// The share on the checks of the memory's basis that a contender's pre-decoder leaves.
  public func residualMemoryDensity(_ contender: Int) -> Double? {
    memoryDetectors.flatMap { Self.share(residualMemoryEvents[contender], of: shots, $0) }
  }
  public func residualDensity(_ contender: Int) -> Double? {
    Self.share(residualEvents[contender], of: shots, detectors)
  }

  private static func share(_ events: Int, of shots: Int, _ detectors: Int) -> Double? {
    shots > 0 && detectors > 0 ? Double(events) / (Double(shots) * Double(detectors)) : nil
  }

  fileprivate mutating func add(_ counts: EvaluationResult) {
    shots += counts.shots
    events += counts.events
    memoryEvents += counts.memoryEvents
    sampling += counts.sampling
    for index in errors.indices {
      errors[index] += counts.errors[index]
      residualEvents[index] += counts.residualEvents[index]
      residualMemoryEvents[index] += counts.residualMemoryEvents[index]
      decoding[index] += counts.decoding[index]
      if counts.latencies[index].count > 0 { latencies[index].add(counts.latencies[index]) }
    }
  }
}

/// A block's part of a result.
typealias BlockCounts = EvaluationResult

/// Gathers blocks from several threads, and counts them in their order.
final class EvaluationTally: Sendable {
  private struct State {
    var result: EvaluationResult
    /// Blocks that came before their turn; an error takes its block's turn, too.
    var waiting: [Int: Result<BlockCounts, any Error>] = [:]
    var next = 0
    var isFinished = false
    var failure: (any Error)?
  }

  private let state: Mutex<State>
  private let maxErrors: Int?
  private let progress: @Sendable (Int) -> Void

  init(contenders: Int, maxErrors: Int?, progress: @escaping @Sendable (Int) -> Void) {
    state = Mutex(State(result: EvaluationResult(contenders: contenders)))
    self.maxErrors = maxErrors
    self.progress = progress
  }

  /// Whether more blocks would change nothing.
  var isFinished: Bool { state.withLock { $0.isFinished } }

  func add(_ counts: BlockCounts, block: Int) { add(.success(counts), block: block) }
  func add(_ error: EvaluationError, block: Int) { add(.failure(error), block: block) }

  private func add(_ counts: sending Result<BlockCounts, any Error>, block: Int) {
    state.withLock { state in
      state.waiting[block] = counts
      while !state.isFinished, let counts = state.waiting.removeValue(forKey: state.next) {
        state.next += 1
        switch counts {
        case .success(let counts):
          state.result.add(counts)
          if let maxErrors, let fewest = state.result.errors.min(), fewest >= maxErrors {
            state.isFinished = true
          }
        case .failure(let error):
          state.failure = error
          state.isFinished = true
        }
      }
      progress(state.result.shots)
    }
  }

  /// Gives up at once: what went wrong is no matter of one block.
  func fail(_ error: sending any Error) {
    state.withLock { state in
      guard !state.isFinished else { return }
      state.failure = error
      state.isFinished = true
    }
  }

  func result(_ source: some ShotSource, memoryDetectors: Int?) throws -> EvaluationResult {
    try state.withLock { state in
      if let failure = state.failure { throw failure }
      state.result.detectors = source.detectors
      state.result.memoryDetectors = memoryDetectors
      return state.result
    }
  }
}
