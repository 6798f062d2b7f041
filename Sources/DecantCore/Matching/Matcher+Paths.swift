/// Shortest paths on the whole graph (Dijkstra), for the rare tight path whose middle was lost.
struct SearchTables {
  let reachedFrom: Table<UInt32>
  let settled: BitSet
}

extension Matcher {
  /// Uses the timeline, which is idle by now: a node's time is its distance. Returns false, with nothing
  /// emitted, if the work limit is reached before the target.
  mutating func emitShortestPath(from source: UInt32, to target: UInt32, into answer: inout Answer) -> Bool {
    timeline.reset()
    timeline.set(source, at: 0)
    var found = false
    while true {
      let node = timeline.pop()
      found = node == target
      if found || node == .none || work >= workLimit { break }
      work &+= 1
      search.settled.insert(node)
      let around = graph.neighbourhood(of: node)
      let row = isChanged(node) ? overlay.row(of: node) : nil
      var slot: UInt32 = 0
      while slot < around.degree {
        let neighbour = node &+ around.slots[slot].step
        if !search.settled.contains(neighbour) {
          let weight = around.weight(of: slot, row, isChanged: row?.contains(slot) ?? false)
          let distance = timeline.now &+ Int64(weight)
          if !timeline.waiting.contains(neighbour) || distance < timeline.appointments[neighbour].time {
            timeline.set(neighbour, at: distance)
            search.reachedFrom[neighbour] = node
          }
        }
        slot &+= 1
      }
    }
    let wordCount = BitSet.wordCount(Int(truncatingIfNeeded: graph.nodeCount))
    timeline.waiting.clear(wordCount: wordCount)
    search.settled.clear(wordCount: wordCount)
    guard found else { return false }
    var node = target
    while node != source {
      let earlier = search.reachedFrom[node]
      answer.flip(graph.slot(of: earlier, to: node), of: earlier)
      node = earlier
    }
    return true
  }
}
