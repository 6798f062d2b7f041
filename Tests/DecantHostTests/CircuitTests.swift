import DecantHost
import Testing

/// Circuits as text, and their error models. That these equal Stim's is Tests/python's matter.
@Suite struct CircuitTests {
  static func read(_ text: String) throws -> Circuit {
    try Circuit(bytes: Array(text.utf8), source: "c.stim")
  }

  static func model(_ text: String) throws -> String {
    String(decoding: try DetectorErrorModel(try read(text), source: "c.stim").text, as: UTF8.self)
  }

  @Test func readsWhatItWrites() throws {
    for task in StimMemory.Task.allCases {
      let circuit = try StimMemory(task, distance: 3, rounds: 4, noise: .init(p: 0.003)).circuit()
      #expect(try Self.read(circuit.text) == circuit)
    }
    let text = """
      R 0 1
      PAULI_CHANNEL_1(0.1, 0, 1e-05) 0
      REPEAT 3 {
          CX 0 1
          REPEAT 2 {
              MR(0.125) 1
              SHIFT_COORDS(0, 0.5)
          }
      }
      DETECTOR(1, 2) rec[-1] rec[-2]
      OBSERVABLE_INCLUDE(2) rec[-1]

      """
    #expect(try Self.read(text).text == text)
  }

  @Test func readsFreely() throws {
    let text = "# a\n\n  cnot[tag] 0 1 # b\r\n\tM !0\t!1\nrz 4"
    #expect(try Self.read(text).text == "CX 0 1\nM 0 1\nR 4\n")
  }

  @Test func totals() throws {
    let totals = try Self.read("REPEAT 1000000000000 {\nREPEAT 100000000 {\nM 7\n}\n}\nDETECTOR").totals
    #expect(totals.qubits == 8)
    #expect(totals.measurements == .max)
    #expect(totals.detectors == 1)
  }

  @Test func errorModels() throws {
    #expect(
      try Self.model("R 0\nX_ERROR(0.25) 0\nM 0\nDETECTOR(3) rec[-1]") == "error(0.25) D0\ndetector(3) D0\n")
    #expect(
      try Self.model("R 0 1\nM(0.25) 0 1\nDETECTOR rec[-1]\nDETECTOR\nOBSERVABLE_INCLUDE(1) rec[-2]")
        == "error(0.25) D0\nerror(0.25) L1\ndetector D1\n")
    #expect(
      try Self.model(
        "SHIFT_COORDS(1)\nR 0\nREPEAT 2 {\nDEPOLARIZE1(0.03) 0\nMR 0\nDETECTOR(1, 2) rec[-1]\nSHIFT_COORDS(1)\n}"
      ).suffix(36) == "detector(2, 2) D0\ndetector(3, 2) D1\n")
  }

  @Test(arguments: [
    ("R 0\nH 0\nM 0\nDETECTOR rec[-1]", "c.stim: D0 would be random without any noise, because of a reset *"),
    (
      "MX 3\nOBSERVABLE_INCLUDE(0) rec[-1]",
      "c.stim: L0 would be random without any noise, because of the start, *"
    ),
    (
      "RX 0\nM 0\nDETECTOR rec[-1]",
      "c.stim: D0 would be random without any noise, because of a reset in the X *"
    ),
    ("M 0\nDETECTOR rec[-2]", "c.stim: D0 takes rec[-2], but only 1 measurements come before it"),
    ("REPEAT 1000000000 {\n}\nREPEAT 1000000000000000 {\n}", "c.stim: the circuit has more than 200000000 *"),
    (
      "R 0 1 2\nX_ERROR(0.1) 0\nCX 0 1 0 2\nM 0 1 2\nDETECTOR rec[-1]\nDETECTOR rec[-2]\nDETECTOR rec[-3]",
      "c.stim: an error flips D0 D1 D2 together, and the circuit's other errors give no edges *"
    ),
  ])
  func refusesToAnalyse(_ text: String, sentence: String) {
    let error = #expect(throws: CircuitError.self) { try Self.model(text) }
    #expect(
      error?.description.hasPrefix(sentence.dropLast(sentence.hasSuffix("*") ? 1 : 0)) == true, "\(error!)")
  }

  @Test(arguments: [
    ("R 0\nMPP X0*X1", "c.stim:2: 'MPP' is not among the gates that Decant reads: RX, *"),
    ("CX rec[-1] 0", "c.stim:1: 'rec[-1]' is not a qubit from 0 to 1048575; CX takes nothing else"),
    ("CX 0 1 2", "c.stim:1: CX takes its targets two by two; this is an odd number"),
    ("CZ 5 5", "c.stim:1: CZ is given qubit 5 twice in a pair; give two different ones"),
    ("X_ERROR(1.5) 0", "c.stim:1: probability 1.5 of X_ERROR is not between 0 and 1"),
    ("DEPOLARIZE1(0.8) 0", "c.stim:1: probability 0.8 of DEPOLARIZE1 is not between 0 and 0.75"),
    (
      "PAULI_CHANNEL_1(0.5, 0.5, 0.5) 0",
      "c.stim:1: the probabilities of PAULI_CHANNEL_1 exclude each other, *"
    ),
    ("PAULI_CHANNEL_1(0.5) 0", "c.stim:1: PAULI_CHANNEL_1 takes 3 arguments, not 1"),
    ("X_ERROR(nan) 0", "c.stim:1: 'nan' is not a number"),
    ("DETECTOR 0", "c.stim:1: '0' is not a measurement such as rec[-1]; DETECTOR takes nothing else"),
    ("DETECTOR rec[1]", "c.stim:1: 'rec[1]' is not a measurement such as rec[-1]; *"),
    (
      "OBSERVABLE_INCLUDE rec[-1]", "c.stim:1: OBSERVABLE_INCLUDE takes one argument, the observable's number"
    ),
    ("REPEAT 0 {", "c.stim:1: a block begins with 'REPEAT 10 {', the count from 1 to 2^60"),
    ("REPEAT 2 {\nR 0", "c.stim:1: the block that begins here is never closed; add a '}'"),
    ("}", "c.stim:1: this '}' closes no block; *"),
    ("\u{DF}(1) 0", "c.stim:1: '?(1) 0' is not among the gates *"),
  ])
  func refusesToRead(_ text: String, sentence: String) {
    let error = #expect(throws: CircuitError.self) { try Self.read(text) }
    #expect(
      error?.description.hasPrefix(sentence.dropLast(sentence.hasSuffix("*") ? 1 : 0)) == true, "\(error!)")
  }

  /// Nothing traps, whatever the text.
  @Test func damagedTextNeverTraps() throws {
    let seed = try StimMemory(.repetition, distance: 3, rounds: 3, noise: .init(p: 0.01)).circuit().text
    var random = SplitMix64(state: 3)
    let pieces = [
      "{", "}", "REPEAT 3 {\n", "rec[-1]", "-", "9", "(", ")", "\n", " ", "H 0\n", "MY", "1e9", ",",
    ]
    for _ in 0..<2000 {
      var bytes = Array(seed.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let start = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, start + Int.random(in: 0...3, using: &random))
        let anyByte = UInt8.random(in: 0...255, using: &random)
        let piece =
          Int.random(in: 0..<4, using: &random) == 0
          ? [anyByte] : Array(pieces.randomElement(using: &random)!.utf8)
        bytes.replaceSubrange(start..<end, with: piece)
      }
      do {
        let circuit = try Circuit(bytes: bytes, source: "fuzz")
        let limits = ErrorModelLimits(detectors: 1000, observables: 1000, expandedInstructions: 10_000)
        let model = try DetectorErrorModel(circuit, source: "fuzz", limits: limits)
        let again = try DetectorErrorModel(bytes: model.text)
        #expect(again.text == model.text)
      } catch let error as CircuitError {
        #expect(error.description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
      }
    }
  }
}
