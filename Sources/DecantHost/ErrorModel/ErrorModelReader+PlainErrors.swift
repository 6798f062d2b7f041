/// The shorter way for errors as Stim spells them.
extension ErrorModelReader {
  /// Reads errors, one a line, as long as they are plain ones.
  ///
  /// - Returns: false if not even the first is, which then is still to be read.
  mutating func readPlainErrors() -> Bool {
    let bytes = bytes
    let text = bytes.span.extracting(first: wholeLines)
    let first = position
    var stage = PlainError.Targets(repeating: .separator)
    while position < text.count, readPlainError(text, &stage) {}
    return position > first
  }

  @inline(__always)
  private mutating func readPlainError(_ text: Span<UInt8>, _ stage: inout PlainError.Targets) -> Bool {
    guard let error = PlainError(text, at: position, into: &stage),
      let probability = decimals.value(of: text, error.digits, orElse: decimal),
      probability >= 0, probability <= 1,
      totals.shift.addingSaturated(error.detectorEnd) <= UInt64(limits.detectors),
      error.observableEnd <= limits.observables
    else { return false }
    instructions.append(
      DetectorErrorModel.Instruction(
        kind: .error, line: UInt32(line), firstTarget: UInt32(targets.count),
        firstArgument: UInt32(arguments.count), detail: 0))
    stage.span.extracting(first: error.targetCount).withUnsafeBufferPointer { targets.append(contentsOf: $0) }
    arguments.append(probability)
    if error.detectorEnd > 0 { totals.mention(detector: error.detectorEnd - 1) }
    observableCount = max(observableCount, error.observableEnd)
    totals.errors = totals.errors.addingSaturated(1)
    totals.countInstruction(targets: error.targetCount, arguments: 1)
    position = error.end + 1
    line += 1
    return true
  }
}
