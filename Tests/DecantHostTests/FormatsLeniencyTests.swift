import DecantHost
import Testing

/// What Stim 1.16 reads without complaint though it would not write it; each row was tried with
/// stim.read_shot_data_file(num_detectors=3, num_observables=1) and gave the same shots.
@Suite struct FormatsLeniencyTests {
  struct Lenient: Sendable, CustomTestStringConvertible {
    var format: ShotFormat
    var text: String
    var rows: [UInt8]
    var testDescription: String { "\(format.rawValue): \(String(reflecting: text))" }
  }

  @Test(arguments: [
    Lenient(format: .zeroOne, text: "", rows: []),
    Lenient(format: .zeroOne, text: "0101\r\n1000\r\n", rows: [0b1010, 0b0001]),
    Lenient(format: .hits, text: "\n\r\n3,0\r\n", rows: [0, 0, 0b1001]),
    Lenient(format: .hits, text: "0003\n", rows: [0b1000]),
    Lenient(format: .hits, text: "2,1,2\n", rows: [0b0010]),
    Lenient(format: .dets, text: " \n\t\r", rows: []),
    Lenient(format: .dets, text: "shot", rows: [0]),
    Lenient(format: .dets, text: "shot\r", rows: [0]),
    Lenient(format: .dets, text: "shot D2", rows: [0b0100]),
    Lenient(format: .dets, text: "\n\n  shot D02\r\n\n\n\tshot L0 D0\n\n", rows: [0b0100, 0b1001]),
    Lenient(format: .dets, text: "shot D1 D1\n", rows: [0b0010]),
    Lenient(format: .b8, text: "\u{7E}\u{11}", rows: [0b1110, 0b0001]),
  ])
  func accepts(lenient: Lenient) throws {
    let layout = ShotLayout(detectors: 3, observables: 1)
    #expect(try readShots(Array(lenient.text.utf8), lenient.format, layout).rows == lenient.rows)
  }

  @Test(arguments: [ShotFormat.b8, .ptb64])
  func packedShotsOfNoBitsAreNone(format: ShotFormat) throws {
    #expect(try readShots([1, 2, 3], format, ShotLayout()).count == 0)
  }
}
