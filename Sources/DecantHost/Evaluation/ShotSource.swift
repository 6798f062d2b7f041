/// Where the shots of an evaluation come from: a sampler, or files.
///
/// Shots come in numbered blocks of `ShotBlock.capacity`, the last one perhaps shorter. What is in a block depends
/// on its number alone and never on who asks when, so that any number of threads finds the same shots.
public protocol ShotSource: Sendable {
  var detectors: Int { get }
  var observables: Int { get }

  /// Fills a block with the shots that come next, and says its number: 0, 1, 2 and so on. False if there are no
  /// more. Several threads may call this at once.
  func take(into block: inout ShotBlock) throws -> Bool
}

/// Some shots and their true observables.
public struct ShotBlock: Sendable {
  /// Shots in a full block.
  public static let capacity = 1024

  /// The number of the block.
  public var number = 0
  public var detectors: ShotBatch
  public var observables: ShotBatch

  public init(for source: some ShotSource) {
    detectors = ShotBatch(layout: ShotLayout(detectors: source.detectors), capacity: Self.capacity)
    observables = ShotBatch(layout: ShotLayout(observables: source.observables), capacity: Self.capacity)
  }
}
