/// Where detectors stand in space and time, worked out when asked for: decoding itself needs no coordinates.
extension DetectorErrorModel {
  /// Calls `visit` with every `detector` declaration and the coordinates it gives, shifts included, in the
  /// order of the text and once for every repetition of its block. A detector may be declared more than
  /// once.
  public func forEachDetectorDeclaration<Failure: Error>(
    _ visit: (_ detector: Int, _ coordinates: [Double]) throws(Failure) -> Void
  ) throws(Failure) {
    var detectorShift: UInt64 = 0
    var coordinateShift: [Double] = []
    var walk = ExpandedInstructions(self)
    while let index = walk.next() {
      let instruction = instructions[index]
      switch instruction.kind {
      case .detector:
        guard let id = targets[Int(instruction.firstTarget)].detector else { continue }
        var coordinates = Array(arguments(of: index))
        for axis in 0..<min(coordinates.count, coordinateShift.count) {
          coordinates[axis] += coordinateShift[axis]
        }
        try visit(Int(UInt64(id).addingSaturated(detectorShift)), coordinates)
      case .shiftDetectors:
        detectorShift = detectorShift.addingSaturated(shifts[Int(instruction.detail)])
        let steps = arguments(of: index)
        if coordinateShift.count < steps.count {
          coordinateShift += Array(repeating: 0, count: steps.count - coordinateShift.count)
        }
        for (axis, step) in steps.enumerated() { coordinateShift[axis] += step }
      case .error, .logicalObservable, .repeatBlock:
        break
      }
    }
  }

  /// The coordinates of all detectors.
  public func detectorCoordinates() -> DetectorCoordinates {
    var result = DetectorCoordinates(detectors: detectorCount)
    forEachDetectorDeclaration { detector, coordinates in result.declare(detector, at: coordinates) }
    return result
  }
}

/// Coordinates of detectors: as many numbers for each as its declaration gave, none if it was not declared.
public struct DetectorCoordinates: Sendable {
  private var ranges: [Range<Int>?]
  private var values: [Double] = []

  init(detectors: Int) { ranges = Array(repeating: nil, count: detectors) }

  public var detectorCount: Int { ranges.count }

  /// - Parameter detector: below `detectorCount`.
  public subscript(detector: Int) -> ArraySlice<Double> {
    values[ranges[detector] ?? 0..<0]
  }

  /// The first declaration of a detector counts, as in Stim.
  mutating func declare(_ detector: Int, at coordinates: [Double]) {
    guard ranges[detector] == nil else { return }
    ranges[detector] = values.count..<values.count + coordinates.count
    values += coordinates
  }
}
