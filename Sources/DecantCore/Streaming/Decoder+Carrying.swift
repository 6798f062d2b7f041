/// What committed corrections still say of the rounds that come after.
///
/// An error that flips an edge of committed rounds may have flipped one of the next window too, whose graph does not know
/// the first. So the weights that committed edges imply there are kept, by the detectors of the edges that they are
/// about, and the next window's second pass lowers its own by them, as by those of its first pass.
extension Decoder {
  private var carried: Table<CarriedWeight> {
    let layout = state.pointee.layout
    return Table(UnsafeMutableRawPointer(state) + layout.carriedWeights, count: layout.carriedCount)
  }

  /// Keeps what the correction in `flips` says of the next window, which begins at `end`. Weights must be the image's again.
  ///
  /// - Parameters:
  ///   - begin: the first node whose edges' rules may reach the next window.
  ///   - known: the first node that may have edges to rounds not seen, which look like edges to the boundary.
  mutating func carry(from begin: UInt32, to end: UInt32, known: UInt32) {
    let graph = matcher.graph
    let overlay = matcher.overlay
    let correlations = correlations
    let carried = carried
    // There is room for all that rules can reach, but it is not the image that must vouch for it.
    let capacity = UInt32(truncatingIfNeeded: state.pointee.layout.carriedCount)
    var count: UInt32 = 0
    // What was carried to this window about edges that it does not commit either.
    var old: UInt32 = 0
    while old < state.pointee.stream.carriedCount {
      let edge = carried[old]
      old &+= 1
      guard edge.lower >= end, let entry = edge.entry(in: graph, overlay) else { continue }
      overlay.note(edge.weight, entry: entry)
      carried[count] = CarriedWeight(entry: entry, lower: edge.lower, upper: edge.upper)
      count &+= 1
    }
    answer(keepsFlips: true).forEachFlip(from: begin, to: end) { node, slot in
      var rules = correlations.rules(of: node, rank: graph.details[slot].rank, rowShift: overlay.rowShift)
      matcher.work &+= UInt64(rules.count)
      while rules.count != 0 {
        let rule = rules.read(correlations)
        let (entry, twin) = rules.entries(of: rule)
        let lower = entry &>> overlay.rowShift
        let upper = twin &>> overlay.rowShift
        guard lower >= end, lower != upper || lower < known else { continue }
        if overlay.changed.contains(entry) {
          overlay.weights[entry] = min(overlay.weights[entry], rule.weight)
          continue
        }
        guard count < capacity else { continue }
        overlay.note(rule.weight, entry: entry)
        carried[count] = CarriedWeight(entry: entry, lower: lower, upper: upper)
        count &+= 1
      }
    }
    var index: UInt32 = 0
    while index < count {
      let entry = carried[index].entry
      carried[index].weight = overlay.weights[entry]
      overlay.changed.remove(entry)
      carried[index].lower &-= end
      carried[index].upper &-= end
      index &+= 1
    }
    state.pointee.stream.carriedCount = count
  }

  /// Lowers weights by what the window before has left, in the second pass.
  mutating func applyCarried() {
    let carried = carried
    var index: UInt32 = 0
    // Each is looked at once here and, when it is carried on, once more.
    matcher.work &+= 2 &* UInt64(state.pointee.stream.carriedCount)
    while index < state.pointee.stream.carriedCount {
      let edge = carried[index]
      index &+= 1
      matcher.lowerEdge(edge.lower, edge.upper, to: edge.weight)
    }
  }
}

/// A weight of an edge of the window to come, by its nodes there; the same one twice if it is an edge to the boundary.
struct CarriedWeight {
  /// While edges are gathered, where the first of its nodes has it in the window that was.
  var entry: UInt32
  var lower: UInt32
  var upper: UInt32
  /// Absolute, as in a slot.
  var weight: UInt32 = 0

  /// Where its first node has it in the window that both are nodes of; nil if the edge is not there.
  @inline(__always)
  fileprivate func entry(in graph: Graph, _ overlay: Overlay) -> UInt32? {
    guard let slot = graph.findSlot(of: lower, to: upper == lower ? .none : upper) else { return nil }
    return overlay.entry(of: lower, slot &- graph.pattern(of: lower).firstSlot)
  }
}
