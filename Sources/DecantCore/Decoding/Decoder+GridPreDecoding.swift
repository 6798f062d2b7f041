import CDecant

/// Before a shot is matched, the grid network accepts edges, whose events and observables then are settled, and gives
/// the other edges new weights.
extension Decoder {
  var gridVolumes: GridVolumes {
    let base = UnsafeMutableRawPointer(state)
    let layout = state.pointee.layout
    return GridVolumes(
      state.pointee.image, volumes: (base + layout.gridVolumes).assumingMemoryBound(to: UInt8.self),
      volumeSize: layout.gridVolumeSize,
      logits: (base + layout.gridLogits).assumingMemoryBound(to: Int32.self))
  }

  private func acceptance(_ volumes: GridVolumes) -> GridAcceptance {
    let image = state.pointee.image
    let layout = state.pointee.layout
    return GridAcceptance(
      graph: matcher.graph, places: image.gridPlaces, starts: image.gridStarts, chains: image.gridChains,
      logits: UnsafePointer(volumes.logits),
      best: Table(UnsafeMutableRawPointer(state) + layout.gridBest, count: layout.nodeCount))
  }

  /// The edges accepted, of which there are `acceptedCount`.
  private var accepted: Trail {
    let layout = state.pointee.layout
    return Trail(
      steps: Table(UnsafeMutableRawPointer(state) + layout.accepted, count: layout.nodeCount),
      capacity: matcher.graph.nodeCount)
  }

  /// Takes the events of accepted edges out of the shot in `events` and changes weights, all but those of edges that
  /// were staged: these are left to matching.
  @inline(never)
  mutating func preDecodeGrid() -> PreDecoding {
    // The network sees the shot as it came.
    let isToggled = state.pointee.reweighting.toggles != 0
    if isToggled { flipToggledEvents() }
    let overlay = matcher.overlay
    let hasStaged = state.pointee.reweighting.count != 0
    let acceptance = workOutLogits { node, position in
      hasStaged && overlay.changed.contains(overlay.entry(of: node, position))
    }
    if isToggled { flipToggledEvents() }
    var result = PreDecoding(acceptedEdges: acceptedCount)
    forEachGridChange(acceptance) { node, slot, weight in
      let entry = overlay.entry(of: node, slot &- matcher.graph.pattern(of: node).firstSlot)
      if hasStaged && overlay.changed.contains(entry) { return }
      let ends = overlay.ends[matcher.graph.edge(of: node, behind: slot)]
      overlay.note(weight, entry: ends.lower)
      overlay.note(weight, entry: ends.upper)
      result.changedWeights &+= 1
    }
    if result.changedWeights != 0 { matcher.overlay.isActive = true }
    return result
  }

  /// What `decant_predecode` gives of a shot in `events`, whatever is staged; the residual is left there. Each output may
  /// be nil. Returns whether there was room for the changes, without which nothing is written.
  @inline(never)
  mutating func preDecodeGrid(
    residual: UnsafeMutablePointer<UInt8>?, frame: UnsafeMutablePointer<UInt8>?,
    changes: UnsafeMutablePointer<decant_reweight>?, room: Int, _ result: inout PreDecoding
  ) -> Bool {
    let acceptance = workOutLogits { _, _ in false }
    result.acceptedEdges = acceptedCount
    forEachGridChange(acceptance) { _, _, _ in result.changedWeights &+= 1 }
    if let changes {
      guard Int(truncatingIfNeeded: result.changedWeights) <= room else { return false }
      var next = changes
      forEachGridChange(acceptance) { node, slot, weight in
        let neighbour = matcher.graph.neighbour(of: node, behind: slot)
        next.pointee = decant_reweight(
          a: node, b: neighbour == node ? .none : neighbour, weight: Int32(bitPattern: weight))
        next += 1
      }
    }
    if let residual {
      var byte = 0
      while byte < detectorsSize {
        let word = matcher.events.words.base[byte / 8]
        residual[byte] = UInt8(truncatingIfNeeded: word &>> UInt64(truncatingIfNeeded: 8 &* (byte & 7)))
        byte &+= 1
      }
    }
    if let frame {
      // This decoder's own frame is only a place to work it out: the next shot begins it anew.
      self.frame.base.update(repeating: 0, count: frameSize)
      flipAcceptedObservables()
      frame.update(from: self.frame.base, count: frameSize)
    }
    return true
  }

  /// Runs the network and settles what it accepts.
  @inline(__always)
  private mutating func workOutLogits(isLeftAlone: (UInt32, UInt32) -> Bool) -> GridAcceptance {
    let volumes = gridVolumes
    let wordCount = UInt32(truncatingIfNeeded: BitSet.wordCount(state.pointee.layout.nodeCount))
    volumes.run(matcher.events, wordCount: wordCount, level: state.pointee.kernelLevel)
    let acceptance = acceptance(volumes)
    var accepted = accepted
    if volumes.shape.threshold != GridRecord.never {
      acceptance.accept(
        matcher.events, threshold: volumes.shape.threshold, into: &accepted, isLeftAlone: isLeftAlone)
    }
    acceptedCount = accepted.count
    var index: UInt32 = 0
    while index < acceptedCount {
      let step = accepted.steps[index]
      let neighbour = matcher.graph.neighbour(of: step.node, behind: step.slot)
      matcher.events.flip(step.node)
      if neighbour != step.node { matcher.events.flip(neighbour) }
      index &+= 1
    }
    return acceptance
  }

  /// Calls `body` with the lower node, the slot there and the new weight of each edge that has a chain, ascending.
  @inline(__always)
  private func forEachGridChange(_ acceptance: GridAcceptance, _ body: (UInt32, UInt32, UInt32) -> Void) {
    let shape = state.pointee.image.grid
    guard shape.share != 0 else { return }
    let graph = matcher.graph
    let share = Int64(shape.share)
    let least = Int64(shape.minWeight)
    let most = Int64(SlotRecord.weightMask &- 1)
    var node: UInt32 = 0
    while node < graph.nodeCount {
      let pattern = graph.pattern(of: node)
      var rank: UInt32 = 0
      while rank < pattern.ownCount {
        if let logit = acceptance.least(of: node, rank) {
          let slot = pattern.firstSlot &+ graph.ownSlots[pattern.firstOwn &+ rank]
          let half = (256 &- share) &* Int64(graph.slots[slot].weight / 2) &- share &* Int64(logit)
          let weight = 2 &* ((half &+ 128) &>> 8)
          body(node, slot, UInt32(truncatingIfNeeded: max(least, min(most, weight))))
        }
        rank &+= 1
      }
      node &+= 1
    }
  }

  /// What accepted edges flip of the answer's observables.
  @inline(__always)
  func flipAcceptedObservables() {
    guard acceptedCount != 0 else { return }
    let answer = answer(keepsFlips: false)
    var index: UInt32 = 0
    while index < acceptedCount {
      let slot = accepted.steps[index].slot
      if matcher.graph.slots[slot].flipsObservables { answer.flipObservables(slot) }
      index &+= 1
    }
  }

  /// Adds accepted edges to the correction. Matching may use one of them again, which takes it out.
  @inline(__always)
  func flipAcceptedEdges() {
    var index: UInt32 = 0
    while index < acceptedCount {
      let step = accepted.steps[index]
      flips.flip(matcher.graph.edge(of: step.node, behind: step.slot))
      index &+= 1
    }
  }
}
