import DecantHost
import Testing

/// Coordinates add up over shifts, axis by axis; checked against stim's get_detector_coordinates.
@Suite struct DetectorCoordinatesTests {
  @Test func shiftsMoveAsManyAxesAsTheyName() throws {
    let model = try DetectorErrorModel(
      text: """
        detector(1, 2) D0
        shift_detectors(0, 10, 0.5) 2
        repeat 2 {
          detector(1, 2, 3, 4) D0
          detector(7) D1
          detector D2
          shift_detectors(100) 3
        }
        detector(0, 0, 0) D0
        error(0.1) D4
        """)
    let coordinates = model.detectorCoordinates()
    #expect(coordinates.detectorCount == 13)
    #expect(
      (0..<13).map { Array(coordinates[$0]) } == [
        [1, 2], [],
        [1, 12, 3.5, 4], [7], [],
        [101, 12, 3.5, 4], [107], [],
        [200, 10, 0.5], [], [], [], [],
      ])
  }

  @Test func firstDeclarationCounts() throws {
    let model = try DetectorErrorModel(text: "detector(1) D0\ndetector(2) D0\ndetector D1\ndetector(3) D1")
    #expect(Array(model.detectorCoordinates()[0]) == [1])
    #expect(Array(model.detectorCoordinates()[1]) == [])
    var seen: [Int] = []
    model.forEachDetectorDeclaration { detector, _ in seen.append(detector) }
    #expect(seen == [0, 0, 1, 1])
  }
}
