import CDecant

/// Weights that hold for one shot: heralded erasures, soft readout, the priors of a pre-decoder.
extension Decoder {
  /// Discards what is staged for the next shot, and stages `count` entries instead. If one of them is bad,
  /// nothing is staged.
  mutating func reweight(_ entries: UnsafePointer<decant_reweight>?, count: Int) -> decant_status {
    clearReweights()
    guard count == 0 || state.pointee.layout.maxReweights != 0 else { return Status.unsupported }
    guard count >= 0, entries != nil || count == 0 else { return Status.badArgument }
    guard UInt(bitPattern: count) <= UInt(state.pointee.layout.maxReweights) else {
      return Status.bufferTooSmall
    }
    guard let entries else { return Status.ok }
    var index = 0
    while index < count {
      guard stage(entries[index]) else {
        clearReweights()
        return Status.badArgument
      }
      index &+= 1
    }
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

  /// Writes what `Overlay.twins` says of the image. Once is enough.
  func noteTwins() {
    let graph = matcher.graph
    let overlay = matcher.overlay
    var node: UInt32 = 0
    while node < graph.nodeCount {
      let pattern = graph.pattern(of: node)
      var position: UInt32 = 0
      while position < pattern.degree {
        let neighbour = graph.neighbour(of: node, behind: pattern.firstSlot &+ position)
        if let twin = graph.twin(of: pattern.firstSlot &+ position, at: node) {
          let there = twin &- graph.pattern(of: neighbour).firstSlot
          overlay.twins[overlay.entry(of: node, position)] = overlay.entry(of: neighbour, there)
        }
        position &+= 1
      }
      if pattern.boundaryWeight != .none {
        let entry = overlay.entry(of: node, pattern.degree)
        overlay.twins[entry] = entry
      }
      node &+= 1
    }
  }

  /// Stages one entry. False if there is no such edge, if it was staged before, or if the weight is odd or
  /// out of range.
  @inline(__always)
  private mutating func stage(_ entry: decant_reweight) -> Bool {
    let graph = matcher.graph
    guard entry.weight & 1 == 0, entry.weight.magnitude <= SlotRecord.weightMask,
      let slot = graph.findSlot(of: entry.a, to: entry.b)
    else { return false }
    let position = slot &- graph.pattern(of: entry.a).firstSlot
    let place = matcher.overlay.entry(of: entry.a, position)
    guard !matcher.overlay.changed.contains(place) else { return false }
    matcher.overlay.note(entry.weight.magnitude, entry: place)
    matcher.overlay.note(entry.weight.magnitude, entry: matcher.overlay.twins[place])
    matcher.overlay.isActive = true
    state.pointee.reweighting.count &+= 1

    let image = state.pointee.image
    let isNegative = entry.weight < 0
    guard isNegative || image.negativeEdgeCount != 0 else { return true }
    let edge = graph.edge(of: entry.a, behind: slot)
    let wasNegative = image.negativeEdgeCount != 0 && image.isNegative(edge)
    if wasNegative { state.pointee.reweighting.negativeWeight &+= Int64(graph.slots[slot].weight) }
    if isNegative { state.pointee.reweighting.negativeWeight &+= Int64(entry.weight) }
    if wasNegative != isNegative { toggle(edge, entry, slot) }
    return true
  }

  private func toggle(_ edge: UInt32, _ entry: decant_reweight, _ slot: UInt32) {
    let toggled = toggled
    toggled.edges.flip(edge)
    toggled.events.flip(entry.a)
    if entry.b != .none { toggled.events.flip(entry.b) }
    let answer = Answer(
      graph: matcher.graph, sets: state.pointee.image.sets, overlay: matcher.overlay, frame: toggled.frame,
      flips: flips, keepsFlips: false)
    if matcher.graph.slots[slot].flipsObservables { answer.flipObservables(slot) }
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
