/// The instructions of a model in the order in which they take effect, repeat blocks played out.
///
/// Walks the instruction list with a stack of open blocks rather than by recursion: text may nest blocks
/// deeper than any call stack.
struct ExpandedInstructions: IteratorProtocol {
  private struct OpenBlock {
    var body: Int
    var end: Int
    var repetitionsLeft: UInt64
  }

  private let model: DetectorErrorModel
  private var open: [OpenBlock] = []
  private var position = 0
  private var end: Int

  init(_ model: DetectorErrorModel) {
    self.model = model
    end = model.instructions.count
  }

  /// The index of the next instruction that is not itself a repeat block.
  mutating func next() -> Int? {
    while true {
      if position == end {
        guard !open.isEmpty else { return nil }
        closeRepetition()
        continue
      }
      let index = position
      position += 1
      let instruction = model.instructions[index]
      guard instruction.kind == .repeatBlock else { return index }
      let block = model.repeats[Int(instruction.detail)]
      if block.count == 0 || block.end == position {
        position = block.end
      } else {
        open.append(OpenBlock(body: position, end: end, repetitionsLeft: block.count))
        end = block.end
      }
    }
  }

  /// Goes back to the start of the innermost block, or past it after its last repetition.
  private mutating func closeRepetition() {
    let last = open.count - 1
    open[last].repetitionsLeft -= 1
    if open[last].repetitionsLeft > 0 {
      position = open[last].body
    } else {
      end = open.removeLast().end
    }
  }
}
