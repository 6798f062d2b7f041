import DecantHost
import Testing

/// Repeat blocks and shifts: what they expand to, and what happens when that is too much.
@Suite struct ErrorModelRepeatTests {
  /// Every error as "p targets", detectors absolute.
  static func listing(_ model: DetectorErrorModel) -> [String] {
    var lines: [String] = []
    model.forEachError { mechanism in
      let targets = mechanism.targets.map { target in
        if target.isSeparator { return "^" }
        if let observable = target.observable { return "L\(observable)" }
        return "D\(UInt64(target.detector!) + mechanism.detectorShift)"
      }
      lines.append("\(mechanism.line): \(mechanism.probability) \(targets.joined(separator: " "))")
    }
    return lines
  }

  @Test func shiftsAddUpThroughNestedBlocks() throws {
    let model = try DetectorErrorModel(
      text: """
        error(0.5) D0 L1
        shift_detectors 1
        repeat 2 {
          error(0.25) D0 ^ D1
          repeat 3 {
            shift_detectors 10
            error(0.125) D2
          }
          shift_detectors 100
        }
        error(0.0625) D0
        """)
    #expect(
      Self.listing(model) == [
        "1: 0.5 D0 L1",
        "4: 0.25 D1 ^ D2", "7: 0.125 D13", "7: 0.125 D23", "7: 0.125 D33",
        "4: 0.25 D131 ^ D132", "7: 0.125 D143", "7: 0.125 D153", "7: 0.125 D163",
        "11: 0.0625 D261",
      ])
    #expect(model.errorCount == 10)
    #expect(model.detectorCount == 262)
    #expect(model.observableCount == 2)
  }

  @Test func emptyAndUnrepeatedBlocksAreSteppedOver() throws {
    let model = try DetectorErrorModel(
      text: """
        repeat 3 {
          repeat 0 {
            error(0.5) D9
            shift_detectors 7
          }
          repeat 1152921504606846975 {
          }
          error(0.5) D0
          shift_detectors 2
        }
        """)
    #expect(Self.listing(model) == ["8: 0.5 D0", "8: 0.5 D2", "8: 0.5 D4"])
    #expect(model.detectorCount == 5)
  }

  /// In the last repetition, not after it: the shift at a block's end moves only what follows.
  @Test func countsDetectorsOfTheLastRepetition() throws {
    #expect(
      try DetectorErrorModel(text: "repeat 4 {\ndetector D1\nshift_detectors 3\n}").detectorCount == 11)
    #expect(
      try DetectorErrorModel(text: "repeat 4 {\nshift_detectors 3\ndetector D1\n}").detectorCount == 14)
    #expect(try DetectorErrorModel(text: "repeat 4 {\nshift_detectors 3\n}").detectorCount == 0)
  }

  @Test func refusesToExpandTooMuch() {
    let text = "error(0.1) D0\nrepeat 1000000000000000000 {\nerror(0.1) D0\n}"
    let error = #expect(throws: ErrorModelError.self) { try DetectorErrorModel(text: text, source: "m") }
    #expect(
      error?.description
        == "m:2: with this block, repeated 1000000000000000000 times, the model expands to more than 200000000 "
        + "instructions; repeat it fewer times, or raise the limit")
  }

  /// Blocks count as well as what is in them: a loop over nothing still takes its time.
  @Test(arguments: [
    "repeat 1000000000 {\nrepeat 1000000000 {\n}\n}",
    "repeat 1000000000 {\nrepeat 0 {\nerror(0.1) D0\n}\n}",
    "repeat 100000 {\nrepeat 100000 {\nshift_detectors 1\n}\n}",
    "repeat 1152921504606846975 {\nrepeat 1152921504606846975 {\nshift_detectors 1152921504606846975\n}\n}",
    "repeat 100000000 {\nlogical_observable L0\n}\nrepeat 100000000 {\nlogical_observable L0\n}",
  ])
  func refusesLongEmptyLoops(_ text: String) {
    #expect(throws: ErrorModelError.self) { try DetectorErrorModel(text: text) }
  }

  @Test func expansionLimitIsExact() throws {
    // One step for the block, and one for each repetition.
    let text = "repeat 99 {\nerror(0.1) D0\n}"
    #expect(
      try DetectorErrorModel(text: text, limits: ErrorModelLimits(expandedInstructions: 100)).errorCount == 99
    )
    #expect(throws: ErrorModelError.self) {
      try DetectorErrorModel(text: text, limits: ErrorModelLimits(expandedInstructions: 99))
    }
  }

  @Test func longInstructionsCountForMore() throws {
    let targets = (0..<160).map { "D\($0)" }.joined(separator: " ")
    let text = "repeat 10 {\nerror(0.1) \(targets)\n}"
    #expect(throws: ErrorModelError.self) {
      try DetectorErrorModel(text: text, limits: ErrorModelLimits(expandedInstructions: 110))
    }
    #expect(
      try DetectorErrorModel(text: text, limits: ErrorModelLimits(expandedInstructions: 111)).errorCount == 10
    )
  }

  @Test func refusesRepetitionsThatRunOutOfDetectors() {
    let text = "repeat 100000 {\nerror(0.1) D0\nshift_detectors 1000000\n}"
    let error = #expect(throws: ErrorModelError.self) { try DetectorErrorModel(text: text, source: "m") }
    #expect(
      error?.description
        == "m:1: repeating this block 100000 times reaches a detector beyond D268435454, the highest allowed")
  }

  @Test func limitsOnDetectorsAndObservablesAreExact() throws {
    let limits = ErrorModelLimits(detectors: 10, observables: 2)
    #expect(try DetectorErrorModel(text: "error(0.1) D9 L1", limits: limits).detectorCount == 10)
    #expect(throws: ErrorModelError.self) { try DetectorErrorModel(text: "error(0.1) D10", limits: limits) }
    #expect(throws: ErrorModelError.self) { try DetectorErrorModel(text: "error(0.1) L2", limits: limits) }
    let block = "{\ndetector D1\nshift_detectors 2\n}"
    #expect(try DetectorErrorModel(text: "repeat 5 \(block)", limits: limits).detectorCount == 10)
    #expect(throws: ErrorModelError.self) {
      try DetectorErrorModel(text: "repeat 6 \(block)", limits: limits)
    }
  }

  /// Deeper than any call stack.
  @Test func nestsDeeply() throws {
    let depth = 30_000
    let text =
      String(repeating: "repeat 1 {\n", count: depth) + "error(0.5) D0\n"
      + String(repeating: "}\n", count: depth)
    let model = try DetectorErrorModel(text: text)
    #expect(Self.listing(model) == ["\(depth + 1): 0.5 D0"])
    #expect(throws: ErrorModelError.self) {
      try DetectorErrorModel(text: String(repeating: "repeat 2 {\n", count: depth))
    }
  }

  @Test func visitingCanBeCutShort() throws {
    struct Enough: Error {}
    let model = try DetectorErrorModel(text: "repeat 100000000 {\nerror(0.5) D0\n}")
    var seen = 0
    #expect(throws: Enough.self) {
      try model.forEachError { (_) throws(Enough) in
        seen += 1
        if seen == 3 { throw Enough() }
      }
    }
    #expect(seen == 3)
  }
}
