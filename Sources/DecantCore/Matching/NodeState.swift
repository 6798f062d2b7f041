/// What a node's neighbours ask about it. Valid only while the node is in `Matcher.owned`.
struct NodeState {
  /// The node's depth inside its region is the radius of the top region plus this.
  var wrapped: Int64
  /// The outermost region that holds it.
  var top: UInt32
  /// The event from which it was reached.
  var event: UInt32
}

/// What is asked less often. `slot` is valid while the node is waiting, the rest while it is owned.
struct NodePlace {
  /// The innermost region that holds it: the one whose shell it is on.
  var region: UInt32
  /// The node before it on that shell, or `none`.
  var shellNext: UInt32
  /// The slot by which it was reached from another node, one of that node's; `none` for the event itself.
  var reachedBy: UInt32
  /// The slot that its next event concerns, by its position in the node's neighbourhood. Of a node in a
  /// cluster, `none` less the times that it has waited for half of an edge.
  var slot: UInt32
}
