import DecantCore

/// Turns the graph of a patch into the images of strips, which decode in parallel.
public struct StripCompiler {
  /// Why a patch cannot be cut so.
  public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
  }

  private let graph: DetectorGraph
  private let plan: StripPlan
  private let ways: WaysOut
  private let scale: WeightScale

  /// - Parameters:
  ///   - model: whose detectors have coordinates.
  ///   - graph: that of the model.
  public init(_ model: DetectorErrorModel, _ graph: DetectorGraph, _ widths: StripWidths) throws {
    guard graph.edges.allSatisfy({ $0.weight >= 0 }) else {
      throw Failure(
        description:
          "\(model.source): some edges are likelier to flip than not, which cannot be cut into strips")
    }
    self.graph = graph
    plan = try StripPlan(model, graph, widths)
    ways = WaysOut(graph)
    guard plan.strips.count > 1 else {
      scale = graph.weightScale
      return
    }
    // No edge that stands for a way weighs more than this.
    let heaviest = graph.edges.lazy.map(\.weight).reduce(0, max)
    let longest = (0..<graph.detectorCount).lazy.compactMap { [ways] in ways.weight(from: $0) }.reduce(0, max)
    scale = graph.weightScale.holding(heaviest + longest)
  }

  /// What became of the model's mechanisms.
  public var census: MechanismCensus { graph.census }

  /// How many strips there are.
  public var count: Int { plan.strips.count }

  /// The image of a strip, as `StripRecord` describes it.
  ///
  /// - Parameter index: below `count`.
  public func image(_ index: Int) throws -> [UInt8] {
    let strip = try StripGraph(graph, plan, index, ways, scale)
    let record = StripRecord(
      index: UInt32(index), strips: UInt32(count), shotDetectors: UInt32(graph.detectorCount),
      committed: UInt32(strip.isCommitted.count { $0 }), before: UInt32(strip.before.count),
      after: UInt32(strip.after.count), seamDetectors: UInt32(plan.seamDetectors))
    return try ImageCompiler.compile(strip.graph, strip: StripTable(record, strip))
  }

  /// The images of all strips.
  public func images() throws -> [[UInt8]] { try (0..<count).map { try image($0) } }
}

/// The sections of a strip.
struct StripTable {
  let record: [UInt32]
  let blocks: [UInt32]
  let committed: [UInt32]
  let seams: [UInt32]

  init(_ record: StripRecord, _ strip: StripGraph) {
    self.record = [
      record.index, record.strips, record.shotDetectors, record.committed, record.before, record.after,
      record.seamDetectors,
    ]
    var seen = [UInt64](repeating: 0, count: (Int(record.shotDetectors) + 63) / 64)
    for original in strip.originals { seen[original / 64] |= 1 << UInt64(original % 64) }
    var first = 0
    var blocks: [UInt32] = []
    for word in seen {
      blocks += [UInt32(truncatingIfNeeded: word), UInt32(word >> 32), UInt32(first), 0]
      first += word.nonzeroBitCount
    }
    self.blocks = blocks
    var committed = [UInt32](repeating: 0, count: 2 * ((strip.originals.count + 63) / 64))
    for node in strip.isCommitted.indices where strip.isCommitted[node] {
      committed[node / 32] |= 1 << UInt32(node % 32)
    }
    self.committed = committed
    seams = strip.before + strip.after
  }

  func write(to image: inout ImageBuilder) {
    image.section(ImageLayout.Section.strip, elementWords: record.count, record)
    image.section(ImageLayout.Section.stripBlocks, elementWords: 4, blocks)
    image.section(ImageLayout.Section.stripCommitted, elementWords: 2, committed)
    image.section(ImageLayout.Section.stripSeams, elementWords: 1, seams)
  }
}
