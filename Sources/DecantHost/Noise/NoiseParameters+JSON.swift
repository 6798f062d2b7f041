import FoundationEssentials

/// Reading noise from a file of named parameters.
extension NoiseParameters {
  /// Reads one JSON object.
  ///
  /// It holds all 25 parameters; or `{"p": x}`, uniform noise; or, as older files do, `p_idle_X`, `p_idle_Y`
  /// and `p_idle_Z`, each for both kinds of waiting.
  ///
  /// - Parameter source: how errors name it, such as a path.
  /// - Throws: `NoiseError`, naming the key at fault.
  public init(json: [UInt8], source: String) throws(NoiseError) {
    var given = try Self.numbers(json, source)
    if given.count == 1, let p = given["p"] {
      guard (0...1).contains(p) else {
        throw NoiseError(
          source: source, problem: "p is \(p), which is no probability; give a number from 0 to 1")
      }
      self = try NoiseParameters(.uniform, p: p)
      return
    }
    for pauli in ["X", "Y", "Z"] {
      guard let old = given.removeValue(forKey: "p_idle_\(pauli)") else { continue }
      for new in ["p_idle_cnot_\(pauli)", "p_idle_spam_\(pauli)"] {
        guard given[new] == nil else {
          throw NoiseError(
            source: source,
            problem: "p_idle_\(pauli) stands for p_idle_cnot_\(pauli) and p_idle_spam_\(pauli), but \(new) "
              + "is given as well; remove one of them")
        }
        given[new] = old
      }
    }
    let unknown = given.keys.filter { !Self.names.contains($0) }.sorted()
    if let key = unknown.first {
      throw NoiseError(
        source: source,
        problem: "unknown key '\(key.prefix(40))'\(Self.more(unknown)); "
          + (key == "p" ? "p stands alone, without other keys" : "the keys are \(Self.keysInShort)"))
    }
    let missing = Self.names.filter { given[$0] == nil }
    if let key = missing.first {
      throw NoiseError(
        source: source,
        problem: "\(key) is missing\(Self.more(missing)); give all of \(Self.keysInShort), 0 for "
          + "what does not happen")
    }
    try self.init(values: Self.names.map { given[$0] ?? 0 }, source: source)
  }

  private static let keysInShort =
    "p_prep_{X,Z}, p_meas_{X,Z}, p_idle_cnot_{X,Y,Z}, p_idle_spam_{X,Y,Z} and p_cnot_{IX,IY,...,ZZ} (or p "
    + "alone)"

  private static func more(_ keys: [String]) -> String {
    keys.count > 1 ? " and \(keys.count - 1) more" : ""
  }

  /// A value of any kind, so that one that is no number can be named.
  private enum Value: Decodable {
    case number(Double)
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self = (try? container.decode(Double.self)).map { .number($0) } ?? .other
    }
  }

  private static func numbers(_ json: [UInt8], _ source: String) throws(NoiseError) -> [String: Double] {
    let values: [String: Value]
    do {
      values = try JSONDecoder().decode([String: Value].self, from: Data(json))
    } catch {
      throw NoiseError(
        source: source,
        problem:
          "is not a JSON object\(reason(error)); write {\"p\": 0.003}, or an object of 25 named numbers")
    }
    var numbers: [String: Double] = [:]
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      guard case .number(let number) = value else {
        throw NoiseError(source: source, problem: "\(key.prefix(40)) is not a number; give one from 0 to 1")
      }
      numbers[key] = number
    }
    return numbers
  }

  /// What the reader of JSON says of text that is none, where it says anything.
  private static func reason(_ error: any Error) -> String {
    guard case DecodingError.dataCorrupted(let context) = error, let cause = context.underlyingError else {
      return ""
    }
    let text = "\(cause)"
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return line.isEmpty ? "" : " (\(line.prefix(100)))"
  }
}
