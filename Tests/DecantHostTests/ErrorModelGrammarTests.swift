import DecantHost
import Testing

/// Stim 1.16 accepts exactly the first list and refuses the second; each row was tried with it.
@Suite struct ErrorModelGrammarTests {
  struct Accepted: Sendable, CustomTestStringConvertible {
    var text: String
    var detectors = 0
    var observables = 0
    var errors = 0
    var testDescription: String { String(reflecting: text) }
  }

  @Test(arguments: [
    Accepted(text: ""),
    Accepted(text: "\n\n  \t\r\n\u{0B}\u{0C}\n"),
    Accepted(text: "# nothing but a comment"),
    Accepted(text: "error(0.1) D0", detectors: 1, errors: 1),
    Accepted(text: "ERROR(0.1) d3 l2", detectors: 4, observables: 3, errors: 1),
    Accepted(text: "Error( 0.1\t) D0", detectors: 1, errors: 1),
    Accepted(text: "error(.5) D0\nerror(5.e-1) D0\nerror(+1E-3) D0", detectors: 1, errors: 3),
    Accepted(text: "error(0) D0\nerror(1) D1\nerror(-0) D2\nerror(1e-400) D3", detectors: 4, errors: 4),
    Accepted(text: "error() D0", detectors: 1, errors: 1),
    Accepted(text: "error(0.1)", errors: 1),
    Accepted(text: "error(0.1)#comment", errors: 1),
    Accepted(text: "error(0.1) D007 L00000000000000000000000000001", detectors: 8, observables: 2, errors: 1),
    Accepted(text: "error(0.1) D0 D0 L1 L1 D5", detectors: 6, observables: 2, errors: 1),
    Accepted(text: "error(0.1) D0 ^ D1 L0 ^ L1#^", detectors: 2, observables: 2, errors: 1),
    Accepted(text: "\t error(0.1)\tD0\t\tD1 \r L3 \r\n", detectors: 2, observables: 4, errors: 1),
    Accepted(text: "error[](0.1) D0", detectors: 1, errors: 1),
    Accepted(text: "error[a #[(\\n\\r\\B\\C)](0.1) D0", detectors: 1, errors: 1),
    Accepted(text: "error[\u{E9}\t](0.1) D0", detectors: 1, errors: 1),
    Accepted(text: "detector D4\ndetector(1, -2.5 ,3e2) D1\ndetector() D2\ndetector(1,) D3", detectors: 5),
    Accepted(text: "logical_observable L4\nLOGICAL_OBSERVABLE[x] L1 # no", observables: 5),
    Accepted(text: "shift_detectors 5\nshift_detectors(0,0,1) 7\nSHIFT_DETECTORS() 0"),
    Accepted(text: "shift_detectors 1152921504606846975"),
    Accepted(text: "shift_detectors 10\ndetector D3", detectors: 14),
    Accepted(text: "repeat 5 {\n}\nrepeat 5{}\nrepeat\t02\t{ # c\r\n}"),
    Accepted(text: "REPEAT[t] 5 {error(0.1) D1\n} error(0.1) D2", detectors: 3, errors: 6),
    Accepted(text: "repeat 0 {error(0.1) D7 L3\n}", observables: 4),
    Accepted(text: "repeat 1152921504606846975 {}"),
  ])
  func accepts(_ row: Accepted) throws {
    let model = try DetectorErrorModel(text: row.text)
    #expect(model.detectorCount == row.detectors)
    #expect(model.observableCount == row.observables)
    #expect(model.errorCount == row.errors)
  }

  static let hint =
    "; a detector error model has error, detector, logical_observable, shift_detectors and repeat "
    + "(if this is a circuit, run 'stim analyze_errors --decompose_errors' on it)"

  @Test(arguments: [
    ("error(1.5) D0", "m:1: error probability 1.5 is not between 0 and 1"),
    ("# c\n\nerror( -1e-3 ) D0", "m:3: error probability -1e-3 is not between 0 and 1"),
    ("error(1.0000000000000002) D0", "m:1: error probability 1.0000000000000002 is not between 0 and 1"),
    ("error D0", "m:1: error takes one argument, a probability as in error(0.01) D0 D1, but has 0"),
    ("error(0.1,) D0", "m:1: error takes one argument, a probability as in error(0.01) D0 D1, but has 2"),
    ("error (0.1) D0", "m:1: remove the space before '('"),
    ("error [a](0.1) D0", "m:1: remove the space before '['"),
    ("error(0.1)D0", "m:1: expected a space before 'D0'"),
    ("error(0.1) D0^D1", "m:1: expected a space before '^D1'"),
    ("error(0.1) D0 ^D1", "m:1: expected a space before 'D1'"),
    ("error(0.1) D1.5", "m:1: expected a space before '.5'"),
    ("error(0.1) D0\u{0B}D1", "m:1: expected a space before '\\x0B'"),
    ("error(0.1) D0\0", "m:1: expected a space before '\\x00'"),
    ("error(0.1) ^ D0", "m:1: an error cannot begin with '^', which stands between components"),
    ("error(0.1) D0 ^ # c", "m:1: an error cannot end with '^', which stands between components"),
    ("error(0.1) D0 ^ ^ D1", "m:1: two '^' with nothing between them; remove one"),
    ("error(0.1) 5", "m:1: unknown target '5'; write D0 for a detector or L0 for an observable"),
    ("error(0.1) rec[-1]", "m:1: unknown target 'rec[-1]'; write D0 for a detector or L0 for an observable"),
    ("error(0.1) D-1", "m:1: expected a whole number after 'D', not '-'"),
    ("error(0.1) D", "m:1: expected a whole number after 'D', not the end of the text"),
    ("error(0.1) L\n", "m:1: expected a whole number after 'L', not the end of the line"),
    ("error(0.1) D 1", "m:1: expected a whole number after 'D', not a space"),
    ("error(0.1) D1152921504606846976", "m:1: '1152921504606846976' is too large; numbers are below 2^60"),
    ("error(0.1) D268435455", "m:1: detector D268435455 is beyond D268435454, the highest allowed"),
    (
      "shift_detectors 268435454\nerror(0.1) D0\nerror(0.1) D1",
      "m:3: detector D1, shifted by 268435454, is beyond D268435454, the highest allowed"
    ),
    ("error(0.1) L16777215", "m:1: observable L16777215 is beyond L16777214, the highest allowed"),
    ("error(0..1) D0", "m:1: '0..1' is not a finite decimal number"),
    ("error(1e) D0", "m:1: '1e' is not a finite decimal number"),
    ("error(nan) D0", "m:1: 'nan' is not a finite decimal number"),
    ("detector(1e400) D0", "m:1: '1e400' is not a finite decimal number"),
    ("detector(1 2) D0", "m:1: expected ',' or ')' after an argument, not '2'"),
    ("detector(1\n) D0", "m:1: expected ',' or ')' after an argument, not the end of the line"),
    ("detector(1\r) D0", "m:1: expected ',' or ')' after an argument, not the end of the line"),
    ("detector(1,", "m:1: expected ',' or ')' after an argument, not the end of the text"),
    (
      "error(0.\(String(repeating: "1", count: 62))) D0",
      "m:1: '0.11111111111111111111111111111111111111...' has more than 63 characters; shorten it"
    ),
    (
      "error[a\\x](0.1) D0",
      "m:1: unknown escape '\\x' in a tag; write \\n, \\r, \\B for a backslash, or \\C for a closing bracket"
    ),
    ("error[a", "m:1: the tag that begins with '[' has no ']' on this line"),
    ("error[a\n](0.1) D0", "m:1: the tag that begins with '[' has no ']' on this line"),
    ("error[a][b](0.1) D0", "m:1: expected a space before '[b](0.1)'"),
    ("detector", "m:1: detector takes one target, such as D0, but has none"),
    ("detector D0 D1", "m:1: detector takes one target; remove 'D1'"),
    ("detector ^", "m:1: detector takes one target, such as D0, and no '^'"),
    ("detector L0", "m:1: detector takes a detector such as D0, not an observable"),
    ("logical_observable D0", "m:1: logical_observable takes an observable such as L0, not a detector"),
    ("logical_observable(1) L0", "m:1: logical_observable takes no arguments; remove '(1)'"),
    (
      "shift_detectors",
      "m:1: shift_detectors takes the number to shift by, as in shift_detectors 12, but has none"
    ),
    ("shift_detectors D5", "m:1: expected a whole number after 'shift_detectors', not 'D'"),
    ("shift_detectors 5 6", "m:1: shift_detectors takes one number; remove '6'"),
    ("repeat {\n}", "m:1: repeat takes the number of repetitions, as in repeat 12 {, but has none"),
    ("repeat 5\n{\n}", "m:1: repeat takes a '{' at the end of the same line, as in repeat 5 {"),
    ("repeat 5 6 {\n}", "m:1: repeat takes one number and then '{'; remove '6'"),
    ("repeat(1) 5 {\n}", "m:1: expected a space before '(1)'"),
    ("repeat 5 { error(0.1) D0 }", "m:1: put the '}' that closes a block on a line of its own"),
    ("repeat 5 {\nerror(0.1) D0}", "m:2: put the '}' that closes a block on a line of its own"),
    ("\nrepeat 5 {\nrepeat 6 {\n}\n\n", "m:2: the block that begins here is never closed; add a '}'"),
    (
      "repeat 5 {\n}\n}",
      "m:3: this '}' closes no block; remove it, or add the 'repeat N {' that it belongs to"
    ),
    ("error(0.1) D0 {\n}", "m:1: only repeat takes a '{'"),
    ("errors(0.1) D0", "m:1: unknown instruction 'errors'" + hint),
    ("\nH 0", "m:2: unknown instruction 'H'" + hint),
    (
      "{",
      "m:1: expected an instruction (error, detector, logical_observable, shift_detectors and repeat), not '{'"
    ),
  ])
  func refuses(_ text: String, sentence: String) {
    let error = #expect(throws: ErrorModelError.self) { try DetectorErrorModel(text: text, source: "m") }
    #expect(error?.description == sentence)
  }

  /// Files hold anything; what cannot be printed is spelt out.
  @Test func refusesBytesThatAreNotText() {
    let bytes: [UInt8] = Array("error(0.1) D0\n".utf8) + [0xFF, 0xFE, 0x41]
    let error = #expect(throws: ErrorModelError.self) { try DetectorErrorModel(bytes: bytes, source: "m") }
    #expect(
      error?.description
        == "m:2: expected an instruction (error, detector, logical_observable, shift_detectors and repeat), "
        + "not '\\xFF\\xFEA'")
  }

  /// Tags and comments are not looked into.
  @Test func acceptsAnyBytesInTagsAndComments() throws {
    let bytes: [UInt8] = Array("error[".utf8) + [0xFF, 0x00] + Array("](0.1) D0 # ".utf8) + [0xC3, 0x00]
    #expect(try DetectorErrorModel(bytes: bytes).errorCount == 1)
  }
}
