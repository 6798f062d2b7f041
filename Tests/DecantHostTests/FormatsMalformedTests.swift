import DecantHost
import Testing

/// What Stim 1.16 refuses is refused, with a sentence that leads to the place.
@Suite struct FormatsMalformedTests {
  struct Malformed: Sendable, CustomTestStringConvertible {
    var format: ShotFormat
    var text: String
    /// Shots in front of the malformed one.
    var shots = 0
    var problem: String
    var remedy: String = shape
    var testDescription: String { "\(format.rawValue): \(String(reflecting: text))" }
  }

  static let shape =
    "Check the format, whether observables are appended, and that a shot has 4 bits "
    + "(3 detectors, 1 observable)."
  static let cutShort =
    "If the file is not cut short, check its format, whether observables are appended, "
    + "and that a shot has 4 bits (3 detectors, 1 observable)."
  static let newline = "If the file is not cut short, append a newline."
  static let hits = "A line is numbers separated by single commas; check the format."
  static let dets =
    "A line is like \"shot D3 D17 L0\", with single spaces and none at its end; check the format."
  static let bitNumbers =
    "Bits are numbered from 0; check whether observables are appended, and which circuit made the shots."
  static let nameNumbers =
    "Names are numbered from 0; check whether observables are appended, and which circuit made the shots."

  @Test(arguments: [
    Malformed(
      format: .zeroOne, text: "0110\n01x0\n", shots: 1,
      problem: "shot 1, line 2, column 3, byte 7: found 'x' where 0 or 1 should be"),
    Malformed(
      format: .zeroOne, text: "01 0\n",
      problem: "shot 0, line 1, column 3, byte 2: found a space where 0 or 1 should be"),
    Malformed(
      format: .zeroOne, text: "01\u{1}0\n",
      problem: "shot 0, line 1, column 3, byte 2: found the byte 1 where 0 or 1 should be"),
    Malformed(
      format: .zeroOne, text: "01\n",
      problem: "shot 0, line 1, column 3, byte 2: the line ends after 2 of 4 characters"),
    Malformed(
      format: .zeroOne, text: "0110\n\n", shots: 1,
      problem: "shot 1, line 2, column 1, byte 5: the line ends after 0 of 4 characters"),
    Malformed(
      format: .zeroOne, text: "01101\n",
      problem:
        "shot 0, line 1, column 5, byte 4: the line should end after 4 characters, but goes on with '1'"),
    Malformed(
      format: .zeroOne, text: "0110\r1\n",
      problem:
        "shot 0, line 1, column 6, byte 5: the line should end after 4 characters, but goes on with '1'"),
    Malformed(
      format: .zeroOne, text: "011",
      problem: "shot 0, line 1, column 4, byte 3: the file ends after 3 of the 4 characters of a line",
      remedy: cutShort),
    Malformed(
      format: .zeroOne, text: "0110\n0110", shots: 1,
      problem: "shot 1, line 2, column 5, byte 9: the last line has no newline", remedy: newline),
    Malformed(
      format: .zeroOne, text: "0110\r",
      problem: "shot 0, line 1, column 6, byte 5: the last line has no newline", remedy: newline),
    Malformed(
      format: .r8, text: "\u{1}\u{2}\u{5}", shots: 1,
      problem: "shot 1, byte 2: a run of 5 zeros at bit 0 goes past the end of the shot"),
    Malformed(
      format: .r8, text: "\u{3}\u{1}",
      problem: "shot 0, byte 1: a run of 1 zero at bit 4 goes past the end of the shot"),
    Malformed(
      format: .r8, text: "\u{1}",
      problem: "shot 0, byte 1: the file ends at bit 2 of a shot, before the byte that closes it",
      remedy: cutShort),
    Malformed(
      format: .ptb64, text: "0123456789",
      problem: "shot 0, byte 10: the file ends after 10 of the 32 bytes of a group of 64 shots",
      remedy: cutShort),
    Malformed(
      format: .hits, text: "0\n4\n", shots: 1,
      problem:
        "shot 1, line 2, column 1, byte 2: there is no bit 4 in a shot of 4 bits (3 detectors, 1 observable)",
      remedy: bitNumbers),
    Malformed(
      format: .hits, text: "0,99999999999999999999999999\n",
      problem:
        "shot 0, line 1, column 3, byte 2: there is no bit 9223372036854775807 or more in a shot of 4 bits "
        + "(3 detectors, 1 observable)",
      remedy: bitNumbers),
    Malformed(
      format: .hits, text: "0,\n",
      problem: "shot 0, line 1, column 3, byte 2: found the end of the line where a number should be",
      remedy: hits),
    Malformed(
      format: .hits, text: "0, 1\n",
      problem: "shot 0, line 1, column 3, byte 2: found a space where a number should be", remedy: hits),
    Malformed(
      format: .hits, text: "-1\n",
      problem: "shot 0, line 1, column 1, byte 0: found '-' where a number should be", remedy: hits),
    Malformed(
      format: .hits, text: "1\n1 \n", shots: 1,
      problem:
        "shot 1, line 2, column 2, byte 3: found a space where a comma or the end of the line should be",
      remedy: hits),
    Malformed(
      format: .hits, text: "1",
      problem:
        "shot 0, line 1, column 2, byte 1: found the end of the file where a comma or the end of the line "
        + "should be",
      remedy: newline),
    Malformed(
      format: .hits, text: "\r1\n",
      problem: "shot 0, line 1, column 2, byte 1: found '1' where the end of the line should be", remedy: hits
    ),
    Malformed(
      format: .dets, text: "shot D0\n\n  D1\n", shots: 1,
      problem: "shot 1, line 3, column 3, byte 11: found 'D' where the word shot should be", remedy: dets),
    Malformed(
      format: .dets, text: "sho\n",
      problem: "shot 0, line 1, column 4, byte 3: found the end of the line where the word shot should be",
      remedy: dets),
    Malformed(
      format: .dets, text: "shot  D0\n",
      problem: "shot 0, line 1, column 6, byte 5: found a space where M, D or L should be", remedy: dets),
    Malformed(
      format: .dets, text: "shot D0 \n",
      problem: "shot 0, line 1, column 9, byte 8: found the end of the line where M, D or L should be",
      remedy: dets),
    Malformed(
      format: .dets, text: "shots\n",
      problem: "shot 0, line 1, column 5, byte 4: found 's' where a space or the end of the line should be",
      remedy: dets),
    Malformed(
      format: .dets, text: "shot D",
      problem: "shot 0, line 1, column 7, byte 6: found the end of the file where a number should be",
      remedy: dets),
    Malformed(
      format: .dets, text: "shot D3\n",
      problem:
        "shot 0, line 1, column 6, byte 5: there is no D3 in a shot of 4 bits (3 detectors, 1 observable)",
      remedy: nameNumbers),
    Malformed(
      format: .dets, text: "shot L0\nshot M0\n", shots: 1,
      problem:
        "shot 1, line 2, column 6, byte 13: there is no M0 in a shot of 4 bits (3 detectors, 1 observable)",
      remedy: nameNumbers),
  ])
  func sentence(malformed: Malformed) {
    let layout = ShotLayout(detectors: 3, observables: 1)
    let source = ByteSource(bytes: Array(malformed.text.utf8), name: "shots")
    var reader = ShotReader(source, format: malformed.format, layout: layout)
    var batch = ShotBatch(layout: layout, capacity: 64)
    var sentence = ""
    var given = 0
    do throws(ShotFileError) {
      repeat {
        try reader.read(into: &batch)
        given += batch.count
      } while batch.count > 0
    } catch {
      sentence = error.description
    }
    #expect(sentence == "shots: \(malformed.problem). \(malformed.remedy)")
    #expect(given == malformed.shots)
  }

  @Test func b8CutShort() {
    let layout = ShotLayout(detectors: 9)
    let sentence = Result { try readShots([1, 0, 2], .b8, layout) }.failureText
    #expect(
      sentence
        == "shots: shot 1, byte 3: the file ends after 1 of the 2 bytes of a shot. If the file is not cut "
        + "short, check its format, whether observables are appended, and that a shot has 9 bits "
        + "(9 detectors)."
    )
  }

  /// An endless run of 255 ends at once, though the file does not.
  @Test func r8EndlessRun() {
    let sentence = Result {
      try readShots([UInt8](repeating: 255, count: 100_000), .r8, ShotLayout(detectors: 600))
    }.failureText
    #expect(sentence.hasPrefix("shots: shot 0, byte 2: a run of 255 zeros at bit 510 goes past the end"))
  }

  /// An error is told again when the reader is asked again.
  @Test func errorsStay() {
    let layout = ShotLayout(detectors: 1)
    var reader = ShotReader(
      ByteSource(bytes: Array("2\n1\n".utf8), name: "shots"), format: .zeroOne, layout: layout)
    var batch = ShotBatch(layout: layout, capacity: 8)
    for _ in 0..<2 {
      #expect(throws: ShotFileError.self) { try reader.read(into: &batch) }
    }
  }

  /// Random bytes, and characters that formats like, are either shots or an error; nothing traps or hangs.
  @Test(arguments: ShotFormat.allCases)
  func anyBytes(format: ShotFormat) {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let liked = Array("01,\n\r shotMDL0123456789".utf8)
    for _ in 0..<20_000 {
      let width = random(70)
      let observables = random(width + 1)
      let tame = random(4) > 0
      let bytes = (0..<random(60)).map { _ in tame ? liked[random(liked.count)] : UInt8(random(256)) }
      let layout = ShotLayout(detectors: width - observables, observables: observables)
      if let read = try? readShots(bytes, format, layout, batchSize: 1 + random(3)) {
        #expect(read.rows.count == read.count * layout.rowBytes)
      }
    }
  }
}

extension Result {
  /// What the error says; empty if there is none.
  fileprivate var failureText: String {
    if case .failure(let error) = self { "\(error)" } else { "" }
  }
}
