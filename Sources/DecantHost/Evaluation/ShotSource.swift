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

  /// Bits that a shot may have: a few threads' blocks of larger ones would not fit most machines.
  public static let maxBits = 1 << 22

  /// Throws for shots that are too large.
  public static func check(_ source: some ShotSource) throws(EvaluationError) {
    let layout = ShotLayout(detectors: source.detectors, observables: source.observables)
    guard layout.bits <= Self.maxBits else {
      throw EvaluationError(
        description: "a shot has \(layout), but evaluation takes up to \(Self.maxBits). Use fewer rounds.")
    }
  }

  /// Throws for shots that are too large.
  public init(for source: some ShotSource) throws(EvaluationError) {
    try Self.check(source)
    detectors = ShotBatch(layout: ShotLayout(detectors: source.detectors), capacity: Self.capacity)
    observables = ShotBatch(layout: ShotLayout(observables: source.observables), capacity: Self.capacity)
  }
}
