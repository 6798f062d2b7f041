/// How large a detector error model may be.
///
/// A few bytes of text can ask for more detectors or repetitions than any machine holds; a model beyond
/// these limits is refused with a sentence instead of exhausting memory or never returning.
public struct ErrorModelLimits: Equatable, Sendable {
  /// Most detectors, counted as Stim does; below 2^28, so that a decoder image can hold them.
  public let detectors: Int
  /// Most observables; below 2^24.
  public let observables: Int
  /// Instructions that the model may amount to once its repeat blocks are expanded. An instruction counts
  /// once more for every 16 targets and arguments it has.
  public let expandedInstructions: Int

  public static let maxDetectors = (1 << 28) - 1
  public static let maxObservables = (1 << 24) - 1

  /// Numbers that no image can hold are brought to the nearest that one can.
  public init(
    detectors: Int = maxDetectors, observables: Int = maxObservables,
    expandedInstructions: Int = 200_000_000
  ) {
    self.detectors = min(max(detectors, 0), Self.maxDetectors)
    self.observables = min(max(observables, 0), Self.maxObservables)
    self.expandedInstructions = max(expandedInstructions, 0)
  }
}
