import CDecant

/// The proof that no number in an image leads out of it.
///
/// After this the decoder follows indices without asking. Checked besides: what keeps the algorithm finite
/// (both ends of an edge agree, weights are even and in range) and what its shortcuts rest on (the order of
/// slots, the smallest weight of a node).
extension ImageReader {
  func checkContents() -> decant_status {
    let sound =
      checkEdges() && checkNodes() && checkEdgesHaveSlots() && checkObservables() && checkEscapes()
      && checkComponents()
      && checkNegativeEdges() && checkSummary()
    return sound ? Status.ok : Status.badImage
  }

  /// Edges ascend strictly, so that no two join the same detectors.
  private func checkEdges() -> Bool {
    let graph = graph
    var edge: UInt32 = 0
    var boundary: UInt32 = 0
    while edge < edgeCount {
      let record = graph.edges[edge]
      guard record.a < detectors else { return false }
      if record.b == .none {
        boundary &+= 1
      } else {
        guard record.b < detectors, record.b > record.a else { return false }
      }
      if edge != 0 {
        let before = graph.edges[edge &- 1]
        // Adding one puts the boundary (all ones) before detector 0.
        guard before.a < record.a || (before.a == record.a && before.b &+ 1 < record.b &+ 1) else {
          return false
        }
      }
      edge &+= 1
    }
    return boundary == boundaryEdges
  }

  private func checkNodes() -> Bool {
    let graph = graph
    guard graph.nodes[detectors].firstSlot == slotCount else { return false }
    var slotsSeen: UInt32 = 0
    var node: UInt32 = 0
    while node < detectors {
      let record = graph.nodes[node]
      let end = graph.nodes[node &+ 1].firstSlot
      guard record.firstSlot == slotsSeen, end >= slotsSeen, end <= slotCount else { return false }
      let boundary: UInt32 = record.boundaryWeight == .none ? 0 : 1
      guard record.degree <= end &- slotsSeen, record.degree &+ boundary == end &- slotsSeen else {
        return false
      }
      var slot = slotsSeen
      var closest = UInt32.none
      while slot < end {
        guard checkSlot(slot, of: node, record, graph) else { return false }
        closest = min(closest, graph.slots[slot].weight)
        slot &+= 1
      }
      guard closest == record.closest else { return false }
      slotsSeen = end
      node &+= 1
    }
    return true
  }

  @inline(__always)
  private func checkSlot(_ slot: UInt32, of node: UInt32, _ record: NodeRecord, _ graph: Graph) -> Bool {
    let here = graph.slots[slot]
    let edge = graph.slotEdges[slot]
    guard here.weight & 1 == 0, edge < edgeCount else { return false }
    let ends = graph.edges[edge]
    if slot == record.firstSlot &+ record.degree {
      return here.neighbour == .none && here.weight == record.boundaryWeight && ends.a == node
        && ends.b == .none
    }
    guard here.neighbour < detectors, here.neighbour != node else { return false }
    guard ends.a == min(node, here.neighbour), ends.b == max(node, here.neighbour) else { return false }
    if slot != record.firstSlot {
      let before = graph.slots[slot &- 1]
      guard Self.ascends((before.weight, before.neighbour), (here.weight, here.neighbour)) else {
        return false
      }
    }
    return hasTwin(of: here, from: node, edge: edge, graph)
  }

  private static func ascends(_ a: (UInt32, UInt32), _ b: (UInt32, UInt32)) -> Bool {
    a.0 < b.0 || (a.0 == b.0 && a.1 < b.1)
  }

  /// Looks for the other end of an edge among its node's slots, by bisection: they ascend, or that node
  /// fails its own check.
  private func hasTwin(of here: SlotRecord, from node: UInt32, edge: UInt32, _ graph: Graph) -> Bool {
    let other = graph.nodes[here.neighbour]
    let limit = graph.nodes[here.neighbour &+ 1].firstSlot
    guard other.firstSlot <= limit, limit <= slotCount, other.degree <= limit &- other.firstSlot else {
      return false
    }
    var low = other.firstSlot
    var high = other.firstSlot &+ other.degree
    while low < high {
      let middle = low &+ (high &- low) / 2
      let there = graph.slots[middle]
      if Self.ascends((there.weight, there.neighbour), (here.weight, node)) {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    guard low < other.firstSlot &+ other.degree else { return false }
    let twin = graph.slots[low]
    return twin.neighbour == node && twin.packed == here.packed && graph.slotEdges[low] == edge
  }

  /// Every edge has a slot, and with it a twin; and as there are just as many slots as edges have ends, no
  /// slot is left for an edge to be listed twice. Looks at the end with fewer slots.
  private func checkEdgesHaveSlots() -> Bool {
    let graph = graph
    var edge: UInt32 = 0
    while edge < edgeCount {
      let ends = graph.edges[edge]
      var node = ends.a
      if ends.b != .none && graph.nodes[ends.b].degree < graph.nodes[node].degree { node = ends.b }
      var slot = ends.b == .none ? graph.boundarySlot(of: node) : graph.nodes[node].firstSlot
      let end = graph.nodes[node &+ 1].firstSlot
      while slot < end && graph.slotEdges[slot] != edge { slot &+= 1 }
      guard slot < end else { return false }
      edge &+= 1
    }
    return true
  }

  private func checkObservables() -> Bool {
    let sets = sets
    let graph = graph
    guard sets.begins[0] == 0, sets.begins[1] == 0, sets.begins[setCount] == memberCount else { return false }
    var set: UInt32 = 0
    while set < setCount {
      guard sets.begins[set] <= sets.begins[set &+ 1], sets.begins[set &+ 1] <= memberCount else {
        return false
      }
      set &+= 1
    }
    var index: UInt32 = 0
    while index < memberCount {
      guard sets.members[index] < observables else { return false }
      index &+= 1
    }
    var slot: UInt32 = 0
    while slot < slotCount {
      let set = graph.slots[slot].observableSet
      guard set < setCount || (set == ImageLayout.crowdedSet && edgeSetsOffset != 0) else { return false }
      // With 128 sets or more the crowded number is also a set's own: it must mean "look it up".
      guard set != ImageLayout.crowdedSet || edgeSetsOffset != 0 else { return false }
      slot &+= 1
    }
    guard edgeSetsOffset != 0 else { return true }
    var edge: UInt32 = 0
    while edge < edgeCount {
      guard sets.ofEdges[edge] < setCount else { return false }
      edge &+= 1
    }
    return true
  }

  private func checkEscapes() -> Bool {
    let graph = graph
    var node: UInt32 = 0
    while node < detectors {
      let slot = graph.escapes[node]
      guard slot == .none || (slot >= graph.nodes[node].firstSlot && slot < graph.nodes[node &+ 1].firstSlot)
      else {
        return false
      }
      node &+= 1
    }
    return true
  }

  /// Edges stay inside a component, and those to the boundary are in none that is said to be closed.
  private func checkComponents() -> Bool {
    guard closedComponentCount != 0 else { return true }
    let graph = graph
    var edge: UInt32 = 0
    while edge < edgeCount {
      let ends = graph.edges[edge]
      let expected = ends.b == .none ? UInt32.none : closedComponents[ends.b]
      guard closedComponents[ends.a] == expected else { return false }
      edge &+= 1
    }
    var node: UInt32 = 0
    while node < detectors {
      let component = closedComponents[node]
      guard component == .none || component < closedComponentCount else { return false }
      node &+= 1
    }
    return true
  }

  private func checkNegativeEdges() -> Bool {
    let negativeEdges = negativeEdges
    var index: UInt32 = 0
    while index < negativeEdgeCount {
      guard negativeEdges[index] < edgeCount else { return false }
      guard index == 0 || negativeEdges[index] > negativeEdges[index &- 1] else { return false }
      index &+= 1
    }
    return true
  }

  /// The header's summary tells the truth about the sections.
  private func checkSummary() -> Bool {
    let graph = graph
    var maxDegree: UInt32 = 0
    var maxWeight: UInt32 = 0
    var node: UInt32 = 0
    while node < detectors {
      maxDegree = max(maxDegree, graph.nodes[node &+ 1].firstSlot &- graph.nodes[node].firstSlot)
      node &+= 1
    }
    var slot: UInt32 = 0
    while slot < slotCount {
      maxWeight = max(maxWeight, graph.slots[slot].weight)
      slot &+= 1
    }
    return maxDegree == u32(ImageLayout.Header.maxDegree) && maxWeight == u32(ImageLayout.Header.maxWeight)
      && closedComponentCount <= u32(ImageLayout.Header.components)
      && u32(ImageLayout.Header.components) <= detectors
  }
}
