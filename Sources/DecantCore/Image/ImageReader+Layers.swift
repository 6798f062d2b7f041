/// The proof that windows put together from layers are sound graphs, of whatever length.
///
/// Each shape that is stored is checked as if it were a graph of its own. Edges and rules reach over two layers at
/// most, and the layer that is repeated in longer windows stands between four of its like: so every layer of a longer
/// window has the neighbours that it had when it was checked, and what is said in steps from a node holds there, too.
extension ImageReader {
  @_optimize(size)
  func checkLayers() -> Bool {
    guard negativeEdgeCount == 0, closedComponentCount == 0, negativeWeight == 0, !hasGrid,
      u32(ImageLayout.Header.components) == 1
    else { return false }
    guard checkLayerRecords(), checkShapes(), checkLayersNetwork() else { return false }
    // Entries are counted in 32 bits.
    let longestShape = UInt64(stream.largestRound) &* UInt64(stream.shapeRounds)
    guard longestShape &<< UInt64(RuleRecord.shift(maxDegree: maxDegree)) < 1 &<< 32 else { return false }
    var number: UInt32 = 0
    while number < StreamRecord.kindCount {
      let kind = WindowKind(number: number)
      var rounds: UInt32 = 1
      while rounds <= stream.shapeRounds {
        guard checkShape(kind, rounds: rounds) else { return false }
        rounds &+= 1
      }
      number &+= 1
    }
    return true
  }

  /// Most own edges in a layer, and most rules of these.
  var largestLayer: (edges: UInt32, rules: UInt64) {
    let layers = layers
    let graph = graph
    var edges: UInt32 = 0
    var rules: UInt64 = 0
    var index: UInt32 = 0
    while index < layerCount {
      let layer = layers.records[index]
      edges = max(edges, layer.edgeCount)
      var steps: UInt64 = 0
      var node = layer.firstNode
      while hasCorrelations && node < layer.firstNode &+ layer.nodeCount {
        steps &+= ruleSteps(of: node, graph.pattern(of: node).ownCount)
        node &+= 1
      }
      rules = max(rules, steps)
      index &+= 1
    }
    return (edges, rules)
  }

  /// Whether there are detectors that no error flips.
  var hasIdleDetectors: Bool {
    let graph = graph
    var node: UInt32 = 0
    while node < detectors {
      if graph.pattern(of: node).isEmpty { return true }
      node &+= 1
    }
    return false
  }

  /// Layers divide the nodes among them, and count their edges without gaps.
  private func checkLayerRecords() -> Bool {
    let layers = layers
    let graph = graph
    var nodesSeen: UInt32 = 0
    var edgesSeen: UInt32 = 0
    var boundary: UInt32 = 0
    var degree: UInt32 = 0
    var maxWeight: UInt32 = 0
    var longest: UInt32 = 0
    var index: UInt32 = 0
    while index < layerCount {
      let layer = layers.records[index]
      index &+= 1
      guard layer.reserved == 0, layer.firstNode == nodesSeen, layer.nodeCount <= detectors &- nodesSeen,
        layer.edgeCount <= edgeCount &- edgesSeen
      else { return false }
      edgesSeen &+= layer.edgeCount
      var edges: UInt32 = 0
      let end = nodesSeen &+ layer.nodeCount
      while nodesSeen < end {
        let record = graph.nodes[nodesSeen]
        guard record.pattern < patternCount, record.firstEdge == edges else { return false }
        let pattern = graph.patterns[record.pattern]
        guard pattern.ownCount <= layer.edgeCount &- edges, hasRuleGroup(nodesSeen, pattern) else {
          return false
        }
        edges &+= pattern.ownCount
        if pattern.boundaryWeight != .none { boundary &+= 1 }
        degree = max(degree, pattern.degree &+ (pattern.boundaryWeight == .none ? 0 : 1))
        var slot = pattern.firstSlot
        while slot < pattern.firstSlot &+ pattern.degree {
          maxWeight = max(maxWeight, graph.slots[slot].weight)
          slot &+= 1
        }
        if pattern.boundaryWeight != .none { maxWeight = max(maxWeight, pattern.boundaryWeight) }
        longest = max(longest, graph.escapes[nodesSeen].steps)
        nodesSeen &+= 1
      }
      guard edges == layer.edgeCount else { return false }
    }
    let last = graph.nodes[detectors]
    return nodesSeen == detectors && edgesSeen == edgeCount && last.pattern == .none
      && last.firstEdge == edgeCount && boundary == boundaryEdges && degree == maxDegree
      && maxWeight == u32(ImageLayout.Header.maxWeight) && longest == longestEscape
  }

  /// Whether the rules of a node are where there are some: also of one that no shape holds, since they are counted.
  private func hasRuleGroup(_ stored: UInt32, _ pattern: PatternRecord) -> Bool {
    !hasCorrelations || hasRules(stored, pattern.ownCount)
  }

  /// Shapes are absent or have a layer for each round, of the size that the round has wherever it is; the longest are
  /// there, and can be repeated in their middles.
  private func checkShapes() -> Bool {
    let layers = layers
    let shapeCount = StreamRecord.kindCount &* stream.shapeRounds
    guard layers.shapes[0] == 0, layers.shapes[shapeCount] == shapeLayerCount else { return false }
    var shape: UInt32 = 0
    while shape < shapeCount {
      let first = layers.shapes[shape]
      let end = layers.shapes[shape &+ 1]
      let rounds = shape % stream.shapeRounds &+ 1
      let kind = WindowKind(number: shape / stream.shapeRounds)
      guard first <= end, end <= shapeLayerCount, end == first || end &- first == rounds,
        rounds < stream.shapeRounds || end != first
      else { return false }
      var index = first
      while index < end {
        guard layers.shapeLayers[index] < layerCount else { return false }
        let size = layers.records[layers.shapeLayers[index]].nodeCount
        if kind.isFirst && index == first && size != stream.firstDetectors { return false }
        if kind.isLast && index == end &- 1 && size != stream.lastDetectors { return false }
        let isInside = !(kind.isFirst && index == first) && !(kind.isLast && index == end &- 1)
        if isInside && size != stream.roundDetectors { return false }
        index &+= 1
      }
      if rounds == stream.shapeRounds {
        let middle = layers.shapeLayers[first &+ stream.middle]
        index = first &+ stream.middle &- StreamRecord.reach
        while index <= first &+ stream.middle &+ StreamRecord.reach {
          guard layers.shapeLayers[index] == middle else { return false }
          index &+= 1
        }
      }
      shape &+= 1
    }
    return true
  }

  private func checkShape(_ kind: WindowKind, rounds: UInt32) -> Bool {
    guard layers.hasShape(kind, rounds: rounds, stream) else { return true }
    var place = ShapePlace(self, kind, rounds: rounds)
    while place.position < rounds {
      while place.node < place.first &+ place.layer.nodeCount {
        guard checkNode(place) else { return false }
        place.node &+= 1
      }
      place.advance()
    }
    return true
  }

  private func checkNode(_ place: ShapePlace) -> Bool {
    let graph = graph
    let stored = place.stored
    let pattern = graph.pattern(of: stored)
    let ahead = aheadSlots[stored]
    guard ahead == .none || ahead < pattern.degree &+ (pattern.boundaryWeight == .none ? 0 : 1) else {
      return false
    }
    let escape = graph.escapes[stored]
    if escape.position == .none {
      guard pattern.isEmpty, escape.steps == 0 else { return false }
    } else if escape.position == pattern.degree {
      guard pattern.boundaryWeight != .none, escape.steps == 1 else { return false }
    } else {
      guard escape.position < pattern.degree, escape.steps != 0 else { return false }
    }
    var position: UInt32 = 0
    while position < pattern.degree {
      let slot = pattern.firstSlot &+ position
      guard let other = place.storedNode(place.node &+ graph.slots[slot].step, reach: stream.edgeReach),
        let twin = graph.twin(of: slot, in: graph.pattern(of: other)),
        graph.slots[twin].packed == graph.slots[slot].packed,
        graph.details[twin].rank == graph.details[slot].rank,
        graph.details[twin].observableSet == graph.details[slot].observableSet
      else { return false }
      if position == escape.position && graph.escapes[other].steps != escape.steps &- 1 { return false }
      position &+= 1
    }
    return (!hasCorrelations || checkRules(place, pattern)) && (!hasNetwork || checkOutputs(place, pattern))
  }

  private func checkRules(_ place: ShapePlace, _ pattern: PatternRecord) -> Bool {
    let correlations = correlations
    let graph = graph
    let shift = RuleRecord.shift(maxDegree: maxDegree)
    var rank: UInt32 = 0
    while rank < pattern.ownCount {
      let rules = correlations.rules(of: place.node, stored: place.stored, rank: rank, rowShift: shift)
      guard checkRules(rules, { place.slot(at: $0, shift, graph) }) else { return false }
      rank &+= 1
    }
    return true
  }
}

extension PatternRecord {
  /// Whether a node with this neighbourhood has no edge.
  @inline(__always)
  var isEmpty: Bool { degree == 0 && boundaryWeight == .none }
}

extension StreamRecord {
  /// Whether its numbers are in range, so that the sizes of other sections follow from it.
  var isSound: Bool {
    guard shapeRounds <= Self.maxShapeRounds, middle >= Self.reach, middle < shapeRounds,
      shapeRounds &- middle > Self.reach
    else { return false }
    guard roundDetectors != 0, largestRound < 1 << 20 else { return false }
    guard headRounds != 0, headRounds <= shapeRounds, tailRounds != 0, tailRounds <= shapeRounds else {
      return false
    }
    return edgeReach != 0 && edgeReach <= Self.reach && allows(commit: commitRounds, buffer: bufferRounds)
  }

  var largestRound: UInt32 { max(roundDetectors, max(firstDetectors, lastDetectors)) }

  /// Whether windows may commit and see so many rounds: what is committed must not reach past what is seen.
  func allows(commit: UInt32, buffer: UInt32) -> Bool {
    commit != 0 && buffer >= edgeReach && commit <= Self.maxRounds && buffer <= Self.maxRounds
      && firstCommit(commit) &+ buffer <= Self.maxRounds
  }

  /// Rounds that the first window of an experiment commits, so that others begin with rounds like any other.
  func firstCommit(_ commit: UInt32) -> UInt32 { max(commit, headRounds) }
}

/// A node of a shape that is being checked. Nodes are numbered through the window; their records stand in their layers.
struct ShapePlace {
  let reader: ImageReader
  let kind: WindowKind
  let rounds: UInt32
  var position: UInt32 = 0
  /// The number of the layer's first node.
  var first: UInt32 = 0
  var layer: LayerRecord
  var node: UInt32 = 0

  init(_ reader: ImageReader, _ kind: WindowKind, rounds: UInt32) {
    self.reader = reader
    self.kind = kind
    self.rounds = rounds
    layer = reader.layers.layer(kind, rounds: rounds, at: 0, reader.stream)
  }

  private func layer(at position: UInt32) -> LayerRecord {
    reader.layers.layer(kind, rounds: rounds, at: position, reader.stream)
  }

  /// Goes to the next layer.
  mutating func advance() {
    first &+= layer.nodeCount
    position &+= 1
    if position < rounds { layer = layer(at: position) }
    node = first
  }

  /// Where the node's records are.
  var stored: UInt32 { layer.firstNode &+ node &- first }

  /// Where the records of another node are; nil if that is not in the window or too many layers away.
  func storedNode(_ other: UInt32, reach: UInt32) -> UInt32? {
    var position = position
    var begin = first
    var back: UInt32 = 0
    while back < reach && position != 0 && other < begin {
      position &-= 1
      back &+= 1
      begin &-= layer(at: position).nodeCount
    }
    guard other >= begin else { return nil }
    while position < rounds && position <= self.position &+ reach {
      let here = layer(at: position)
      if other &- begin < here.nodeCount { return here.firstNode &+ other &- begin }
      begin &+= here.nodeCount
      position &+= 1
    }
    return nil
  }

  /// The slot of an entry, see `RuleRecord`; nil if there is none.
  func slot(at entry: UInt32, _ shift: UInt32, _ graph: Graph) -> UInt32? {
    guard let stored = storedNode(entry &>> shift, reach: StreamRecord.reach) else { return nil }
    let pattern = graph.pattern(of: stored)
    let position = entry &- (entry &>> shift) &<< shift
    let count = pattern.degree &+ (pattern.boundaryWeight == .none ? 0 : 1)
    return position < count ? pattern.firstSlot &+ position : nil
  }
}
