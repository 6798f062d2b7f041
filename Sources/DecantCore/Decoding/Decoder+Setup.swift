import CDecant

/// Making a decoder in a workspace.
extension Decoder {
  /// Initialises the workspace at `memory`, which has `layout.size` bytes.
  static func setUp(_ memory: UnsafeMutableRawPointer, image: ImageReader, layout: WorkspaceLayout, workLimit: UInt64) {
    (memory.assumingMemoryBound(to: UInt8.self)).update(repeating: 0, count: layout.size)
    let state = memory.assumingMemoryBound(to: DecoderState.self)
    state.initialize(
      to: DecoderState(
        magic: DecoderState.magic, image: image, layout: layout, workLimit: workLimit, totals: Totals()))
    guard layout.baseEvents != 0 else { return }
    let baseEvents = BitSet(
      words: Table(memory + layout.baseEvents, count: BitSet.wordCount(layout.nodeCount)))
    let decoder = Decoder(state)
    let answer = Answer(
      graph: decoder.matcher.graph, sets: image.sets,
      frame: Table(memory + layout.baseFrame, count: layout.frameSize), flips: decoder.flips, keepsFlips: false)
    var index: UInt32 = 0
    while index < image.negativeEdgeCount {
      let edge = image.negativeEdges[index]
      let ends = answer.graph.edges[edge]
      baseEvents.flip(ends.a)
      if ends.b != .none { baseEvents.flip(ends.b) }
      answer.flipObservables(ofEdge: edge)
      index &+= 1
    }
  }

  /// A bound on the work of any shot of `image`.
  ///
  /// Without a limit, in units of one look at a node: a matching of n <= N events ends after n augmentations;
  /// between two of them a tree takes in each region, and each region is enclosed or shattered, at most once,
  /// so fewer than 8N things happen to regions; and between two of these each of N nodes is reached, given up
  /// and scheduled a bounded number of times. 64 N^3 covers the constants; it saturates.
  static func worstCaseWork(_ image: ImageReader, workLimit: UInt64) -> UInt64 {
    let nodes = UInt64(image.detectors)
    func times(_ a: UInt64, _ b: UInt64) -> UInt64 {
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      return overflow ? .max : product
    }
    let cubed = times(64, times(nodes, times(nodes, nodes)))
    guard workLimit != 0 else { return cubed }
    // The warm start and the event that crosses the limit, then a way out for each end of each pair.
    let finish = times(64, times(nodes, nodes &+ 1))
    let (sum, overflow) = workLimit.addingReportingOverflow(finish)
    return min(cubed, overflow ? .max : sum)
  }
}
