/// Visiting the errors of a model one by one.
extension DetectorErrorModel {
  /// One error of the model, as it takes effect.
  public struct Mechanism {
    /// Between 0 and 1.
    public let probability: Double
    /// Components separated by `^`; nothing was cancelled or sorted.
    public let targets: ArraySlice<ErrorTarget>
    /// To be added to each detector in `targets`.
    public let detectorShift: UInt64
    /// Line of the text that it comes from, counted from 1.
    public let line: Int
  }

  /// Calls `visit` with every error, in the order of the text, once for every repetition of its block.
  ///
  /// Detectors of a visited error, shift included, are below `detectorCount`.
  public func forEachError<Failure: Error>(
    _ visit: (Mechanism) throws(Failure) -> Void
  ) throws(Failure) {
    var shift: UInt64 = 0
    try forEachError(shiftedBy: &shift, visit)
  }

  /// The same of a part of a model, before which detectors were shifted by so much, and after which they are.
  func forEachError<Failure: Error>(
    shiftedBy shift: inout UInt64, _ visit: (Mechanism) throws(Failure) -> Void
  ) throws(Failure) {
    var walk = ExpandedInstructions(self)
    while let index = walk.next() {
      let instruction = instructions[index]
      switch instruction.kind {
      case .error:
        try visit(
          Mechanism(
            probability: arguments[Int(instruction.firstArgument)], targets: targets(of: index),
            detectorShift: shift, line: Int(instruction.line)))
      case .shiftDetectors:
        shift = shift.addingSaturated(shifts[Int(instruction.detail)])
      case .detector, .logicalObservable, .repeatBlock:
        break
      }
    }
  }
}
