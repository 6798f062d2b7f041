import DecantHost
import Testing

/// Bytes that Stim wrote, to be read and to be written.
///
/// Made with stim 1.16.0 and numpy under Python 3.11:
///
///     def shots(count, bits):
///         rows = [[(7*s + 5*k + s*k*k) % 3 == 0 for k in range(bits)] for s in range(count)]
///         return np.array(rows, dtype=bool)
///     stim.write_shot_data_file(data=..., path=..., format=..., num_detectors=..., num_observables=...)
@Suite struct FormatsGoldenTests {
  struct Golden: Sendable, CustomTestStringConvertible {
    var format: ShotFormat
    var hex: String
    var testDescription: String { "\(format.rawValue): \(hex)" }
  }

  /// data=shots(4, 13), num_detectors=10, num_observables=3; for ptb64 shots(64, 13).
  @Test(arguments: [
    Golden(
      format: .zeroOne,
      hex: "313030313030313030313030310a303031303031303031303031300a"
        + "303130303130303130303130300a313030313030313030313030310a"),
    Golden(format: .b8, hex: "4912240992044912"),
    Golden(format: .r8, hex: "00020202020002020202010102020202000202020200"),
    Golden(
      format: .hits,
      hex: "302c332c362c392c31320a322c352c382c31310a312c342c372c31300a302c332c362c392c31320a"),
    Golden(
      format: .dets,
      hex: "73686f74204430204433204436204439204c320a73686f74204432204435204438204c310a"
        + "73686f74204431204434204437204c300a73686f74204430204433204436204439204c320a"),
    Golden(
      format: .ptb64,
      hex: "4992244992244992244992244992244992244992244992244992244992244992"
        + "2449922449922449922449922449922449922449922449922449922449922449"
        + "9224499224499224499224499224499224499224499224499224499224499224"
        + "4992244992244992"),
  ])
  func detectorsAndObservables(golden: Golden) throws {
    let layout = ShotLayout(detectors: 10, observables: 3)
    let count = golden.format == .ptb64 ? 64 : 4
    let rows = makeRows(count, bits: 13, goldenBit)
    let read = try readShots(bytes(hex: golden.hex), golden.format, layout)
    #expect(read.count == count)
    #expect(read.rows == rows)
    #expect(try writeShots(rows, count: count, golden.format, layout) == bytes(hex: golden.hex))
  }

  /// Runs longer than a byte of r8 can say: three shots of 600 detectors, of which shot 1 has 0, 254, 255,
  /// 256 and 599, and shot 2 has 510.
  @Test(arguments: [
    Golden(format: .r8, hex: "ffff5a00fd0000ff5700ffff0059"),
    Golden(format: .hits, hex: "0a302c3235342c3235352c3235362c3539390a3531300a"),
    Golden(
      format: .dets,
      hex: "73686f740a73686f7420443020443235342044323535204432353620443539390a73686f7420443531300a"),
  ])
  func wideShots(golden: Golden) throws {
    let layout = ShotLayout(detectors: 600)
    let ones = [[], [0, 254, 255, 256, 599], [510]]
    let rows = makeRows(3, bits: 600) { ones[$0].contains($1) }
    #expect(try readShots(bytes(hex: golden.hex), golden.format, layout).rows == rows)
    #expect(try writeShots(rows, count: 3, golden.format, layout) == bytes(hex: golden.hex))
  }

  /// data=np.zeros((2, 0), bool), num_detectors=0. In b8 that is an empty file, which reads as no shots.
  @Test(arguments: [
    Golden(format: .zeroOne, hex: "0a0a"),
    Golden(format: .b8, hex: ""),
    Golden(format: .r8, hex: "0000"),
    Golden(format: .hits, hex: "0a0a"),
    Golden(format: .dets, hex: "73686f740a73686f740a"),
  ])
  func shotsOfNoBits(golden: Golden) throws {
    let layout = ShotLayout()
    let read = try readShots(bytes(hex: golden.hex), golden.format, layout)
    #expect(read.count == (golden.format.countsShots(of: layout) ? 2 : 0))
    #expect(try writeShots([], count: 2, golden.format, layout) == bytes(hex: golden.hex))
  }

  /// Measurements, detectors and observables have names of their own in dets.
  @Test func letters() throws {
    let layout = ShotLayout(measurements: 2, detectors: 2, observables: 2)
    let text = "shot M1 D0 D1 L1\n"
    #expect(try writeShots([0b101110], count: 1, .dets, layout) == Array(text.utf8))
    #expect(try readShots(Array(text.utf8), .dets, layout).rows == [0b101110])
  }
}
