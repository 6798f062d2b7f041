import CDecant

/// Weights that hold for one shot: heralded erasures, soft readout, the priors of a pre-decoder.
extension Decoder {
  /// Discards what is staged for the next shot, and stages `count` entries instead. If one of them is bad,
  /// nothing is staged.
  mutating func reweight(_ entries: UnsafePointer<decant_reweight>?, count: Int) -> decant_status {
    let graph = matcher.graph
    return stage(entries, count: count) { entry in
      guard let slot = graph.findSlot(of: entry.a, to: entry.b) else { return nil }
      return (graph.edge(of: entry.a, behind: slot), entry.weight)
    }
  }

  /// The same for edges that are known by their numbers.
  mutating func reweight(_ entries: UnsafePointer<decant_edge_reweight>?, count: Int) -> decant_status {
    let edgeCount = matcher.graph.edgeCount
    return stage(entries, count: count) { $0.edge < edgeCount ? ($0.edge, $0.weight) : nil }
  }

  /// Stages entries, of which `read` tells the edge, or nil if there is none, and the weight.
  @inline(__always)
  private mutating func stage<Entry>(
    _ entries: UnsafePointer<Entry>?, count: Int, _ read: (Entry) -> (edge: UInt32, weight: Int32)?
  ) -> decant_status {
    clearReweights()
    guard count == 0 || state.pointee.layout.maxReweights != 0 else { return Status.unsupported }
    guard count >= 0, entries != nil || count == 0 else { return Status.badArgument }
    guard UInt(bitPattern: count) <= UInt(state.pointee.layout.maxReweights) else {
      return Status.bufferTooSmall
    }
    guard let entries, count != 0 else { return Status.ok }
    matcher.overlay.isActive = true
    let overlay = matcher.overlay
    let mayChangeSign = state.pointee.image.negativeEdgeCount != 0
    var index = 0
    while index < count {
      guard let (edge, weight) = read(entries[index]), weight & 1 == 0,
        weight.magnitude <= SlotRecord.weightMask, !overlay.changed.contains(overlay.ends[edge].lower)
      else {
        discardReweights()
        return Status.badArgument
      }
      let ends = overlay.ends[edge]
      overlay.note(weight.magnitude, entry: ends.lower)
      overlay.note(weight.magnitude, entry: ends.upper)
      if mayChangeSign || weight < 0 { noteSign(of: edge, ends, weight) }
      index &+= 1
    }
    state.pointee.reweighting.count = UInt32(truncatingIfNeeded: count)
    return Status.ok
  }

  /// Goes back to the image's weights.
  @inline(__always)
  mutating func clearReweights() {
    if matcher.overlay.isActive { discardReweights() }
  }

  @inline(never)
  private mutating func discardReweights() {
    let layout = state.pointee.layout
    matcher.overlay.changed.clear(wordCount: BitSet.wordCount(layout.rowEntryCount))
    if state.pointee.reweighting.toggles != 0 {
      let toggled = toggled
      toggled.events.clear(wordCount: BitSet.wordCount(layout.nodeCount))
      toggled.edges.clear(wordCount: BitSet.wordCount(layout.edgeCount))
      toggled.frame.base.update(repeating: 0, count: layout.frameSize)
    }
    state.pointee.reweighting = Reweighting()
    if matcher.overlay.isPartial {
      matcher.overlay.whole.clear(wordCount: BitSet.wordCount(layout.nodeCount))
    }
    matcher.overlay.isPartial = false
    matcher.overlay.hasSummaries = false
    matcher.overlay.isActive = false
  }

  /// Where changes of sign are noted.
  private var toggled: (events: BitSet, edges: BitSet, frame: Table<UInt8>) {
    let base = UnsafeMutableRawPointer(state)
    let layout = state.pointee.layout
    return (
      BitSet(words: Table(base + layout.toggledEvents, count: BitSet.wordCount(layout.nodeCount))),
      BitSet(words: Table(base + layout.toggledEdges, count: BitSet.wordCount(layout.edgeCount))),
      Table(base + layout.toggledFrame, count: layout.frameSize)
    )
  }

  /// Writes what `Overlay.ends` says of the image. Once is enough.
  @_optimize(size)
  func noteEnds() {
    let graph = matcher.graph
    let overlay = matcher.overlay
    var node: UInt32 = 0
    while node < graph.nodeCount {
      let pattern = graph.pattern(of: node)
      let end = pattern.firstSlot &+ pattern.degree &+ (pattern.boundaryWeight == .none ? 0 : 1)
      var slot = pattern.firstSlot
      while slot < end {
        let entry = overlay.entry(of: node, slot &- pattern.firstSlot)
        let edge = graph.edge(of: node, behind: slot)
        let neighbour = graph.neighbour(of: node, behind: slot)
        if node <= neighbour { overlay.ends[edge].lower = entry }
        if node >= neighbour { overlay.ends[edge].upper = entry }
        slot &+= 1
      }
      node &+= 1
    }
  }

  /// Takes note of an edge whose weight is or was negative.
  @_optimize(size)
  @inline(never)
  private func noteSign(of edge: UInt32, _ ends: EdgeEntries, _ weight: Int32) {
    let graph = matcher.graph
    let wasNegative = state.pointee.image.isNegative(edge)
    guard wasNegative || weight < 0 else { return }
    let node = ends.lower &>> matcher.overlay.rowShift
    let slot = graph.pattern(of: node).firstSlot &+ (ends.lower &- matcher.overlay.entry(of: node, 0))
    if wasNegative { state.pointee.reweighting.negativeWeight &+= Int64(graph.slots[slot].weight) }
    if weight < 0 { state.pointee.reweighting.negativeWeight &+= Int64(weight) }
    guard wasNegative != (weight < 0) else { return }
    let toggled = toggled
    toggled.edges.flip(edge)
    toggled.events.flip(node)
    if ends.upper != ends.lower { toggled.events.flip(ends.upper &>> matcher.overlay.rowShift) }
    let answer = Answer(
      graph: graph, sets: state.pointee.image.sets, overlay: matcher.overlay, frame: toggled.frame,
      flips: flips,
      keepsFlips: false)
    if graph.slots[slot].flipsObservables { answer.flipObservables(slot) }
    state.pointee.reweighting.toggles &+= 1
  }
}

extension Graph {
  /// The slot of `node` that leads to `neighbour`, or, if that is `none`, to the boundary; nil if there is none.
  @inline(__always)
  func findSlot(of node: UInt32, to neighbour: UInt32) -> UInt32? {
    guard node < nodeCount else { return nil }
    let pattern = pattern(of: node)
    let end = pattern.firstSlot &+ pattern.degree
    if neighbour == .none { return pattern.boundaryWeight == .none ? nil : end }
    // Without a branch for each slot, since none can be guessed.
    let step = neighbour &- node
    var found = end
    var slot = end
    while slot != pattern.firstSlot {
      slot &-= 1
      found = slots[slot].step == step ? slot : found
    }
    return found < end ? found : nil
  }

  /// The lower node of `edge`, which there must be, by bisection.
  @_optimize(size)
  func lowerNode(of edge: UInt32) -> UInt32 {
    var low: UInt32 = 0
    var high = nodeCount
    while high &- low > 1 {
      let middle = low &+ (high &- low) / 2
      if nodes[middle].firstEdge <= edge {
        low = middle
      } else {
        high = middle
      }
    }
    return low
  }
}

extension ImageReader {
  func isNegative(_ edge: UInt32) -> Bool {
    var low: UInt32 = 0
    var high = negativeEdgeCount
    while low < high {
      let middle = low &+ (high &- low) / 2
      if negativeEdges[middle] < edge {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    return low < negativeEdgeCount && negativeEdges[low] == edge
  }
}
