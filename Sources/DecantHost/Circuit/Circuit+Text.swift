/// Writing circuits in Stim's language.
extension Circuit {
  /// The circuit's text; every number reads back as the same number.
  public var text: String {
    var lines = ""
    write(to: &lines, indent: "")
    return lines
  }

  private func write(to lines: inout String, indent: String) {
    for step in steps {
      switch step {
      case .operation(let operation):
        lines += indent
        lines += operation.gate.rawValue
        if !operation.arguments.isEmpty {
          lines += "(" + operation.arguments.map(shortestDecimal).joined(separator: ", ") + ")"
        }
        for target in operation.targets { lines += target < 0 ? " rec[\(target)]" : " \(target)" }
        lines += "\n"
      case .repeatBlock(let count, let body):
        lines += "\(indent)REPEAT \(count) {\n"
        body.write(to: &lines, indent: indent + "    ")
        lines += indent + "}\n"
      }
    }
  }
}

/// The shortest decimal that reads back as this number, whole numbers without a point.
func shortestDecimal(_ number: Double) -> String {
  if number.rounded() == number, number.magnitude < 1e15 { return String(Int(number)) }
  return number.description
}
