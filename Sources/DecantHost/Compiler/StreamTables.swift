import DecantCore

/// The layers of all windows of a stream, each stored once, and the tables they share.
struct StreamTables {
  /// Rounds of the longest windows.
  let shapeRounds: Int
  /// For each shape, its layers; none if it is absent.
  private(set) var shapes: [[UInt32]] = []

  private var patterns = PatternTable()
  private var rules = RuleTable()
  private var sets: NumberedSets
  private let hasRules: Bool
  private var network: NetworkTable?
  private var maxDegree: UInt32 = 0

  private var layers: [Layer] = []
  private var numbers: [Layer: UInt32] = [:]

  /// What is stored of the nodes of a round, as words.
  private struct Layer: Hashable {
    var nodes: [UInt32] = []
    var escapes: [UInt32] = []
    var groups: [UInt32] = []
    var places: [UInt32] = []
    var ahead: [UInt32] = []
    var edges: UInt32 = 0
  }

  /// - Parameter network: what to pre-decode with, and the lattice of the source; nil for none.
  init(_ source: RepeatingGraph, network: (EventNetwork, EventLattice)?) throws {
    // What lies at an end of a window is felt two rounds away by an edge, and two more by a rule; a network looks at the
    // ends of experiments from afar. Five rounds that feel nothing are left.
    let reach = Int(StreamRecord.reach)
    let margin = 2 * reach + (network == nil ? 0 : EventLattice.reach)
    let between = margin + 2 * reach + 1 + margin
    let most = Int(StreamRecord.maxShapeRounds) - between
    guard source.head + source.tail <= most else {
      throw RepeatingGraph.Flaw.longEnds(head: source.head, tail: source.tail, most: most)
    }
    shapeRounds = source.head + between + source.tail
    sets = NumberedSets(of: source.graph)
    hasRules = source.graph.correlations != nil
    var windows: [WindowGraph?] = []
    for number in 0..<StreamRecord.kindCount {
      let kind = WindowKind(number: number)
      for rounds in 1...shapeRounds { windows.append(WindowGraph(source, kind, rounds: rounds)) }
    }
    let slots = windows.map { window in
      window.map { SlotTable($0.graph, weights: Self.weights($0.graph)) }
    }
    maxDegree = slots.reduce(0) { max($0, $1?.maxDegree ?? 0) }
    if let (network, lattice) = network {
      self.network = try Self.table(network, lattice, windows.compactMap { $0 }, source.graph)
    }
    var firstNode = 0
    for (window, slots) in zip(windows, slots) {
      guard let window, let slots else {
        shapes.append([])
        continue
      }
      shapes.append(try add(window, slots, firstNode: firstNode))
      firstNode += window.graph.detectorCount
    }
  }

  private static func weights(_ graph: DetectorGraph) -> [UInt32] {
    graph.edges.indices.map { graph.integerWeight(ofEdge: $0).magnitude }
  }

  /// The network's tables for all windows, as if they were one graph.
  private static func table(
    _ network: EventNetwork, _ lattice: EventLattice, _ windows: [WindowGraph], _ whole: DetectorGraph
  ) throws -> NetworkTable {
    var edges: [DetectorGraph.Edge] = []
    var firstNode: UInt32 = 0
    for window in windows {
      for var edge in window.graph.edges {
        edge.a += firstNode
        if !edge.isBoundary { edge.b += firstNode }
        edges.append(edge)
      }
      firstNode += UInt32(window.graph.detectorCount)
    }
    let all = DetectorGraph(detectorCount: Int(firstNode), edges: edges, correlations: nil, of: whole)
    let plan = try network.plan(for: EventLattice(lattice, windows: windows), scale: whole.weightScale)
    return try NetworkTable(plan, SlotTable(all, weights: weights(all)))
  }

  /// Adds the layers of a window. Returns their numbers.
  ///
  /// - Parameter firstNode: the number of its first node in the network's tables.
  private mutating func add(
    _ window: WindowGraph, _ slots: SlotTable, firstNode: Int
  ) throws(RepeatingGraph.Flaw) -> [UInt32] {
    let graph = window.graph
    // Edges of windows are edges of the whole graph, which has numbered their sets.
    let sets = graph.edges.map { self.sets.numbers[Int($0.observableSet)]! }
    let firstEdges = PatternTable.firstEdges(graph)
    let nodes = patterns.add(slots, sets: sets, firstEdges: firstEdges)
    let escapes = EscapeForest(slots, roots: [], layers: window.rounds)
    let groups = graph.correlations.map { correlations in
      rules.add(
        correlations, graph, slots: slots, roots: GraphComponents(graph).roots,
        weights: Self.weights(graph), firstEdges: firstEdges, shift: RuleRecord.shift(maxDegree: maxDegree))
    }
    var shape: [UInt32] = []
    var node = 0
    while node < graph.detectorCount {
      let first = node
      var layer = Layer()
      while node < graph.detectorCount, window.rounds[node] == window.rounds[first] {
        guard escapes.positions[node] != ImageLayout.none || window.isIdle[node] else {
          throw .noWayOut(detector: node - first, round: Int(window.rounds[node]))
        }
        layer.nodes += [nodes[2 * node], nodes[2 * node + 1] - firstEdges[first]]
        layer.escapes += [escapes.positions[node], escapes.steps[node]]
        if let groups { layer.groups.append(groups[node]) }
        let slot = window.ahead[node].flatMap { next in
          slots.slots(of: node).first { slots.neighbours[$0] == next }
        }
        layer.ahead.append(slot.map { UInt32($0) - slots.starts[node] } ?? ImageLayout.none)
        if let network { layer.places += network.place(firstNode + node, lessRounds: window.rounds[node]) }
        node += 1
      }
      layer.edges = firstEdges[node] - firstEdges[first]
      if let number = numbers[layer] {
        shape.append(number)
      } else {
        numbers[layer] = UInt32(layers.count)
        shape.append(UInt32(layers.count))
        layers.append(layer)
      }
    }
    return shape
  }

  /// A place in the longest shapes that has the same layer two places before and behind, in all of them.
  func middle(from head: Int) -> Int? {
    let reach = Int(StreamRecord.reach)
    let longest = (0..<Int(StreamRecord.kindCount)).map { shapes[($0 + 1) * shapeRounds - 1] }
    return (max(head, reach)..<shapeRounds - reach).first { middle in
      longest.allSatisfy { shape in
        shape[middle - reach...middle + reach].allSatisfy { $0 == shape[middle] }
      }
    }
  }

  /// The image that holds all this.
  func image(_ record: StreamRecord, _ graph: DetectorGraph) -> [UInt8] {
    var image = ImageBuilder()
    let nodes = layers.flatMap(\.nodes)
    let edges: UInt32 = layers.reduce(0) { $0 + $1.edges }
    // Words of a pattern: see `PatternRecord`.
    let used = stride(from: 0, to: nodes.count, by: 2).map { 6 * Int(nodes[$0]) }
    let boundaryEdges = used.count { patterns.patterns[$0 + 3] != ImageLayout.none }
    var maxWeight: UInt32 = 0
    for slot in stride(from: 1, to: patterns.slots.count, by: 2) {
      maxWeight = max(maxWeight, patterns.slots[slot] & SlotRecord.weightMask)
    }
    let longest: UInt32 = layers.reduce(0) { longest, layer in
      stride(from: 1, to: layer.escapes.count, by: 2).reduce(longest) { max($0, layer.escapes[$1]) }
    }
    image.header(ImageLayout.Header.detectors, UInt32(nodes.count / 2))
    image.header(ImageLayout.Header.observables, UInt32(graph.observableCount))
    image.header(ImageLayout.Header.edges, edges)
    image.header(ImageLayout.Header.slots, UInt32(patterns.slotCount))
    image.header(ImageLayout.Header.boundaryEdges, UInt32(boundaryEdges))
    image.header(ImageLayout.Header.components, UInt32(1))
    image.header(ImageLayout.Header.maxDegree, maxDegree)
    image.header(ImageLayout.Header.maxWeight, maxWeight)
    image.header(ImageLayout.Header.longestEscape, longest)
    image.header(ImageLayout.Header.weightScale, graph.weightScale.factor.bitPattern)

    image.section(ImageLayout.Section.nodes, elementWords: 2, nodes + [ImageLayout.none, edges])
    image.section(ImageLayout.Section.patterns, elementWords: 6, patterns.patterns)
    image.section(ImageLayout.Section.slots, elementWords: 2, patterns.slots)
    image.section(ImageLayout.Section.slotDetails, elementWords: 2, patterns.details)
    image.section(ImageLayout.Section.ownSlots, elementWords: 1, patterns.ownSlots)
    image.section(ImageLayout.Section.observableSets, elementWords: 1, sets.starts)
    image.section(ImageLayout.Section.observableIDs, elementWords: 1, sets.members)
    image.section(ImageLayout.Section.escapes, elementWords: 2, layers.flatMap(\.escapes))
    if hasRules {
      image.section(ImageLayout.Section.ruleGroups, elementWords: 1, layers.flatMap(\.groups))
      rules.write(to: &image)
    }
    network?.write(places: layers.flatMap(\.places), to: &image)
    image.section(
      ImageLayout.Section.stream, elementWords: 10,
      [
        record.shapeRounds, record.middle, record.firstDetectors, record.lastDetectors, record.roundDetectors,
        record.commitRounds, record.bufferRounds, record.edgeReach, record.headRounds, record.tailRounds,
      ])
    var firstNode: UInt32 = 0
    var records: [UInt32] = []
    for layer in layers {
      let count = UInt32(layer.nodes.count / 2)
      records += [firstNode, count, layer.edges, 0]
      firstNode += count
    }
    image.section(ImageLayout.Section.layers, elementWords: 4, records)
    var starts: [UInt32] = [0]
    for shape in shapes { starts.append(starts[starts.count - 1] + UInt32(shape.count)) }
    image.section(ImageLayout.Section.shapes, elementWords: 1, starts)
    image.section(ImageLayout.Section.shapeLayers, elementWords: 1, shapes.flatMap { $0 })
    image.section(ImageLayout.Section.aheadSlots, elementWords: 1, layers.flatMap(\.ahead))
    return image.bytes()
  }
}
