import DecantCore

/// Turns a detector graph into a decoder image: the bytes that everything in the real-time plane works from.
///
/// All searching, sorting and hashing that decoding would otherwise repeat is done here, once. The same graph
/// gives the same bytes on every machine.
public enum ImageCompiler {
  /// Why a graph cannot become an image.
  public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// An image addresses fewer than 2^30 ends of edges.
    case tooManyEdges(Int)
    /// An image addresses fewer than 2^32 rules of correlation.
    case tooManyRules(Int)

    /// With correlations, an image addresses fewer than 2^32 ends of edges, were all detectors like the busiest.
    case tooManyEdgesAtDetector(UInt32)
    /// The plan of the network is not one of this graph, or not one that an image can hold.
    case network(EventNetworkPlan.Flaw)
    case grid(GridPlan.Flaw)
    /// A network changes weights, and does not know edges that are likelier than not.
    case networkWithNegativeEdges

    public var description: String {
      switch self {
      case .tooManyEdges(let edges):
        "the graph has \(edges) edges, and an image holds fewer than 2^30 ends of edges; "
          + "compile fewer rounds at a time"
      case .tooManyRules(let rules):
        "the errors correlate edges in \(rules) ways, and an image holds fewer than 2^32; "
          + "compile fewer rounds at a time, or without correlations"
      case .tooManyEdgesAtDetector(let edges):
        "a detector has \(edges) edges; were all like it, there would be 2^32 ends of edges or more, which an "
          + "image with correlations cannot hold; compile without correlations"
      case .network(let flaw):
        "the network does not fit: \(flaw)"
      case .grid(let flaw):
        "the network does not fit: \(flaw)"
      case .networkWithNegativeEdges:
        "some edges are likelier to flip than not, which a network cannot be compiled with"
      }
    }
  }

  /// The image of a graph, as `ImageLayout` describes it.
  ///
  /// - Parameters:
  ///   - network, grid: what to pre-decode with, at most one of them; its detectors and edges are the graph's.
  public static func compile(
    _ graph: DetectorGraph, network: EventNetworkPlan? = nil, grid: GridPlan? = nil
  ) throws(Failure) -> [UInt8] {
    try compile(graph, network: network, grid: grid, strip: nil)
  }

  /// The image of a strip, whose graph has no negative edges.
  static func compile(_ graph: DetectorGraph, strip: StripTable) throws(Failure) -> [UInt8] {
    try compile(graph, network: nil, grid: nil, strip: strip)
  }

  private static func compile(
    _ graph: DetectorGraph, network: EventNetworkPlan?, grid: GridPlan?, strip: StripTable?
  ) throws(Failure) -> [UInt8] {
    precondition(network == nil || grid == nil, "an image holds one network")
    let boundaryEdges = graph.edges.count { $0.isBoundary }
    guard 2 * graph.edges.count - boundaryEdges < 1 << 30 else { throw .tooManyEdges(graph.edges.count) }
    if let rules = graph.correlations?.affected.count, rules >= 1 << 32 { throw .tooManyRules(rules) }

    let weights = graph.edges.indices.map { graph.integerWeight(ofEdge: $0) }
    let sets = NumberedSets(of: graph)
    let slots = SlotTable(graph, weights: weights.map { $0.magnitude })
    let firstEdges = PatternTable.firstEdges(graph)
    let patterns = PatternTable(slots, graph, sets: sets.ofEdges, firstEdges: firstEdges)
    let components = GraphComponents(graph)
    let escapes = EscapeForest(slots, roots: components.closedRoots)
    let negative = weights.indices.filter { weights[$0] < 0 }

    var image = ImageBuilder()
    image.header(ImageLayout.Header.detectors, UInt32(graph.detectorCount))
    image.header(ImageLayout.Header.observables, UInt32(graph.observableCount))
    image.header(ImageLayout.Header.edges, UInt32(graph.edges.count))
    image.header(ImageLayout.Header.slots, UInt32(patterns.slotCount))
    image.header(ImageLayout.Header.boundaryEdges, UInt32(boundaryEdges))
    image.header(ImageLayout.Header.negativeEdges, UInt32(negative.count))
    image.header(ImageLayout.Header.components, UInt32(components.count))
    image.header(ImageLayout.Header.closedComponents, UInt32(components.closedRoots.count))
    image.header(ImageLayout.Header.maxDegree, slots.maxDegree)
    image.header(ImageLayout.Header.maxWeight, weights.reduce(0) { max($0, $1.magnitude) })
    image.header(ImageLayout.Header.longestEscape, escapes.longest)
    image.header(ImageLayout.Header.weightScale, graph.weightScale.factor.bitPattern)
    image.header(
      ImageLayout.Header.negativeWeight,
      UInt64(bitPattern: negative.reduce(Int64(0)) { $0 + Int64(weights[$1]) }))

    image.section(ImageLayout.Section.nodes, elementWords: 2, patterns.nodes)
    image.section(ImageLayout.Section.patterns, elementWords: 6, patterns.patterns)
    image.section(ImageLayout.Section.slots, elementWords: 2, patterns.slots)
    image.section(ImageLayout.Section.slotDetails, elementWords: 2, patterns.details)
    image.section(ImageLayout.Section.ownSlots, elementWords: 1, patterns.ownSlots)
    image.section(ImageLayout.Section.observableSets, elementWords: 1, sets.starts)
    image.section(ImageLayout.Section.observableIDs, elementWords: 1, sets.members)
    image.section(ImageLayout.Section.escapes, elementWords: 2, escapes.records)
    if !components.closedRoots.isEmpty {
      image.section(ImageLayout.Section.closedComponents, elementWords: 1, components.closedComponents)
    }
    if !negative.isEmpty {
      image.section(ImageLayout.Section.negativeEdges, elementWords: 1, negative.map { UInt32($0) })
    }
    if let correlations = graph.correlations {
      guard graph.detectorCount << RuleRecord.shift(maxDegree: slots.maxDegree) < 1 << 32 else {
        throw .tooManyEdgesAtDetector(slots.maxDegree)
      }
      let table = RuleTable(
        correlations, graph, slots: slots, roots: components.roots, weights: weights.map { $0.magnitude },
        firstEdges: firstEdges)
      image.section(ImageLayout.Section.ruleGroups, elementWords: 1, table.groups)
      table.write(to: &image)
    }
    if let network {
      guard negative.isEmpty else { throw .networkWithNegativeEdges }
      try add(network, slots, to: &image)
    }
    if let grid {
      guard negative.isEmpty else { throw .networkWithNegativeEdges }
      try add(grid, firstEdges: firstEdges, to: &image)
    }
    strip?.write(to: &image)
    return image.bytes()
  }

  private static func add(_ grid: GridPlan, firstEdges: [UInt32], to image: inout ImageBuilder)
    throws(Failure)
  {
    let table: GridTable
    do throws(GridPlan.Flaw) { table = try GridTable(grid, firstEdges: firstEdges) } catch {
      throw .grid(error)
    }
    image.section(ImageLayout.Section.grid, elementWords: table.record.count, table.record)
    image.section(ImageLayout.Section.gridLayers, elementWords: GridTable.layerWords, table.layers)
    image.section(ImageLayout.Section.gridWeights, elementWords: 1, table.weights)
    image.section(ImageLayout.Section.gridParameters, elementWords: 1, table.parameters)
    image.section(ImageLayout.Section.gridInput, elementWords: 1, table.input)
    image.section(ImageLayout.Section.gridPlaces, elementWords: GridTable.placeWords, table.places)
    image.section(ImageLayout.Section.gridStarts, elementWords: 1, table.starts)
    image.section(ImageLayout.Section.gridChains, elementWords: 1, table.chains)
  }

  private static func add(_ network: EventNetworkPlan, _ slots: SlotTable, to image: inout ImageBuilder)
    throws(Failure)
  {
    let table: NetworkTable
    do throws(EventNetworkPlan.Flaw) { table = try NetworkTable(network, slots) } catch {
      throw .network(error)
    }
    table.write(places: table.places, to: &image)
  }
}
