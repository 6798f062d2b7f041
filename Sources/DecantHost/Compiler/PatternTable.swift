import DecantCore

/// The neighbourhoods of a graph, each stored once however many nodes have it.
///
/// Rounds repeat: seen from the node itself, neighbours, weights and observables are the same in every bulk
/// round. A graph of many rounds then takes little more room than a graph of three. Where every edge has a
/// weight of its own, as on a calibrated device, every node has a pattern of its own and little is lost.
struct PatternTable {
  /// `NodeRecord`s, as words; one more than there are nodes.
  private(set) var nodes: [UInt32] = []
  /// `PatternRecord`s, as words.
  private(set) var patterns: [UInt32] = []
  /// `SlotRecord`s, as words.
  private(set) var slots: [UInt32] = []
  /// `SlotDetail`s, as words.
  private(set) var details: [UInt32] = []
  private(set) var ownSlots: [UInt32] = []

  var slotCount: Int { slots.count / 2 }

  /// The neighbourhoods that there are.
  private var numbers: [[Slot]: UInt32] = [:]

  /// One slot as a node sees it.
  private struct Slot: Hashable {
    var step: UInt32
    var weight: UInt32
    var rank: UInt32
    var observableSet: UInt32

    /// In two steps: four take longer than all else that is done with a slot.
    func hash(into hasher: inout Hasher) {
      hasher.combine(UInt64(step) << 32 | UInt64(weight))
      hasher.combine(UInt64(rank) << 32 | UInt64(observableSet))
    }
  }

  /// No neighbourhoods.
  init() {}

  /// Those of one graph, whose nodes are in `nodes`.
  init(_ table: SlotTable, _ graph: DetectorGraph, sets: [UInt32], firstEdges: [UInt32]) {
    nodes = add(table, sets: sets, firstEdges: firstEdges)
    nodes += [ImageLayout.none, UInt32(graph.edges.count)]
  }

  /// Adds the neighbourhoods of a graph. Returns `NodeRecord`s, as words.
  ///
  /// - Parameters:
  ///   - table: the graph's slots; its edges ascend by (a, b), the boundary counted as smallest b.
  ///   - firstEdges: as the function below gives them.
  ///   - sets: the number of each edge's observable set.
  mutating func add(_ table: SlotTable, sets: [UInt32], firstEdges: [UInt32]) -> [UInt32] {
    var nodes: [UInt32] = []
    nodes.reserveCapacity(2 * (table.nodeCount + 1))
    for node in 0..<table.nodeCount {
      let around = table.slots(of: node).map { slot in
        let neighbour = table.neighbours[slot]
        let edge = table.edges[slot]
        return Slot(
          step: neighbour == ImageLayout.none ? 0 : neighbour &- UInt32(node), weight: table.weights[slot],
          rank: edge - firstEdges[min(node, Int(neighbour))], observableSet: sets[Int(edge)])
      }
      let number = UInt32(numbers.count)
      let known = numbers[around]
      if known == nil {
        numbers[around] = number
        append(around)
      }
      nodes.append(known ?? number)
      nodes.append(firstEdges[node])
    }
    return nodes
  }

  /// For each node, the number of edges that have a lower node than it as their lower end; and one more, the
  /// number of edges.
  static func firstEdges(_ graph: DetectorGraph) -> [UInt32] {
    var first = [UInt32](repeating: 0, count: graph.detectorCount + 1)
    for edge in graph.edges { first[Int(edge.a) + 1] += 1 }
    for node in 0..<graph.detectorCount { first[node + 1] += first[node] }
    return first
  }

  private mutating func append(_ around: [Slot]) {
    let boundary = around.last.flatMap { $0.step == 0 ? $0 : nil }
    let own = around.indices.filter { Int32(bitPattern: around[$0].step) >= 0 }
    let record = PatternRecord(
      firstSlot: UInt32(slotCount), degree: UInt32(around.count - (boundary == nil ? 0 : 1)),
      closest: around.map(\.weight).min() ?? ImageLayout.none,
      boundaryWeight: boundary?.weight ?? ImageLayout.none, firstOwn: UInt32(ownSlots.count),
      ownCount: UInt32(own.count))
    patterns += [
      record.firstSlot, record.degree, record.closest, record.boundaryWeight, record.firstOwn,
      record.ownCount,
    ]
    ownSlots += own.sorted { around[$0].rank < around[$1].rank }.map { UInt32($0) }
    for slot in around {
      let record = SlotRecord(
        step: slot.step, weight: slot.weight, flipsObservables: slot.observableSet != 0)
      slots += [record.step, record.packed]
      details += [slot.rank, slot.observableSet]
    }
  }
}
