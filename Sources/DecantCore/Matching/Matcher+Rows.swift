/// Rows of the overlay that are completed when they are first asked for.
///
/// An event network speaks about the edges at events, and nearly all that is looked at are events. So its changes are
/// noted there alone; a node that a region reaches gets its share of them then, from the events around it.
extension Matcher {
  /// Whether any slot of `node` is changed. From then on, its row holds every change.
  @inline(__always)
  mutating func isChanged(_ node: UInt32) -> Bool {
    guard overlay.isActive else { return false }
    if overlay.isPartial && !overlay.whole.contains(node) { completeRow(of: node) }
    return overlay.isChanged(node)
  }

  @inline(never)
  private mutating func completeRow(of node: UInt32) {
    overlay.whole.insert(node)
    let around = graph.neighbourhood(of: node)
    let row = overlay.row(of: node)
    let count = min(around.degree, 64)
    var special = around.members(of: events, around: node, from: 0, count: count)
    while special != 0 {
      let position = UInt32(truncatingIfNeeded: special.trailingZeroBitCount)
      special &= special &- 1
      if row.contains(position) { continue }
      guard let twin = overlay.twin(of: around.firstSlot &+ position, at: node, graph),
        overlay.changed.contains(twin)
      else { continue }
      overlay.note(overlay.weights[twin], entry: row.first &+ position)
    }
  }
}
