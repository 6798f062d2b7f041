import CDecant
import DecantCore
import Testing

@testable import DecantHost

/// Cutting patches across: which columns strips see, and what stands for what lies outside.
@Suite struct StripCompilerTests {
  /// A chain of detectors in columns of their own, with the boundary at both ends: 0 is flipped at the left, 1 at the right.
  static func chain(_ count: Int, _ rate: (Int) -> Double = { 0.01 + 0.001 * Double($0) }) throws
    -> DetectorErrorModel
  {
    var text = ["error(\(rate(0))) D0 L0", "error(\(rate(count))) D\(count - 1) L1"]
    for k in 0..<count - 1 { text.append("error(\(rate(k + 1))) D\(k) D\(k + 1)") }
    for k in 0..<count { text.append("detector(\(3 * k), 0, 0) D\(k)") }
    return try DetectorErrorModel(text: text.joined(separator: "\n"), source: "chain.dem")
  }

  static func plan(_ columns: Int, _ commit: Int, _ buffer: Int) throws -> StripPlan {
    let model = try chain(columns)
    return try StripPlan(model, DetectorGraph(model), StripWidths(commit: commit, buffer: buffer)!)
  }

  /// Committed columns make up the patch, layers take turns, and buffers are whole.
  @Test(arguments: [(1, 1), (2, 1), (1, 3), (4, 2), (7, 7)]) func strips(commit: Int, buffer: Int) throws {
    for columns in 2...40 {
      let plan = try Self.plan(columns, commit, buffer)
      var next = 0
      for (index, strip) in plan.strips.enumerated() {
        #expect(strip.committed.lowerBound == next && !strip.committed.isEmpty)
        next = strip.committed.upperBound
        #expect(strip.isSecond == !index.isMultiple(of: 2))
        if strip.isSecond {
          #expect(strip.seen == strip.committed)
          continue
        }
        #expect(strip.seen.lowerBound == max(0, strip.committed.lowerBound - buffer))
        #expect(strip.seen.upperBound >= min(columns, strip.committed.lowerBound + commit + buffer))
        #expect(strip.committed.upperBound == columns || strip.committed.count == commit)
      }
      #expect(next == columns)
      #expect(plan.seamDetectors == (plan.strips.count > 1 ? 1 : 0))
    }
  }

  /// In the middle of a chain there is no boundary: edges stand for the ways out, with their weights and what they flip.
  @Test func waysOut() throws {
    let model = try Self.chain(12)
    let whole = try DetectorGraph(model)
    let compiler = try StripCompiler(model, whole, StripWidths(commit: 1, buffer: 1)!)
    #expect(compiler.count == 6)
    let strip = ParsedImage(try compiler.image(3))
    // Detectors 5 to 7.
    let widths = StripWidths(commit: 1, buffer: 1)!
    let plan = try StripPlan(model, whole, widths)
    #expect(plan.strips[3].committed == 5..<8)
    let ways = WaysOut(whole)
    let graph = try StripGraph(whole, plan, 3, ways, whole.weightScale)
    #expect(graph.originals == [5, 6, 7] && graph.before == [0] && graph.after == [2])
    let out = graph.graph.edges.indices.filter { graph.graph.edges[$0].isBoundary }
    #expect(out.map { graph.graph.edges[$0].a } == [0, 2])
    #expect(out.map { Array(graph.graph.observables(ofEdge: $0)) } == [[0], [1]])
    func weight(_ edges: Range<Int>) -> Double {
      edges.map { LogLikelihood.weight(probability: 0.01 + 0.001 * Double($0)) }.reduce(0, +)
    }
    #expect(abs(graph.graph.edges[out[0]].weight - weight(0..<6)) < 1e-9)
    #expect(abs(graph.graph.edges[out[1]].weight - weight(8..<13)) < 1e-9)
    #expect(strip.u32(ImageLayout.Header.boundaryEdges) == 2)
  }

  /// A way may be the lighter one through the strip itself.
  @Test func wayThroughTheStrip() throws {
    let model = try Self.chain(12) { $0 < 6 ? 0.001 : 0.4 }
    let whole = try DetectorGraph(model)
    let ways = WaysOut(whole)
    #expect(ways.observables(from: 4) == [1])
    #expect(ways.observables(from: 0) == [0])
  }

  /// Edges that stand for ways are as heavy as they are long; the scale of a patch that is not cut stays.
  @Test func scale() throws {
    let model = try Self.chain(12)
    let whole = try DetectorGraph(model)
    for (widths, expected) in [
      (StripWidths(commit: 1, buffer: 1)!, false), (StripWidths(commit: 9, buffer: 9)!, true),
    ] {
      let compiler = try StripCompiler(model, whole, widths)
      let scales = Set(
        try compiler.images().map { ParsedImage($0).u64(ImageLayout.Header.weightScale) })
      #expect(scales.count == 1)
      #expect((scales.first == whole.weightScale.factor.bitPattern) == expected)
    }
    // Integers are integers still.
    let integers = try DetectorGraph(
      detectors: 12, observables: 0,
      edges: [.init(0, nil, weight: 3)] + (0..<11).map { .init($0, $0 + 1, weight: 5) })
    let images = try StripCompiler(model, integers, StripWidths(commit: 1, buffer: 1)!).images()
    #expect(images.allSatisfy { ParsedImage($0).u64(ImageLayout.Header.weightScale) == 1.0.bitPattern })
  }

  /// A part of the graph without a boundary that no strip cuts takes an even number of events, as it does whole.
  @Test func impossibleShot() throws {
    let text =
      String(decoding: try Self.chain(12).text, as: UTF8.self)
      + "\nerror(0.1) D12 D13\ndetector(9, 1, 0) D12\ndetector(9, 2, 0) D13"
    let model = try DetectorErrorModel(text: text, source: "parts.dem")
    let graph = try DetectorGraph(model)
    let strips = try StripCompiler(model, graph, StripWidths(commit: 1, buffer: 1)!).images()
    let decoder = try LoadedDecoder(
      image: try ImageCompiler.compile(graph), name: "parts", strips: strips, threads: 2)
    let layout = ShotLayout(detectors: 14)
    var answers = ShotBatch(layout: ShotLayout(observables: 2), capacity: 3)
    var failure: DecoderError?
    let shots = ShotBatch(layout: layout, rows: [1, 0, 0, 0b110000, 0, 0b010000], count: 3)
    do throws(DecoderError) { try decoder.decode(shots, into: &answers) } catch { failure = error }
    #expect(failure?.shot == 2 && failure?.status == decant_status(DECANT_IMPOSSIBLE))
    #expect(Array(answers.rows) == [1, 0])
  }

  @Test func longestCoordinateIsCut() throws {
    let text = """
      error(0.1) D0 D1
      error(0.1) D1 D2
      error(0.1) D0
      error(0.1) D2
      detector(0, 0, 0) D0
      detector(0, 1, 5) D1
      detector(1, 2, 9) D2
      """
    let model = try DetectorErrorModel(text: text, source: "rows.dem")
    let graph = try DetectorGraph(model)
    let widths = StripWidths(commit: 1, buffer: 1)!
    #expect(try StripPlan(model, graph, widths).columns == [0, 1, 2])
    var other = widths
    other.axis = 0
    #expect(try StripPlan(model, graph, other).columns == [0, 0, 1])
  }

  static func refusal(_ text: String, commit: Int = 1, buffer: Int = 1) throws -> String {
    let model = try DetectorErrorModel(text: text, source: "x.dem")
    do {
      _ = try StripCompiler(
        model, DetectorGraph(model), StripWidths(commit: commit, buffer: buffer)!
      ).images()
      return ""
    } catch let failure as StripCompiler.Failure { return failure.description }
  }

  /// A model of no errors has one strip, wherever its detectors are.
  @Test func nothingToCut() throws {
    let model = try DetectorErrorModel(
      text: "detector(1, 0, 0) D1\nlogical_observable L0", source: "empty.dem")
    let compiler = try StripCompiler(model, DetectorGraph(model), StripWidths(commit: 1, buffer: 1)!)
    #expect(compiler.count == 1)
    #expect(StripForgeryTests.tried(try compiler.image(0)) == decant_status(DECANT_OK))
  }

  @Test func refusals() throws {
    #expect(
      try Self.refusal("error(0.1) D0\nerror(0.1) D0 D1\ndetector(0, 0) D0")
        == "x.dem: detector D1 has no coordinates in space and time, by which strips are cut; declare it as "
        + "detector(x, y, t) D1")
    #expect(
      try Self.refusal("error(0.6) D0\ndetector(0, 0) D0")
        == "x.dem: some edges are likelier to flip than not, which cannot be cut into strips")
    let far =
      "error(0.1) D0\nerror(0.1) D0 D2\nerror(0.1) D1\ndetector(0, 0) D0\ndetector(1, 0) D1\ndetector(2, 0) D2"
    #expect(
      try Self.refusal(far)
        == "x.dem: edges reach over 2 columns, so that strips commit at least 2 and see at least 2 more, not 1 and 1"
    )
    #expect(try Self.refusal(far, commit: 2, buffer: 2) == "")
  }
}
