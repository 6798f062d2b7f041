import CDecant
import DecantCore
import DecantHost
import Testing

/// The correlations of a graph come back from its image, and take the room of the rounds that differ.
@Suite struct RuleTableTests {
  /// Errors of up to three components among few edges, so that these meet often.
  static func randomModel(_ random: inout SplitMix64) -> String {
    let detectors = Int.random(in: 1...9, using: &random)
    return (0..<Int.random(in: 0...40, using: &random)).map { _ in
      let components = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        let a = Int.random(in: 0..<detectors, using: &random)
        let b = min(a + Int.random(in: 0...2, using: &random), detectors - 1)
        return a == b ? "D\(a)" : "D\(a) D\(b)"
      }
      return "error(\(Double.random(in: 0.001...0.5, using: &random))) \(components.joined(separator: " ^ "))"
    }.joined(separator: "\n")
  }

  static func expected(_ graph: DetectorGraph) throws -> [ParsedImage.Rule] {
    let correlations = try #require(graph.correlations)
    return graph.edges.indices.flatMap { edge in
      correlations.rules(of: edge).compactMap { rule in
        let affected = Int(correlations.affected[rule])
        let weight = graph.weightScale.integerWeight(correlations.weights[rule])
        guard weight < graph.integerWeight(ofEdge: affected) else { return nil }
        return ParsedImage.Rule(edge: edge, affected: affected, weight: UInt32(weight))
      }
    }
  }

  @Test func rulesComeBack() throws {
    var random = SplitMix64(state: 30)
    for _ in 0..<400 {
      let text = Self.randomModel(&random)
      let graph = try EdgeCorrelationsTests.graph(text)
      let image = try ImageCompiler.compile(graph)
      #expect(try ParsedImage(image).rules().map(Set.init) == Set(Self.expected(graph)), "\(text)")
      #expect(try LoadedDecoder(image: image, name: "image", correlated: true).holdsCorrelations, "\(text)")
    }
  }

  @Test func onlyWhenAskedFor() throws {
    let image = try ImageCompiler.compile(EdgeCorrelationsTests.graph("error(0.1) D0 ^ D1", .init()))
    #expect(ParsedImage(image).rules() == nil)
    #expect(try !LoadedDecoder(image: image, name: "plain.image").holdsCorrelations)
    let error = #expect(throws: DecoderError.self) {
      try LoadedDecoder(image: image, name: "plain.image", correlated: true)
    }
    #expect(error?.status == decant_status(DECANT_UNSUPPORTED))
    #expect(
      error?.description == "plain.image: holds no correlations. Make it again with decant compile "
        + "--correlated, or decode without correlations.")
  }

  @Test func roundsShareRules() throws {
    func image(rounds: Int) throws -> ParsedImage {
      let text = """
        repeat \(rounds) {
          error(0.1) D0 D2 ^ D1 D3
          error(0.05) D0 ^ D1 D2
          error(0.2) D1 D3
          shift_detectors 2
        }
        """
      return try ParsedImage(ImageCompiler.compile(EdgeCorrelationsTests.graph(text)))
    }
    let (few, many) = (try image(rounds: 5), try image(rounds: 500))
    #expect(many.elements(ImageLayout.Section.rules) == few.elements(ImageLayout.Section.rules))
    #expect(many.words(ImageLayout.Section.ruleStarts) == few.words(ImageLayout.Section.ruleStarts))
    #expect(many.rules()!.count > 99 * few.rules()!.count)
  }

  /// Two chains of checks next to each other, a row for each type: from one row to the next, steps to the other type drift,
  /// but not those within it.
  @Test func placesShareRules() throws {
    func rules(rows: Int) throws -> Int {
      let text = (0..<rows).flatMap { row in
        (0..<6).map { column in
          let (a, b) = (6 * row + column, 6 * (rows + 1) + 7 * row + column)
          return "error(0.1) D\(a) D\(a + 6) ^ D\(b) D\(b + 7)\nerror(0.05) D\(a)\nerror(0.05) D\(b)"
        }
      }.joined(separator: "\n")
      let image = try ParsedImage(ImageCompiler.compile(EdgeCorrelationsTests.graph(text)))
      #expect(image.rules()!.count == 12 * rows)
      return image.elements(ImageLayout.Section.rules).count
    }
    #expect(try rules(rows: 40) == rules(rows: 10))
  }

  /// Alone, D0 is best explained by the edge that flips L0; if D2 says that D0 and D1 flipped together, by the
  /// other way out.
  @Test func secondPassFollowsRules() throws {
    let graph = try EdgeCorrelationsTests.graph(
      "error(0.1) D0 L0\nerror(0.15) D0 D1\nerror(0.05) D2 ^ D0 D1\nerror(0.2) D1")
    let image = try ImageCompiler.compile(graph)
    for (correlated, expected) in [(false, [1, 0, 1] as [UInt8]), (true, [1, 0, 0])] {
      let decoder = try LoadedDecoder(image: image, name: "image", correlated: correlated)
      let shots = ShotBatch(layout: ShotLayout(detectors: 3), rows: [0b001, 0b100, 0b101], count: 3)
      var answers = ShotBatch(layout: ShotLayout(observables: 1), capacity: 3)
      try decoder.decode(shots, into: &answers)
      #expect(Array(answers.rows) == expected)
    }
  }
}
