/// Writing models in Stim's language.
extension DetectorErrorModel {
  /// The model's text, an instruction a line, as `init(text:)` reads it; numbers read back as the same numbers.
  public var text: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(32 * instructions.count)
    var ends: [Int] = []
    for (index, instruction) in instructions.enumerated() {
      while let end = ends.last, end == index {
        ends.removeLast()
        text.append(contentsOf: Self.indent(ends.count) + "}\n".utf8)
      }
      text.append(contentsOf: Self.indent(ends.count))
      text.append(contentsOf: Self.name(instruction.kind).utf8)
      let arguments = arguments(of: index)
      if !arguments.isEmpty {
        text.append(contentsOf: "(\(arguments.map(shortestDecimal).joined(separator: ", ")))".utf8)
      }
      for target in targets(of: index) { text.append(contentsOf: Self.word(target).utf8) }
      switch instruction.kind {
      case .shiftDetectors: text.append(contentsOf: " \(shifts[Int(instruction.detail)])".utf8)
      case .repeatBlock:
        let block = repeats[Int(instruction.detail)]
        text.append(contentsOf: " \(block.count) {".utf8)
        ends.append(block.end)
      default: break
      }
      text.append(UInt8(ascii: "\n"))
    }
    for depth in ends.indices.reversed() { text.append(contentsOf: Self.indent(depth) + "}\n".utf8) }
    return text
  }

  private static func indent(_ depth: Int) -> [UInt8] {
    Array(repeating: UInt8(ascii: " "), count: 4 * depth)
  }

  private static func name(_ kind: InstructionKind) -> String {
    switch kind {
    case .error: "error"
    case .detector: "detector"
    case .logicalObservable: "logical_observable"
    case .shiftDetectors: "shift_detectors"
    case .repeatBlock: "repeat"
    }
  }

  private static func word(_ target: ErrorTarget) -> String {
    if let detector = target.detector { return " D\(detector)" }
    if let observable = target.observable { return " L\(observable)" }
    return " ^"
  }
}
