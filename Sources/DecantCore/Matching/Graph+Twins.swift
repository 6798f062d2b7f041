/// The two ends of an edge, each found from the other.
extension Graph {
  /// The slot at the other end of the edge behind `slot` of `node`, by bisection; nil if there is none, which only an
  /// image that is still to be checked can have.
  func twin(of slot: UInt32, at node: UInt32) -> UInt32? {
    twin(of: slot, in: pattern(of: node &+ slots[slot].step))
  }

  /// The same, given the neighbourhood at the other end.
  func twin(of slot: UInt32, in other: PatternRecord) -> UInt32? {
    let here = slots[slot]
    let wanted = SlotRecord(
      step: 0 &- here.step, weight: here.weight, flipsObservables: here.flipsObservables)
    var low = other.firstSlot
    var high = other.firstSlot &+ other.degree
    while low < high {
      let middle = low &+ (high &- low) / 2
      if slots[middle].isBefore(wanted) {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    return low < other.firstSlot &+ other.degree && slots[low].step == wanted.step ? low : nil
  }
}

extension SlotRecord {
  /// Whether a pattern's slots have this one before `other`.
  @inline(__always)
  func isBefore(_ other: SlotRecord) -> Bool {
    weight < other.weight || (weight == other.weight && Self.isBelow(step, other.step))
  }

  /// Whether step `a` is before step `b`, taken as signed numbers.
  @inline(__always)
  static func isBelow(_ a: UInt32, _ b: UInt32) -> Bool {
    Int32(bitPattern: a) < Int32(bitPattern: b)
  }
}
