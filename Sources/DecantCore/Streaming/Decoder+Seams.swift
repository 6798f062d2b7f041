/// Edges on seams: what committed corrections of the first layer still say of rounds that the second decides.
///
/// It is what a stream's windows carry on (see `Decoder.carry`), but that nobody knows yet which weights it will lower: a
/// window of the first layer only tells its edges, and who reads them looks up their rules.
extension Decoder {
  /// The seams of a window of the second layer, as its neighbours have left them; nil where it has none.
  struct ToldSeams {
    var before: ToldSeam?
    var after: ToldSeam?
  }

  struct ToldSeam {
    let bits: UnsafePointer<UInt8>
    /// Of the neighbour that has told it.
    let rounds: SeamRounds
  }

  /// Tells the committed edges of the correction that is kept. The seam is zero there.
  func tellEdges(_ rounds: SeamRounds, on seam: UnsafeMutablePointer<UInt8>) {
    let layout = state.pointee.layout.seam
    let graph = matcher.graph
    let answer = answer(keepsFlips: true)
    let edges = seam + layout.detectorsSize
    var position = rounds.begin
    while position < rounds.end {
      let first = rounds.firstNode(of: position)
      let bit = (position &- rounds.begin) &* layout.roundEdges &- graph.nodes[first].firstEdge
      position &+= 1
      answer.forEachFlip(from: first, to: rounds.firstNode(of: position)) { node, slot in
        guard rounds.commits(node, graph.neighbour(of: node, behind: slot)) else { return }
        edges.flip(bit &+ graph.edge(of: node, behind: slot))
      }
    }
  }

  /// Lowers weights by what neighbours have told of their edges, in the second pass.
  mutating func apply(_ seams: ToldSeams) {
    if let before = seams.before { apply(before) }
    if let after = seams.after { apply(after) }
  }

  private mutating func apply(_ seam: ToldSeam) {
    let image = state.pointee.image
    let stored = image.correlations
    let graph = matcher.graph
    let shift = matcher.overlay.rowShift
    let rounds = seam.rounds
    // Where its nodes are in this window.
    let offset = rounds.isBehind ? 0 &- rounds.committedEnd : graph.nodeCount &- rounds.committed
    var matcher = matcher
    _ = Self.forEachEdge(told: seam, image, state.pointee.layout.seam) { node, place, rank, _ in
      var rules = stored.rules(of: node, stored: place, rank: rank, rowShift: shift)
      matcher.work &+= UInt64(rules.count)
      while rules.count != 0 {
        let rule = rules.read(stored)
        let entries = rules.entries(of: rule)
        var lower = entries.lower &>> shift
        var upper = entries.upper &>> shift
        guard rounds.isBeyond(lower), rounds.isBeyond(upper),
          lower != upper || (lower >= rounds.known && lower < rounds.knownEnd)
        else { continue }
        lower &+= offset
        upper &+= offset
        guard lower < graph.nodeCount, upper < graph.nodeCount else { continue }
        matcher.lowerEdge(lower, upper, to: rule.weight)
      }
      return true
    }
    self.matcher = matcher
  }

  /// Whether a seam can have been told by the neighbour: it names edges that this commits, and just the detectors that
  /// they flip.
  static func isSound(_ seam: ToldSeam, _ image: ImageReader, _ layout: SeamLayout) -> Bool {
    guard layout.isClean(seam.bits) else { return false }
    guard layout.rounds != 0 else { return true }
    let rounds = seam.rounds
    let seamBegin = rounds.isBehind ? rounds.committedEnd : rounds.committed &- layout.detectors
    // Sets of detectors are compared by sums, for which no room is needed.
    var flipped: UInt64 = 0
    let edgesAreSound = forEachEdge(told: seam, image, layout) { node, _, _, upper in
      guard rounds.commits(node, upper) else { return false }
      if rounds.isBeyond(node) { flipped ^= mark(node &- seamBegin) }
      if upper != node && rounds.isBeyond(upper) { flipped ^= mark(upper &- seamBegin) }
      return true
    }
    guard edgesAreSound else { return false }
    var byte = 0
    while byte < layout.detectorsSize {
      var bits = seam.bits[byte]
      while bits != 0 {
        flipped ^= mark(
          UInt32(truncatingIfNeeded: byte) &* 8 &+ UInt32(truncatingIfNeeded: bits.trailingZeroBitCount))
        bits &= bits &- 1
      }
      byte &+= 1
    }
    return flipped == 0
  }

  /// A number for a detector that no few others' make together (the finaliser of SplitMix64).
  private static func mark(_ detector: UInt32) -> UInt64 {
    var z = (UInt64(detector) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ z &>> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z &>> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z &>> 31
  }

  /// Calls `body` with each edge that is told, until it returns false: with its lower node in the neighbour's window, where
  /// that node's records are, the edge's rank there, and its other node. Returns false at an edge that is not there, too.
  @inline(__always)
  private static func forEachEdge(
    told seam: ToldSeam, _ image: ImageReader, _ layout: SeamLayout,
    _ body: (UInt32, UInt32, UInt32, UInt32) -> Bool
  ) -> Bool {
    let graph = image.graph
    let rounds = seam.rounds
    let bytes = seam.bits + layout.detectorsSize
    // The round whose edges are being read: the first behind it, and its nodes.
    var roundEnd: UInt32 = 0
    var position = rounds.begin
    var layer = LayerRecord(firstNode: 0, nodeCount: 0, edgeCount: 0)
    var node: UInt32 = 0
    var byte = 0
    while byte < layout.edgesSize {
      var bits = bytes[byte]
      while bits != 0 {
        let bit =
          UInt32(truncatingIfNeeded: byte) &* 8 &+ UInt32(truncatingIfNeeded: bits.trailingZeroBitCount)
        bits &= bits &- 1
        while bit >= roundEnd {
          guard position < rounds.end else { return false }
          layer = image.layers.layer(rounds.kind, rounds: rounds.rounds, at: position, image.stream)
          node = 0
          position &+= 1
          roundEnd &+= layout.roundEdges
        }
        let edge = bit &- (roundEnd &- layout.roundEdges)
        guard edge < layer.edgeCount else { return false }
        while node &+ 1 < layer.nodeCount && graph.nodes[layer.firstNode &+ node &+ 1].firstEdge <= edge {
          node &+= 1
        }
        let place = layer.firstNode &+ node
        let pattern = graph.pattern(of: place)
        let rank = edge &- graph.nodes[place].firstEdge
        let slot = pattern.firstSlot &+ graph.ownSlots[pattern.firstOwn &+ rank]
        let here = rounds.firstNode(of: position &- 1) &+ node
        guard body(here, place, rank, here &+ graph.slots[slot].step) else { return false }
      }
      byte &+= 1
    }
    return true
  }
}
