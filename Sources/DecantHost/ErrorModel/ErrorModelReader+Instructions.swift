/// One instruction after another: name, tag, arguments, targets.
extension ErrorModelReader {
  private static let names: [(kind: Kind, name: [UInt8])] = [
    (.error, Array("error".utf8)),
    (.detector, Array("detector".utf8)),
    (.shiftDetectors, Array("shift_detectors".utf8)),
    (.logicalObservable, Array("logical_observable".utf8)),
    (.repeatBlock, Array("repeat".utf8)),
  ]

  mutating func readInstruction() throws(ErrorModelError) {
    let kind = try readName()
    try skipTag()
    let instruction = DetectorErrorModel.Instruction(
      kind: kind, line: UInt32(line), firstTarget: UInt32(targets.count),
      firstArgument: UInt32(arguments.count),
      detail: UInt32(kind == .repeatBlock ? repeats.count : kind == .shiftDetectors ? shifts.count : 0))
    instructions.append(instruction)
    if kind == .repeatBlock { return try readRepeat() }

    let argumentsStart = position
    try readArguments()
    let argumentsText = argumentsStart..<position
    try expectSpace()
    switch kind {
    case .error:
      try checkProbability(arguments.count - Int(instruction.firstArgument), text: argumentsText)
      try readErrorTargets()
      totals.errors = totals.errors.addingSaturated(1)
    case .detector:
      try readOnlyTarget(of: "detector", example: "D0")
      guard targets[targets.count - 1].detector != nil else {
        throw problem("detector takes a detector such as D0, not an observable")
      }
    case .logicalObservable:
      guard arguments.count == Int(instruction.firstArgument) else {
        throw problem("logical_observable takes no arguments; remove '\(quoted(argumentsText))'")
      }
      try readOnlyTarget(of: "logical_observable", example: "L0")
      guard targets[targets.count - 1].observable != nil else {
        throw problem("logical_observable takes an observable such as L0, not a detector")
      }
    case .shiftDetectors:
      try readShift()
    case .repeatBlock:
      break
    }
    totals.countInstruction(
      targets: targets.count - Int(instruction.firstTarget),
      arguments: arguments.count - Int(instruction.firstArgument))
  }

  private mutating func readName() throws(ErrorModelError) -> Kind {
    let start = position
    while let byte = current, isNameByte(byte) { position += 1 }
    let name = start..<position
    for (kind, candidate) in Self.names where candidate.count == name.count {
      if zip(name, candidate).allSatisfy({ lowercased(bytes[$0]) == $1 }) { return kind }
    }
    let instructions = "error, detector, logical_observable, shift_detectors and repeat"
    guard !name.isEmpty else {
      throw problem("expected an instruction (\(instructions)), not '\(quoted(token(from: start)))'")
    }
    throw problem(
      "unknown instruction '\(quoted(name))'; a detector error model has \(instructions) "
        + "(if this is a circuit, run 'stim analyze_errors --decompose_errors' on it)")
  }

  private func checkProbability(_ count: Int, text: Range<Int>) throws(ErrorModelError) {
    guard count == 1 else {
      if count == 0, let bracket = nextAfterBlanks, [UInt8(ascii: "("), UInt8(ascii: "[")].contains(bracket) {
        throw problem("remove the space before '\(UnicodeScalar(bracket))'")
      }
      throw problem("error takes one argument, a probability as in error(0.01) D0 D1, but has \(count)")
    }
    // A NaN cannot get here: numbers are finite.
    let probability = arguments[arguments.count - 1]
    if probability < 0 || probability > 1 {
      let digits = trimmed(text.lowerBound + 1..<text.upperBound - 1)
      throw problem("error probability \(quoted(digits)) is not between 0 and 1")
    }
  }

  private mutating func readErrorTargets() throws(ErrorModelError) {
    let first = targets.count
    while try advanceToTarget() {
      let target = try readTarget()
      if target.isSeparator {
        guard targets.count > first else {
          throw problem("an error cannot begin with '^', which stands between components")
        }
        guard !targets[targets.count - 1].isSeparator else {
          throw problem("two '^' with nothing between them; remove one")
        }
      }
      targets.append(target)
    }
    if targets.count > first, targets[targets.count - 1].isSeparator {
      throw problem("an error cannot end with '^', which stands between components")
    }
    try expectEndOfLine()
  }

  private mutating func readOnlyTarget(of name: String, example: String) throws(ErrorModelError) {
    guard try advanceToTarget() else {
      throw problem("\(name) takes one target, such as \(example), but has none")
    }
    let target = try readTarget()
    targets.append(target)
    if target.isSeparator { throw problem("\(name) takes one target, such as \(example), and no '^'") }
    if try advanceToTarget() {
      throw problem("\(name) takes one target; remove '\(quoted(token(from: position)))'")
    }
    try expectEndOfLine()
  }

  private mutating func readShift() throws(ErrorModelError) {
    guard try advanceToTarget() else {
      throw problem("shift_detectors takes the number to shift by, as in shift_detectors 12, but has none")
    }
    let amount = try readNumber(after: "shift_detectors")
    if try advanceToTarget() {
      throw problem("shift_detectors takes one number; remove '\(quoted(token(from: position)))'")
    }
    try expectEndOfLine()
    shifts.append(amount)
    totals.shift = totals.shift.addingSaturated(amount)
  }

  private mutating func readRepeat() throws(ErrorModelError) {
    guard try advanceToTarget() else {
      throw problem("repeat takes the number of repetitions, as in repeat 12 {, but has none")
    }
    let count = try readNumber(after: "repeat")
    if try advanceToTarget() {
      throw problem("repeat takes one number and then '{'; remove '\(quoted(token(from: position)))'")
    }
    guard current == UInt8(ascii: "{") else {
      throw problem("repeat takes a '{' at the end of the same line, as in repeat \(count) {")
    }
    position += 1
    openBlock(count: count)
  }

  private func expectEndOfLine() throws(ErrorModelError) {
    if current == UInt8(ascii: "{") { throw problem("only repeat takes a '{'") }
  }
}
