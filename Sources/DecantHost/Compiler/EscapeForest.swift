import DecantCore

/// For each node, the first step of a shortest path out: to the boundary, or in a closed component to its
/// lowest node.
///
/// When the matcher runs out of its work limit it sends every event left over this way, so the paths must end
/// even across edges of weight zero: a step always leads to a node that the search settled earlier.
struct EscapeForest {
  /// For each node, the position of a slot among its own, or `ImageLayout.none` where the way ends.
  private(set) var positions: [UInt32]
  /// For each node, the number of steps to the end of its way.
  private(set) var steps: [UInt32]

  var longest: UInt32 { steps.max() ?? 0 }

  /// `EscapeRecord`s, as words.
  var records: [UInt32] {
    var words: [UInt32] = []
    words.reserveCapacity(2 * positions.count)
    for (position, steps) in zip(positions, steps) {
      let record = EscapeRecord(position: position, steps: steps)
      words.append(record.position)
      words.append(record.steps)
    }
    return words
  }

  /// Dijkstra's algorithm from the boundary and the roots at once; of nodes at the same distance the lower is
  /// settled first, so that the forest is the same on every machine.
  ///
  /// - Parameters:
  ///   - roots: the lowest node of each closed component.
  ///   - layers: for each node, a number; ways then lead over nodes of one number. Nodes that have none end where they are.
  init(_ table: SlotTable, roots: [UInt32], layers: [UInt32]? = nil) {
    positions = Array(repeating: ImageLayout.none, count: table.nodeCount)
    steps = Array(repeating: 0, count: table.nodeCount)
    // A path has fewer than 2^28 edges of weight below 2^25, so distances stay below 2^53.
    var distances = [UInt64](repeating: .max, count: table.nodeCount)
    var queue = DistanceQueue()
    for node in 0..<table.nodeCount {
      guard let slot = table.boundarySlot(of: node) else { continue }
      positions[node] = UInt32(slot) - table.starts[node]
      steps[node] = 1
      distances[node] = UInt64(table.weights[slot])
      queue.insert(DistanceQueue.Entry(distance: distances[node], node: UInt32(node)))
    }
    for root in roots {
      distances[Int(root)] = 0
      queue.insert(DistanceQueue.Entry(distance: 0, node: root))
    }

    // Slots know where they lead but not where they start from, so the step back over the same edge is found
    // when a node is settled: `via` holds the edge until then.
    var via = [UInt32](repeating: ImageLayout.none, count: table.nodeCount)
    while let entry = queue.removeNearest() {
      let node = Int(entry.node)
      // A node is queued again whenever it gets nearer; only its last entry counts.
      guard entry.distance == distances[node] else { continue }
      for slot in table.slots(of: node) {
        let neighbour = table.neighbours[slot]
        guard neighbour != ImageLayout.none else { continue }
        if let layers, layers[node] != layers[Int(neighbour)] { continue }
        if table.edges[slot] == via[node] {
          positions[node] = UInt32(slot) - table.starts[node]
          steps[node] = steps[Int(neighbour)] + 1
        }
        let distance = entry.distance + UInt64(table.weights[slot])
        guard distance < distances[Int(neighbour)] else { continue }
        distances[Int(neighbour)] = distance
        via[Int(neighbour)] = table.edges[slot]
        queue.insert(DistanceQueue.Entry(distance: distance, node: neighbour))
      }
    }
  }
}
