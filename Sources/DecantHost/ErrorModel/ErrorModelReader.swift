/// Reads Stim's detector error model language, byte by byte.
///
/// What is accepted is what Stim 1.16 accepts, found by trying; two things differ. A tag that is never
/// closed is refused, where Stim never returns; and limits are set on how much a model may ask for. The
/// reader's main loop is here, its instructions and its lexical parts in the files beside it.
struct ErrorModelReader {
  typealias Kind = DetectorErrorModel.InstructionKind

  let source: String
  let limits: ErrorModelLimits

  /// The lines at hand, and how many bytes there have been with them.
  private(set) var bytes: [UInt8] = []
  private var size = 0
  /// Bytes up to the last line feed, with it.
  private(set) var wholeLines = 0
  var position = 0
  var line = 1

  var instructions: [DetectorErrorModel.Instruction] = []
  var targets: [ErrorTarget] = []
  var arguments: [Double] = []
  var shifts: [UInt64] = []
  var repeats: [DetectorErrorModel.RepeatBlock] = []

  /// Of the innermost open block, or of the whole model.
  var totals = BlockTotals()
  var observableCount = 0

  struct OpenBlock {
    /// Index in `instructions`.
    var instruction: Int
    /// Of what stands around the block, up to it.
    var outerTotals: BlockTotals
  }
  var openBlocks: [OpenBlock] = []

  var decimals = RecentDecimals()

  init(source: String, limits: ErrorModelLimits) {
    self.source = source
    self.limits = limits
  }

  /// Reads the next lines of the model.
  ///
  /// - Parameter lines: whole ones, but for the model's last, which may lack its end.
  mutating func read(_ lines: [UInt8]) throws(ErrorModelError) {
    bytes = lines
    wholeLines = lines.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    position = 0
    size += lines.count
    guard size < Int(UInt32.max) else {
      throw ErrorModelError(
        source: source, line: nil, problem: "the model is 4 GiB of text or more; write it with repeat blocks")
    }
    while true {
      skipToInstruction()
      guard let byte = current else { break }
      if byte == UInt8(ascii: "}") {
        try closeBlock()
      } else if !readPlainErrors() {
        try readInstruction()
      }
    }
  }

  /// Checks that the model may end here.
  func finish() throws(ErrorModelError) {
    if let block = openBlocks.last {
      throw problem(
        "the block that begins here is never closed; add a '}'",
        line: Int(instructions[block.instruction].line))
    }
  }

  /// Goes on without what was read so far; not within a block.
  mutating func forgetInstructions() {
    instructions.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    arguments.removeAll(keepingCapacity: true)
    shifts.removeAll(keepingCapacity: true)
    repeats.removeAll(keepingCapacity: true)
  }

  mutating func openBlock(count: UInt64) {
    openBlocks.append(OpenBlock(instruction: instructions.count - 1, outerTotals: totals))
    repeats.append(DetectorErrorModel.RepeatBlock(count: count, end: 0))
    totals = BlockTotals()
  }

  private mutating func closeBlock() throws(ErrorModelError) {
    guard let block = openBlocks.popLast() else {
      throw problem("this '}' closes no block; remove it, or add the 'repeat N {' that it belongs to")
    }
    position += 1
    let instruction = instructions[block.instruction]
    let index = Int(instruction.detail)
    repeats[index].end = instructions.count
    let body = totals
    totals = block.outerTotals
    totals.append(body, repeated: repeats[index].count)
    if totals.steps > UInt64(limits.expandedInstructions) {
      throw problem(
        "with this block, repeated \(repeats[index].count) times, the model expands to more than "
          + "\(limits.expandedInstructions) instructions; repeat it fewer times, or raise the limit",
        line: Int(instruction.line))
    }
    if totals.detectorEnd > UInt64(limits.detectors) {
      throw problem(
        "repeating this block \(repeats[index].count) times reaches a detector beyond "
          + "D\(limits.detectors - 1), the highest allowed",
        line: Int(instruction.line))
    }
  }

  func problem(_ sentence: String, line: Int? = nil) -> ErrorModelError {
    ErrorModelError(source: source, line: line ?? self.line, problem: sentence)
  }
}
