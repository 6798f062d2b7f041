/// A detector error model: which errors may happen, how likely each is, and which detectors and observables
/// it flips.
///
/// The language is Stim's (`error`, `detector`, `logical_observable`, `shift_detectors`, `repeat`). Repeat
/// blocks are kept as written and expanded only while they are visited, so that a model takes memory in
/// proportion to its text. Tags are checked and then forgotten: they say nothing about decoding.
public struct DetectorErrorModel: Sendable {
  /// What the model was read from, as its errors name it.
  public let source: String
  /// Detectors: one more than the highest that an error or a declaration mentions, as Stim counts them.
  public let detectorCount: Int
  /// Observables: one more than the highest that an error or a declaration mentions, as Stim counts them.
  public let observableCount: Int
  /// Errors, those in repeat blocks counted once for every repetition.
  public let errorCount: Int

  /// Instructions in the order of the text; the body of a repeat block follows its instruction.
  let instructions: [Instruction]
  let targets: [ErrorTarget]
  let arguments: [Double]
  let shifts: [UInt64]
  let repeats: [RepeatBlock]

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - bytes: text in Stim's language; comments and tags may hold any bytes.
  ///   - source: how errors name it, such as a path.
  ///   - limits: beyond which the model is refused.
  /// - Throws: `ErrorModelError`, naming the line.
  public init(bytes: [UInt8], source: String = "model", limits: ErrorModelLimits = ErrorModelLimits())
    throws(ErrorModelError)
  {
    var reader = ErrorModelReader(source: source, limits: limits)
    try reader.read(bytes)
    try reader.finish()
    self.init(of: reader)
  }

  /// What a reader has read and not forgotten; its counts are those of all that it has read.
  init(of reader: ErrorModelReader) {
    source = reader.source
    detectorCount = Int(reader.totals.detectorEnd)
    observableCount = reader.observableCount
    errorCount = Int(clamping: reader.totals.errors)
    instructions = reader.instructions
    targets = reader.targets
    arguments = reader.arguments
    shifts = reader.shifts
    repeats = reader.repeats
  }

  /// Reads a model from a string. Parameters and errors as `init(bytes:source:limits:)`.
  public init(text: String, source: String = "model", limits: ErrorModelLimits = ErrorModelLimits())
    throws(ErrorModelError)
  {
    try self.init(bytes: Array(text.utf8), source: source, limits: limits)
  }

  /// Takes a model that was made, without repeat blocks and shifts.
  init(
    source: String, detectorCount: Int, observableCount: Int, errorCount: Int, _ builder: ErrorModelBuilder
  ) {
    self.source = source
    self.detectorCount = detectorCount
    self.observableCount = observableCount
    self.errorCount = errorCount
    instructions = builder.instructions
    targets = builder.targets
    arguments = builder.arguments
    shifts = []
    repeats = []
  }
}

extension DetectorErrorModel {
  enum InstructionKind: UInt8, Sendable {
    case error, detector, logicalObservable, shiftDetectors, repeatBlock
  }

  /// One instruction as written. Its targets and arguments end where the next instruction's begin.
  struct Instruction: Sendable {
    var kind: InstructionKind
    var line: UInt32
    var firstTarget: UInt32
    var firstArgument: UInt32
    /// Index in `shifts` or `repeats` for the kinds that have an entry there.
    var detail: UInt32
  }

  struct RepeatBlock: Sendable {
    var count: UInt64
    /// The instruction after the body's last.
    var end: Int
  }

  func targets(of index: Int) -> ArraySlice<ErrorTarget> {
    let end = index + 1 < instructions.count ? Int(instructions[index + 1].firstTarget) : targets.count
    return targets[Int(instructions[index].firstTarget)..<end]
  }

  func arguments(of index: Int) -> ArraySlice<Double> {
    let end = index + 1 < instructions.count ? Int(instructions[index + 1].firstArgument) : arguments.count
    return arguments[Int(instructions[index].firstArgument)..<end]
  }
}
