/// Reads the part of Stim's circuit language that `Gate` names, line by line.
///
/// What is left out is refused with its line: feedback, products of Paulis, correlated errors, gates that no
/// memory experiment needs. An inverted measurement (`M !0`) is read as `M 0`, as detectors do not depend on
/// it; tags are skipped.
struct CircuitReader {
  private let source: String
  private var line = 0
  /// The circuit and the blocks open in it, each with its count and the line it began on.
  private var open: [(circuit: Circuit, count: Int, line: Int)] = [(Circuit(), 1, 0)]

  /// Blocks within blocks; what walks through circuits calls itself for each.
  private static let maxDepth = 32
  static let maxQubits = 1 << 20

  init(source: String) { self.source = source }

  mutating func read(_ bytes: [UInt8]) throws(CircuitError) -> Circuit {
    for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      try read(line: String(decoding: text.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self))
    }
    if open.count > 1 {
      throw CircuitError(
        source: source, line: open.last?.line,
        problem: "the block that begins here is never closed; add a '}'")
    }
    return open[0].circuit
  }

  private mutating func read(line text: String) throws(CircuitError) {
    var rest = Substring(text)
    rest.trimBlanks()
    if rest.isEmpty { return }
    if rest == "}" { return try closeBlock() }
    let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" }
    rest = rest[word.endIndex...]
    let name = word.uppercased()
    try skipTag(&rest)
    if name == "REPEAT" { return try openBlock(rest) }
    guard let gate = Gate(anyName: name) else {
      throw problem(
        "'\(Self.quoted(word.isEmpty ? rest : word))' is not among the gates that Decant reads: "
          + Gate.allCases.map(\.rawValue).joined(separator: ", "))
    }
    let arguments = try readArguments(&rest)
    var targets: [Int] = []
    for word in rest.split(whereSeparator: \.isBlank) { targets.append(try readTarget(word, of: gate)) }
    let operation = Circuit.Operation(gate: gate, arguments: arguments, targets: targets)
    if let wrong = operation.fault { throw problem(wrong) }
    open[open.count - 1].circuit.steps.append(.operation(operation))
  }

  private mutating func openBlock(_ rest: Substring) throws(CircuitError) {
    let words = rest.split(whereSeparator: \.isBlank)
    guard words.count == 2, words[1] == "{", let count = Int(words[0]), count > 0, count < 1 << 60 else {
      throw problem("a block begins with 'REPEAT 10 {', the count from 1 to 2^60")
    }
    guard open.count <= Self.maxDepth else {
      throw problem("blocks are nested deeper than \(Self.maxDepth); write some of them out")
    }
    open.append((Circuit(), count, line))
  }

  private mutating func closeBlock() throws(CircuitError) {
    guard open.count > 1, let block = open.popLast() else {
      throw problem("this '}' closes no block; remove it, or add the 'REPEAT 10 {' that it belongs to")
    }
    open[open.count - 1].circuit.steps.append(.repeatBlock(count: block.count, body: block.circuit))
  }

  private func skipTag(_ rest: inout Substring) throws(CircuitError) {
    guard rest.first == "[" else { return }
    guard let end = rest.firstIndex(of: "]") else { throw problem("the tag that begins with '[' has no ']'") }
    rest = rest[rest.index(after: end)...]
  }

  private func readArguments(_ rest: inout Substring) throws(CircuitError) -> [Double] {
    rest.trimBlanks()
    guard rest.first == "(" else { return [] }
    guard let end = rest.firstIndex(of: ")") else { throw problem("'(' has no ')' on this line") }
    let list = rest[rest.index(after: rest.startIndex)..<end]
    rest = rest[rest.index(after: end)...]
    var arguments: [Double] = []
    for var word in list.split(separator: ",", omittingEmptySubsequences: false) {
      word.trimBlanks()
      guard let number = Double(word), number.isFinite else {
        throw problem("'\(Self.quoted(word))' is not a number")
      }
      arguments.append(number)
    }
    return arguments
  }

  private func readTarget(_ word: Substring, of gate: Gate) throws(CircuitError) -> Int {
    if gate.actsOnQubits {
      let digits = gate.measures && word.first == "!" ? word.dropFirst() : word
      if let qubit = Int(digits), (0..<Self.maxQubits).contains(qubit) { return qubit }
      throw problem(
        "'\(Self.quoted(word))' is not a qubit from 0 to \(Self.maxQubits - 1); \(gate.rawValue) takes nothing else"
      )
    }
    if word.hasPrefix("rec["), word.hasSuffix("]"), let lookback = Int(word.dropFirst(4).dropLast()),
      (-1 << 40..<0).contains(lookback)
    {
      return lookback
    }
    throw problem(
      "'\(Self.quoted(word))' is not a measurement such as rec[-1]; \(gate.rawValue) takes nothing else")
  }

  private func problem(_ sentence: String) -> CircuitError {
    CircuitError(source: source, line: line, problem: sentence)
  }

  /// Printable ASCII as it is, anything else as a question mark, 40 characters at most.
  private static func quoted(_ text: Substring) -> String {
    String(text.prefix(40).map { $0.isASCII && $0 >= " " && $0 != "\u{7F}" ? $0 : "?" })
      + (text.count > 40 ? "..." : "")
  }
}

extension Character {
  fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\r" }
}

extension Substring {
  fileprivate mutating func trimBlanks() {
    self = drop { $0.isBlank }
    while last?.isBlank == true { removeLast() }
  }
}
