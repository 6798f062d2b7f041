import CDecant

/// What a decant_host_learner is.
final class LearnerHandle {
  private(set) var error = CText.empty
  private var follower: NoiseFollower?
  private var estimator: any NoiseEstimator = CombinedEstimator()
  private var threads = 1
  /// What C may look at.
  private var statistics: AlignedBlock?
  /// Signs of changes that C has not asked for.
  private var changes: [NoiseFollower.Change] = []

  /// More than this are dropped, the oldest first.
  private static let mostChanges = 1 << 16

  static func of(_ learner: OpaquePointer?) -> LearnerHandle? {
    learner.map { Unmanaged<LearnerHandle>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  /// - Parameter estimator: its name; nil for the default.
  func set(_ model: ModelHandle, _ options: NoiseFollower.Options, estimator: String?, threads: Int)
    -> decant_status
  {
    follower = nil
    statistics = nil
    changes = []
    return keepingError {
      let name = estimator ?? CombinedEstimator().name
      guard let found = NoiseEstimators.named(name) else {
        throw FieldError(
          description: "estimator \(name) is unknown; give "
            + NoiseEstimators.all.map(\.name).joined(separator: ", "))
      }
      guard let description = try model.noise() else {
        throw FieldError(description: "the model is of nothing; set it first")
      }
      self.estimator = found
      self.threads = threads
      follower = NoiseFollower(description, options: options)
    }
  }

  var detectors: Int? { follower?.description.structure.products.detectorCount }

  func push(_ batch: ShotBatch) {
    guard let follower else { return }
    changes += follower.add(batch)
    if changes.count > Self.mostChanges { changes.removeFirst(changes.count - Self.mostChanges) }
  }

  func learn(into model: ModelHandle) -> decant_status {
    guard let follower else { return refuse("The learner is of nothing; set it first.") }
    guard follower.statistics.shots > 0 else {
      return refuse(
        "\(follower.shots) shots were pushed, which do not make a stretch; push more before asking what they say."
      )
    }
    return keepingError {
      model.set(learned: try follower.model(estimator, threads: threads))
    }
  }

  /// What was counted, as a file; nil of nothing. It stays until it is asked for again.
  func counted() -> AlignedBlock? {
    guard let follower else { return nil }
    statistics = AlignedBlock(follower.allStatistics.bytes)
    return statistics
  }

  func merge(_ bytes: [UInt8]) -> decant_status {
    guard let follower else { return refuse("The learner is of nothing; set it first.") }
    return keepingError {
      let other = try SyndromeStatistics(bytes: bytes, source: "the statistics")
      guard follower.merge(other) else {
        throw FieldError(description: "the statistics were counted for another code or error model")
      }
    }
  }

  /// The oldest sign of a change, which is then forgotten.
  func nextChange() -> NoiseFollower.Change? { changes.isEmpty ? nil : changes.removeFirst() }

  private func refuse(_ sentence: String) -> decant_status {
    error = CText(sentence)
    return decant_status(DECANT_BAD_STATE)
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
}
