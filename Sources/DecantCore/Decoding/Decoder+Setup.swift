import CDecant

/// Making a decoder in a workspace.
extension Decoder {
  /// Initialises the workspace at `memory`, which has `layout.size` bytes.
  @_optimize(size)
  static func setUp(
    _ memory: UnsafeMutableRawPointer, image: ImageReader, layout: WorkspaceLayout,
    _ configuration: Configuration
  ) {
    (memory.assumingMemoryBound(to: UInt8.self)).update(repeating: 0, count: layout.size)
    let state = memory.assumingMemoryBound(to: DecoderState.self)
    state.initialize(
      to: DecoderState(
        magic: DecoderState.magic, image: image, layout: layout, configuration: configuration,
        reweighting: Reweighting(), totals: Totals()))
    if image.isStream { state.pointee.stream.hasIdleDetectors = image.hasIdleDetectors }
    if state.pointee.slides {
      // That of most windows: whoever takes over in the middle of an experiment finds it written.
      assemble(
        state, WindowKind(past: .committed, future: .open),
        rounds: configuration.commitRounds &+ configuration.bufferRounds)
    }
    let decoder = Decoder(state)
    if layout.endCount != 0 { decoder.noteEnds() }
    guard layout.baseEvents != 0 else { return }
    let baseEvents = BitSet(
      words: Table(memory + layout.baseEvents, count: BitSet.wordCount(layout.nodeCount)))
    let answer = Answer(
      graph: decoder.matcher.graph, sets: image.sets, overlay: decoder.matcher.overlay,
      frame: Table(memory + layout.baseFrame, count: layout.frameSize), flips: decoder.flips,
      keepsFlips: true)
    decoder.flipNegativeEdges()
    answer.forEachFlip { node, slot in
      baseEvents.flip(node)
      let neighbour = answer.graph.neighbour(of: node, behind: slot)
      if neighbour != node { baseEvents.flip(neighbour) }
      if answer.graph.slots[slot].flipsObservables { answer.flipObservables(slot) }
    }
  }

  /// A bound on the work of any shot of `image`, in units of one look at a node or one step along a list.
  ///
  /// A matching of n <= N events ends after at most n augmentations. Between two of them a tree takes in each
  /// region, and each region is enclosed or falls apart, at most once: fewer than 4N things happen to regions,
  /// each passing over at most every node and region. Between two of those a node is reached or given up at
  /// most once each, and is looked at once more for every such change next to it: 2 (N + S) looks for S slots.
  /// So 4N * N * (2 (N + S) + 4N) covers flooding, and the rest is of lower order. It saturates.
  ///
  /// With a limit: the warm start looks at each event 18 times at most; the step that crosses the limit passes
  /// over nodes and regions a few times; and each event's way out is followed once, twice if the matching was
  /// complete but a path could not be searched for any more. Of correlations, each rule is read once at most; each
  /// of the S changed slots makes for six looks and moved nodes at most, besides the nodes that are given up.
  static func worstCaseWork(_ image: ImageReader, _ configuration: Configuration) -> UInt64 {
    if configuration.isUnionFind { return worstCaseUnionFind(image, configuration) }
    let passes: UInt64 = configuration.isCorrelated ? 2 : 1
    let size = GraphSize(image, configuration)
    let nodes = size.nodes
    let slots = 2 &* size.edges
    let flooding = saturating(saturating(8 &* passes &* nodes, nodes), 3 &* nodes &+ slots)
    let rest =
      passes &* nodes &* (64 &+ 4 &* UInt64(image.longestEscape))
      &+ (configuration.isCorrelated ? size.rules &+ 6 &* slots &+ 4 &* nodes : 0)
    return min(flooding, configuration.workLimit).addingSaturating(rest)
  }

  /// The same for union-find, with L = log2 N rounded down.
  ///
  /// A node looks around when it joins a cluster; when the cluster grows on after a union at the node had
  /// ended its growth, and there are fewer than N unions; after each of at most 8 waits for half of an edge;
  /// and after waits for all that was left of an edge, of which each of the S slots causes one at most (see
  /// `Matcher+Clusters`). So there are at most 10N + S looks. Each takes its node from a heap, and may put it
  /// back; nodes that join are put there, and unions meld two heaps: 2 (10N + S) + 2N melds, of 3L + 2 steps
  /// each on the whole (see `ClusterHeap`). A union passes over the nodes of the smaller cluster, and over
  /// some of them once more to turn its tree round: 2NL steps, for the cluster that holds a node has then at
  /// least doubled.
  ///
  /// With a limit: the look that crosses it unites its cluster with others, none of which is passed over
  /// twice, while the nodes of its own are passed over at most twice as often as there are nodes, and begins
  /// 2D + 4 melds at most for D slots, whose steps are 3L + 2 for each and another N saved up before. Beside
  /// the growth, the warm start looks at each event 18 times at most; peeling passes over each node three
  /// times, twice over in two attempts; and a cluster that is left takes one way out.
  private static func worstCaseUnionFind(_ image: ImageReader, _ configuration: Configuration) -> UInt64 {
    let passes: UInt64 = configuration.isCorrelated ? 2 : 1
    let size = GraphSize(image, configuration)
    let nodes = size.nodes
    let slots = 2 &* size.edges
    let levels = UInt64(truncatingIfNeeded: 63 &- (nodes | 1).leadingZeroBitCount)
    let meld = 3 &* levels &+ 2
    let looks = (2 &+ UInt64(Matcher.maxHalves)) &* nodes &+ slots
    let growth = looks &+ (2 &* looks &+ 2 &* nodes) &* meld &+ 2 &* nodes &* levels
    let overshoot = (2 &* UInt64(image.maxDegree) &+ 4) &* meld
    let rest =
      passes &* nodes &* (64 &+ 2 &* UInt64(image.longestEscape))
      &+ (configuration.isCorrelated ? size.rules : 0)
    return min(passes &* growth, configuration.workLimit).addingSaturating(rest &+ overshoot)
  }

  private static func saturating(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : product
  }
}

extension UInt64 {
  fileprivate func addingSaturating(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
