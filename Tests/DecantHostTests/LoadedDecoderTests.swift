import CDecant
import DecantHost
import Testing

/// A decoder in memory of its own, from bytes to answers and sentences.
@Suite struct LoadedDecoderTests {
  /// Three detectors in a ring without a boundary, and one beside it that has one.
  static let model = """
    error(0.1) D0 D1 L0
    error(0.1) D1 D2
    error(0.1) D2 D0
    error(0.1) D3 L9
    """

  func image() throws -> [UInt8] {
    try ImageCompiler.compile(DetectorGraph(DetectorErrorModel(text: Self.model)))
  }

  @Test func answers() throws {
    let decoder = try LoadedDecoder(image: try image(), name: "ring.image")
    #expect(decoder.detectors == 4)
    #expect(decoder.observables == 10)
    let shots = ShotBatch(layout: ShotLayout(detectors: 4), rows: [0, 0b0011, 0b1110, 0b1000], count: 4)
    var answers = ShotBatch(layout: ShotLayout(observables: 10), capacity: 8)
    try decoder.decode(shots, into: &answers)
    #expect(answers.count == 4)
    #expect(Array(answers.rows) == [0, 0, 1, 0, 0, 2, 0, 2])
    try decoder.decode(ShotBatch(layout: shots.layout, capacity: 0), into: &answers)
    #expect(answers.count == 0)
  }

  /// An impossible shot costs neither the answers before it nor the decoder.
  @Test func impossibleShot() throws {
    let decoder = try LoadedDecoder(image: try image(), name: "ring.image")
    let shots = ShotBatch(layout: ShotLayout(detectors: 4), rows: [0b0011, 0b1000, 0b0001, 0], count: 4)
    var answers = ShotBatch(layout: ShotLayout(observables: 10), capacity: 4)
    var failure: DecoderError?
    do throws(DecoderError) { try decoder.decode(shots, into: &answers) } catch { failure = error }
    #expect(failure?.shot == 2)
    #expect(failure?.status == decant_status(DECANT_IMPOSSIBLE))
    #expect(Array(answers.rows) == [1, 0, 0, 2])
    let rest = ShotBatch(layout: shots.layout, rows: [0], count: 1)
    try decoder.decode(rest, into: &answers)
    #expect(Array(answers.rows) == [0, 0])
  }

  @Test(arguments: [0, 1, 127, 128, 500])
  func shortImage(size: Int) throws {
    let bytes = Array(try image().prefix(size))
    var sentence = ""
    do throws(DecoderError) { _ = try LoadedDecoder(image: bytes, name: "short.image") } catch {
      sentence = error.description
    }
    #expect(
      sentence == "short.image: is not a decoder image, or is damaged. Make it again with decant compile.")
  }
}
