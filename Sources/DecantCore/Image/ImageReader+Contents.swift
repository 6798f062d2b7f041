import CDecant

/// The proof that no number in an image leads out of it.
///
/// After this the decoder follows indices without asking. Checked besides: what keeps the algorithm finite
/// (both ends of an edge agree, weights are even and in range, no two edges join the same detectors) and what
/// its shortcuts rest on (the order of slots, the smallest weight of a node).
extension ImageReader {
  func checkContents() -> decant_status {
    guard checkObservables(), checkPatterns() else { return Status.badImage }
    let sound =
      isStream
      ? checkLayers()
      : checkNodes() && checkEscapes() && checkComponents() && checkNegativeEdges() && checkCorrelations()
        && checkNetwork() && checkGrid() && checkStrip()
    return sound ? Status.ok : Status.badImage
  }

  private func checkObservables() -> Bool {
    let sets = sets
    guard sets.begins[0] == 0, sets.begins[1] == 0, sets.begins[setCount] == memberCount else { return false }
    var set: UInt32 = 0
    while set < setCount {
      let begin = sets.begins[set]
      let end = sets.begins[set &+ 1]
      guard begin <= end, end <= memberCount else { return false }
      set &+= 1
    }
    var index: UInt32 = 0
    while index < memberCount {
      guard sets.members[index] < observables else { return false }
      index &+= 1
    }
    return true
  }

  /// Patterns divide the slots, and the own slots, among them.
  private func checkPatterns() -> Bool {
    let graph = graph
    var slotsSeen: UInt32 = 0
    var ownSeen: UInt32 = 0
    var index: UInt32 = 0
    while index < patternCount {
      let pattern = graph.patterns[index]
      guard pattern.firstSlot == slotsSeen, pattern.firstOwn == ownSeen,
        pattern.degree <= slotCount &- slotsSeen, pattern.ownCount <= ownSlotCount &- ownSeen
      else { return false }
      slotsSeen &+= pattern.degree
      if pattern.boundaryWeight != .none {
        guard slotsSeen < slotCount else { return false }
        slotsSeen &+= 1
      }
      ownSeen &+= pattern.ownCount
      guard checkSlots(of: pattern, end: slotsSeen, graph), checkOwnSlots(of: pattern, end: slotsSeen, graph)
      else { return false }
      index &+= 1
    }
    return slotsSeen == slotCount && ownSeen == ownSlotCount
  }

  private func checkSlots(of pattern: PatternRecord, end: UInt32, _ graph: Graph) -> Bool {
    var closest = UInt32.none
    var slot = pattern.firstSlot
    while slot < end {
      let here = graph.slots[slot]
      let set = graph.details[slot].observableSet
      guard here.packed & ~(SlotRecord.weightMask | 1 << 31) == 0, here.weight & 1 == 0, set < setCount,
        here.flipsObservables == (set != 0)
      else { return false }
      closest = min(closest, here.weight)
      if slot == pattern.firstSlot &+ pattern.degree {
        guard here.step == 0, here.weight == pattern.boundaryWeight else { return false }
      } else {
        guard here.step != 0 else { return false }
        if slot != pattern.firstSlot && !graph.slots[slot &- 1].isBefore(here) { return false }
      }
      slot &+= 1
    }
    return closest == pattern.closest
  }

  /// The list of own slots and the ranks of these slots are inverse to each other: steps ascend along it, so
  /// none stands there twice, and there are as many of them as slots that must be there.
  private func checkOwnSlots(of pattern: PatternRecord, end: UInt32, _ graph: Graph) -> Bool {
    var expected: UInt32 = 0
    var slot = pattern.firstSlot
    while slot < end {
      if Int32(bitPattern: graph.slots[slot].step) >= 0 { expected &+= 1 }
      slot &+= 1
    }
    guard pattern.ownCount == expected else { return false }
    var rank: UInt32 = 0
    var stepBefore = UInt32.max  // -1, before the boundary's 0
    while rank < pattern.ownCount {
      let position = graph.ownSlots[pattern.firstOwn &+ rank]
      guard position < end &- pattern.firstSlot else { return false }
      let step = graph.slots[pattern.firstSlot &+ position].step
      guard graph.details[pattern.firstSlot &+ position].rank == rank, SlotRecord.isBelow(stepBefore, step)
      else {
        return false
      }
      stepBefore = step
      rank &+= 1
    }
    return true
  }

  /// Nodes count their own edges without gaps, and every slot meets its twin at the other end.
  private func checkNodes() -> Bool {
    let graph = graph
    var edgesSeen: UInt32 = 0
    var boundary: UInt32 = 0
    var degree: UInt32 = 0
    var maxWeight: UInt32 = 0
    var node: UInt32 = 0
    while node < detectors {
      let record = graph.nodes[node]
      guard record.pattern < patternCount, record.firstEdge == edgesSeen else { return false }
      let pattern = graph.patterns[record.pattern]
      guard pattern.ownCount <= edgeCount &- edgesSeen else { return false }
      edgesSeen &+= pattern.ownCount
      if pattern.boundaryWeight != .none {
        boundary &+= 1
        maxWeight = max(maxWeight, pattern.boundaryWeight)
      }
      degree = max(degree, pattern.degree &+ (pattern.boundaryWeight == .none ? 0 : 1))
      var slot = pattern.firstSlot
      let end = slot &+ pattern.degree
      while slot < end {
        guard hasTwin(slot, of: node, graph) else { return false }
        maxWeight = max(maxWeight, graph.slots[slot].weight)
        slot &+= 1
      }
      node &+= 1
    }
    let last = graph.nodes[detectors]
    return last.pattern == .none && last.firstEdge == edgeCount && edgesSeen == edgeCount
      && boundary == boundaryEdges && degree == maxDegree
      && maxWeight == u32(ImageLayout.Header.maxWeight)
  }

  /// Whether the other end of an edge is a slot of the node there, and says the same of it.
  private func hasTwin(_ slot: UInt32, of node: UInt32, _ graph: Graph) -> Bool {
    let neighbour = graph.neighbour(of: node, behind: slot)
    guard neighbour < detectors, graph.nodes[neighbour].pattern < patternCount,
      let twin = graph.twin(of: slot, at: node)
    else { return false }
    return graph.slots[twin].packed == graph.slots[slot].packed
      && graph.details[twin].rank == graph.details[slot].rank
      && graph.details[twin].observableSet == graph.details[slot].observableSet
  }
}
