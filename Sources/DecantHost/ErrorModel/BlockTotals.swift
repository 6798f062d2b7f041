/// What a block of instructions amounts to, told without playing it out.
///
/// Kept while reading, one for each open block, so that a block whose repetitions would pass a limit is
/// refused at its line. All numbers stop at the largest instead of overflowing.
struct BlockTotals {
  /// By how much it shifts what follows it.
  var shift: UInt64 = 0
  /// One more than the highest detector it mentions, counted from its start; 0 if it mentions none.
  var detectorEnd: UInt64 = 0
  var errors: UInt64 = 0
  /// Steps that visiting it takes, in the unit of `ErrorModelLimits.expandedInstructions`.
  var steps: UInt64 = 0

  mutating func mention(detector: UInt64) {
    detectorEnd = max(detectorEnd, shift.addingSaturated(detector).addingSaturated(1))
  }

  mutating func countInstruction(targets: Int, arguments: Int) {
    steps = steps.addingSaturated(UInt64(1 + (targets + arguments) / 16))
  }

  /// Adds `count` repetitions of a block that follows what this holds so far.
  mutating func append(_ body: BlockTotals, repeated count: UInt64) {
    steps = steps.addingSaturated(1).addingSaturated(body.steps.multipliedSaturated(by: count))
    guard count > 0 else { return }
    if body.detectorEnd > 0 {
      let lastStart = shift.addingSaturated(body.shift.multipliedSaturated(by: count - 1))
      detectorEnd = max(detectorEnd, lastStart.addingSaturated(body.detectorEnd))
    }
    shift = shift.addingSaturated(body.shift.multipliedSaturated(by: count))
    errors = errors.addingSaturated(body.errors.multipliedSaturated(by: count))
  }
}
