/// The graph of a window, put together from the image's layers.
///
/// Only the numbers that belong to a node are written, once for as long as windows have the same shape: a stream's
/// windows all have, but for its first and last. Neighbourhoods stay in the image, shared.
extension Decoder {
  /// The graph that `assemble` has left in the workspace.
  @inline(never)
  static func windowGraph(_ state: UnsafeMutablePointer<DecoderState>) -> Graph {
    let base = UnsafeMutableRawPointer(state)
    let layout = state.pointee.layout
    let stored = state.pointee.image.graph
    let window = state.pointee.stream.window
    return Graph(
      nodes: Table(base + layout.windowNodes, count: layout.nodeCount &+ 1), patterns: stored.patterns,
      slots: stored.slots, details: stored.details, ownSlots: stored.ownSlots,
      escapes: Table(base + layout.windowEscapes, count: layout.nodeCount), nodeCount: window.nodes,
      edgeCount: window.edges)
  }

  /// Writes the tables of a window, whose shape must exist, unless they are there. Returns whether they were.
  @discardableResult
  static func assemble(
    _ state: UnsafeMutablePointer<DecoderState>, _ kind: WindowKind, rounds: UInt32
  ) -> Bool {
    let shown = state.pointee.stream.window
    guard shown.rounds != rounds || shown.kind.number != kind.number else { return true }
    let base = UnsafeMutableRawPointer(state)
    let layout = state.pointee.layout
    let image = state.pointee.image
    let stored = image.graph
    let storedGroups = image.correlations.groups
    let nodes = Table<NodeRecord>(base + layout.windowNodes, count: layout.nodeCount &+ 1)
    let escapes = Table<EscapeRecord>(base + layout.windowEscapes, count: layout.nodeCount)
    let groups = Table<UInt32>(
      base + layout.windowRuleGroups, count: layout.windowRuleGroups == 0 ? 0 : layout.nodeCount)
    let storedAhead = image.aheadSlots
    let ahead = Table<UInt32>(
      base + layout.windowAheadSlots, count: layout.windowAheadSlots == 0 ? 0 : layout.nodeCount)
    let storedPlaces = image.networkPlaces
    let places = Table<NetworkPlace>(
      base + layout.windowPlaces, count: layout.windowPlaces == 0 ? 0 : layout.nodeCount)
    let boardRounds = image.windowNetwork(rounds: state.pointee.configuration.windowRounds).boardRounds
    var node: UInt32 = 0
    var edges: UInt32 = 0
    var position: UInt32 = 0
    while position < rounds {
      let layer = image.layers.layer(kind, rounds: rounds, at: position, image.stream)
      var index = layer.firstNode
      while index < layer.firstNode &+ layer.nodeCount {
        let record = stored.nodes[index]
        nodes[node] = NodeRecord(pattern: record.pattern, firstEdge: edges &+ record.firstEdge)
        escapes[node] = stored.escapes[index]
        if layout.windowRuleGroups != 0 { groups[node] = storedGroups[index] }
        if layout.windowAheadSlots != 0 { ahead[node] = storedAhead[index] }
        if layout.windowPlaces != 0 {
          places[node] = storedPlaces[index].placed(
            atRound: position, image.network.boardRounds, on: boardRounds)
        }
        index &+= 1
        node &+= 1
      }
      edges &+= layer.edgeCount
      position &+= 1
    }
    nodes[node] = NodeRecord(pattern: .none, firstEdge: edges)
    state.pointee.stream.window = StreamState.Window(kind: kind, rounds: rounds, nodes: node, edges: edges)
    return false
  }
}
