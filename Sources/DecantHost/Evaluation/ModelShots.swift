import Synchronization

/// Shots sampled from an error model: each error happens or not, independently of the others.
///
/// A shot's number and the seed say all about it, so it does not matter which thread draws it.
public final class ModelShots: ShotSource {
  /// Shots in all.
  public let limit: Int

  private let sampler: ModelSampler
  private let next = Mutex(0)

  public var detectors: Int { sampler.detectorCount }
  public var observables: Int { sampler.observableCount }
  public var seed: UInt64 { sampler.seed }

  /// limit: how many shots to give, `Int.max` for no end.
  public init(_ model: DetectorErrorModel, seed: UInt64, limit: Int) throws(ErrorModelError) {
    sampler = try ModelSampler(model, seed: seed)
    self.limit = max(0, limit)
  }

  public func take(into block: inout ShotBlock) -> Bool {
    let number = next.withLock { next in
      defer { next += 1 }
      return next
    }
    guard number <= (limit - 1) / ShotBlock.capacity, limit > 0 else { return false }
    block.number = number
    let first = number * ShotBlock.capacity
    let shots = min(ShotBlock.capacity, limit - first)
    let detectorStride = block.detectors.layout.rowBytes
    let observableStride = block.observables.layout.rowBytes
    block.detectors.refill { detectorRows, detectorCount in
      detectorCount = shots
      block.observables.refill { observableRows, observableCount in
        observableCount = shots
        sampler.sample(
          first: UInt64(first), count: shots, detectors: ShotRows(detectorRows, stride: detectorStride),
          observables: ShotRows(observableRows, stride: observableStride))
      }
    }
    return true
  }
}
