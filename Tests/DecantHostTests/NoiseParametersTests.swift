import Testing

@testable import DecantHost

/// The 25 parameters: presets, files, and what is wrong with them.
@Suite struct NoiseParametersTests {
  static func read(_ json: String) throws -> NoiseParameters {
    try NoiseParameters(json: Array(json.utf8), source: "noise.json")
  }

  /// All 25 parameters as JSON, some replaced; nil removes one.
  static func json(_ changes: [String: String?] = [:]) -> String {
    var members = Dictionary(uniqueKeysWithValues: NoiseParameters.names.map { ($0, "0.001") })
    for (key, value) in changes { members[key] = value }
    return "{" + members.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ") + "}"
  }

  @Test func namesAreInOrder() {
    #expect(NoiseParameters.names.count == 25)
    #expect(NoiseParameters.names[4] == "p_idle_cnot_X")
    #expect(NoiseParameters.names[10] == "p_cnot_IX")
    #expect(NoiseParameters.names[13] == "p_cnot_XI")
    #expect(NoiseParameters.names[24] == "p_cnot_ZZ")
  }

  /// Hashes that the published program keeps with its data.
  @Test func fingerprints() throws {
    #expect(try NoiseParameters(.uniform, p: 0.003).fingerprint.hasPrefix("94753bfb8ff8"))
    #expect(try NoiseParameters(.uniform, p: 0.006).fingerprint.hasPrefix("6c87e174f260"))
  }

  /// The standard's own examples, and lengths about the end of a block.
  @Test func sha256() {
    func hash(_ text: String) -> String { SHA256.hexadecimal(Array(text.utf8)) }
    #expect(hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      hash(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func presets() throws {
    let uniform = try NoiseParameters(.uniform, p: 0.006)
    #expect(uniform.preparation(.x) == .flip(.z, 0.004))
    #expect(uniform.measurement(.z) == .flip(.x, 0.004))
    #expect(abs(uniform.values[7] - 0.003984) < 1e-15)
    #expect(abs(uniform.values[10] - 0.0004) < 1e-15)
    let si1000 = try NoiseParameters(.si1000, p: 0.003)
    #expect(si1000.preparation(.z) == .flip(.x, 0.006))
    #expect(si1000.measurement(.x) == .flip(.z, 0.015))
    #expect(abs(si1000.values[4] - 0.0001) < 1e-15)
    #expect(abs(si1000.values[7] - (0.004 - 4 * 0.002 * 0.002)) < 1e-15)
  }

  @Test func readsFiles() throws {
    #expect(try Self.read("{\"p\": 0.003}") == NoiseParameters(.uniform, p: 0.003))
    let read = try Self.read(Self.json(["p_cnot_XZ": "0.25", "p_meas_Z": "1e-2", "p_prep_X": "0"]))
    #expect(read.values[16] == 0.25)
    #expect(read.values[3] == 0.01)
    #expect(read.preparation(.x).isSilent)
    let idle = NoiseParameters.names.filter { $0.hasPrefix("p_idle") }
    var old = Dictionary(uniqueKeysWithValues: idle.map { ($0, String?.none) })
    for (pauli, value) in [("X", "0.1"), ("Y", "0.2"), ("Z", "0.3")] { old["p_idle_\(pauli)"] = value }
    #expect(try Self.read(Self.json(old)).values[4..<10] == [0.1, 0.2, 0.3, 0.1, 0.2, 0.3])
  }

  @Test(arguments: [
    (json(["p_meas_X": "1.5"]), "p_meas_X is 1.5, which is no probability; give a number from 0 to 1"),
    (json(["p_meas_X": "-0.1"]), "p_meas_X is -0.1, which is no probability; give a number from 0 to 1"),
    (json(["p_cnot_IX": "\"1\""]), "p_cnot_IX is not a number; give one from 0 to 1"),
    (json(["p_cnot_IX": "true"]), "p_cnot_IX is not a number; give one from 0 to 1"),
    (
      json(["p_idle_spam_X": "0.5", "p_idle_spam_Z": "0.75"]),
      "p_idle_spam_* sum to 1.251, but exclude each other, so that they cannot sum to more than 1; lower them"
    ),
    (
      json(["p_cnot_XY": String?.none, "p_cnot_XZ": String?.none]),
      "p_cnot_XY is missing and 1 more; give all of *"
    ),
    (json(["p_cnot_AB": "0"]), "unknown key 'p_cnot_AB'; the keys are p_prep_{X,Z}, *"),
    (json(["p": "0.1"]), "unknown key 'p'; p stands alone, without other keys"),
    (
      json(["p_idle_Y": "0"]),
      "p_idle_Y stands for p_idle_cnot_Y and p_idle_spam_Y, but p_idle_cnot_Y is given as well; remove one of them"
    ),
    ("{\"p\": 2}", "p is 2.0, which is no probability; give a number from 0 to 1"),
    ("[0.003]", "is not a JSON object; write {\"p\": 0.003}, or an object of 25 named numbers"),
    ("{\"p\": 0.003", "is not a JSON object*"),
    ("", "is not a JSON object*"),
    ("{}", "p_prep_X is missing and 24 more; *"),
  ])
  func refuses(_ json: String, sentence: String) {
    let error = #expect(throws: NoiseError.self) { try Self.read(json) }
    let expected = "noise.json: " + (sentence.hasSuffix("*") ? String(sentence.dropLast()) : sentence)
    let found = error?.description ?? ""
    #expect(sentence.hasSuffix("*") ? found.hasPrefix(expected) : found == expected, "\(found)")
  }

  @Test func refusesRates() {
    #expect(throws: NoiseError.self) { try NoiseParameters(.uniform, p: 1.1) }
    #expect(throws: NoiseError.self) { try NoiseParameters(.uniform, p: .nan) }
    let error = #expect(throws: NoiseError.self) { try NoiseParameters(.si1000, p: 0.3) }
    #expect(
      error?.description
        == "si1000 noise of 0.3: p_meas_X is 1.5, which is no probability; give a number from 0 to 1")
  }

  @Test func independentErrors() throws {
    // Of a third each, all are as likely; X alone stays as it is; X and Z without Y cannot be independent.
    let even = try #require(IndependentErrors.channel1(x: 0.01, y: 0.01, z: 0.01))
    #expect(abs(even.x - IndependentErrors.depolarizing1(0.03)) < 1e-15)
    let alone = try #require(IndependentErrors.channel1(x: 0.9, y: 0, z: 0))
    #expect(abs(alone.x - 0.9) < 1e-15 && alone.y == 0 && alone.z == 0)
    #expect(IndependentErrors.channel1(x: 0.1, y: 0.002, z: 0.03) == nil)
  }
}
