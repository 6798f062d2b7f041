import DecantCore
import Testing

@testable import DecantHost

/// From a model whose rounds repeat to the image of a stream: what repeats, what windows look like, and what is said of
/// models that will not do.
@Suite struct StreamCompilerTests {
  static let tasks: [StimMemory.Task] = [.rotatedX, .rotatedZ, .unrotatedX, .unrotatedZ, .repetition]

  static func repeating(_ model: DetectorErrorModel, correlated: Bool = false) throws -> RepeatingGraph {
    try RepeatingGraph(model, StreamModels.graph(model, correlated: correlated))
  }

  /// An edge and what it says of others, seen from a round: places in rounds, and what they weigh.
  struct Edge: Equatable {
    var ends: [[Int]]
    var weight: Int32
    var observables: [UInt32]
  }

  static func edges(ofRound round: Int, _ graph: DetectorGraph, starts: [Int]) -> [Edge] {
    func place(of detector: UInt32) -> Int { starts.lastIndex { $0 <= Int(detector) }! }
    return graph.edges.indices.compactMap { index in
      let edge = graph.edges[index]
      guard place(of: edge.a) == round else { return nil }
      let ends = (edge.isBoundary ? [edge.a] : [edge.a, edge.b]).map { end in
        [place(of: end) - round, Int(end) - starts[place(of: end)]]
      }
      return Edge(
        ends: ends, weight: graph.integerWeight(ofEdge: index),
        observables: Array(graph.observables(ofEdge: index)))
    }
  }

  /// The rounds between head and tail have the same edges, and the last of the head and the first of the tail have others.
  @Test(arguments: tasks) func headAndTailAreWhatDiffers(task: StimMemory.Task) throws {
    let source = try Self.repeating(StreamModels.memory(task, distance: 3, rounds: 17))
    let starts = source.roundStarts
    #expect(source.rounds == 18)
    func edges(_ round: Int) -> [Edge] {
      Self.edges(ofRound: round, source.graph, starts: Array(starts.dropLast()))
    }
    let middle = edges(source.rounds / 2)
    for round in source.head..<source.rounds - source.tail {
      let here = edges(round)
      #expect(here.map(\.ends) == middle.map(\.ends) && here.map(\.observables) == middle.map(\.observables))
      #expect(zip(here, middle).allSatisfy { ($0.weight - $1.weight).magnitude <= 2 })
    }
    #expect(source.head == 1 || edges(source.head - 1) != middle)
    #expect(source.tail == 1 || edges(source.rounds - source.tail) != middle)
    #expect(source.head <= 3 && source.tail <= 3)
  }

  @Test func aLadderRepeatsFromItsFirstRoundOn() throws {
    let source = try Self.repeating(StreamModels.ladder(rounds: 12))
    #expect((source.head, source.tail, source.edgeReach) == (1, 1, 1))
    let far = try Self.repeating(
      StreamModels.ladder(rounds: 14) { $0 < 12 ? ["error(0.01) D\(2 * $0) D\(2 * $0 + 4)"] : [] })
    #expect((far.head, far.tail, far.edgeReach) == (1, 2, 2))
    let begins = try Self.repeating(StreamModels.ladder(rounds: 14) { $0 == 2 ? ["error(0.01) D4"] : [] })
    #expect((begins.head, begins.tail) == (3, 1))
  }

  /// A window of a whole experiment is the graph of a model of that many rounds: edges, weights and rules.
  @Test(arguments: tasks) func wholeWindowsAreWholeModels(task: StimMemory.Task) throws {
    for correlated in [false, true] {
      let source = try Self.repeating(
        StreamModels.memory(task, distance: 3, rounds: 15), correlated: correlated)
      for rounds in source.head + source.tail...20 {
        let model = try StreamModels.memory(task, distance: 3, rounds: rounds - 1)
        let whole = try StreamModels.graph(model, correlated: correlated)
        let window = try #require(
          WindowGraph(source, WindowKind(past: .end, future: .end), rounds: rounds)
        ).graph
        #expect(window.detectorCount == whole.detectorCount)
        #expect(window.edges.map { [$0.a, $0.b] } == whole.edges.map { [$0.a, $0.b] })
        #expect(
          window.edges.indices.map { Array(window.observables(ofEdge: $0)) }
            == whole.edges.indices.map { Array(whole.observables(ofEdge: $0)) })
        #expect(
          window.edges.indices.allSatisfy {
            (window.integerWeight(ofEdge: $0) - whole.integerWeight(ofEdge: $0)).magnitude <= 2
          })
        guard let ours = window.correlations, let theirs = whole.correlations else {
          #expect(!correlated)
          continue
        }
        for edge in whole.edges.indices {
          let (a, b) = (ours.rules(of: edge), theirs.rules(of: edge))
          #expect(a.map { ours.affected[$0] } == b.map { theirs.affected[$0] })
          #expect(zip(a, b).allSatisfy { abs(ours.weights[$0] - theirs.weights[$1]) < 1e-6 })
        }
      }
      #expect(WindowGraph(source, WindowKind(past: .end, future: .end), rounds: 1) == nil)
    }
  }

  /// Of a window that is open to the future: edges to later rounds lead to the boundary, the lightest at each detector; no
  /// edge leads back.
  @Test(arguments: tasks) func openWindowsEndAtTheBoundary(task: StimMemory.Task) throws {
    let source = try Self.repeating(StreamModels.memory(task, distance: 3, rounds: 20))
    let graph = source.graph
    for rounds in 1...6 {
      let first = 7
      let (begin, end) = (source.roundStarts[first], source.roundStarts[first + rounds])
      var expected: [[Int]: Double] = [:]
      for edge in graph.edges where Int(edge.a) >= begin && Int(edge.a) < end {
        let isInside = !edge.isBoundary && Int(edge.b) < end
        let key = isInside ? [Int(edge.a) - begin, Int(edge.b) - begin] : [Int(edge.a) - begin]
        expected[key] = min(expected[key] ?? .infinity, edge.weight)
      }
      let window = try #require(
        WindowGraph(source, WindowKind(past: .committed, future: .open), rounds: rounds))
      var found: [[Int]: Double] = [:]
      for edge in window.graph.edges {
        found[edge.isBoundary ? [Int(edge.a)] : [Int(edge.a), Int(edge.b)]] = edge.weight
      }
      #expect(found.keys == expected.keys)
      #expect(expected.allSatisfy { abs(found[$0.key]! - $0.value) < 1e-6 })
    }
  }

  /// Of one that is open to the past, too, edges from earlier rounds come from the boundary.
  @Test(arguments: tasks) func windowsCanBeOpenOnBothSides(task: StimMemory.Task) throws {
    let source = try Self.repeating(StreamModels.memory(task, distance: 3, rounds: 20))
    let (first, rounds) = (7, 4)
    let (begin, end) = (source.roundStarts[first], source.roundStarts[first + rounds])
    var expected: [[Int]: Double] = [:]
    for edge in source.graph.edges {
      let seen = (edge.isBoundary ? [edge.a] : [edge.a, edge.b]).map(Int.init).filter {
        $0 >= begin && $0 < end
      }
      guard !seen.isEmpty else { continue }
      expected[seen.map { $0 - begin }] = min(expected[seen.map { $0 - begin }] ?? .infinity, edge.weight)
    }
    let window = try #require(
      WindowGraph(source, WindowKind(past: .open, future: .open), rounds: rounds))
    var found: [[Int]: Double] = [:]
    for edge in window.graph.edges {
      found[edge.isBoundary ? [Int(edge.a)] : [Int(edge.a), Int(edge.b)]] = edge.weight
    }
    #expect(found.keys == expected.keys)
    #expect(expected.allSatisfy { abs(found[$0.key]! - $0.value) < 1e-6 })
  }

  @Test func distances() throws {
    for distance in [3, 5] {
      for task in Self.tasks {
        let source = try Self.repeating(StreamModels.memory(task, distance: distance, rounds: 13))
        #expect(RoundDistance(source).errors == distance)
      }
    }
    #expect(try RoundDistance(Self.repeating(StreamModels.ladder(rounds: 12))).errors == 3)
  }

  /// The image knows nothing of how many rounds the model had that it was made from.
  @Test(arguments: tasks) func imagesAreTheSameForAnyNumberOfRounds(task: StimMemory.Task) throws {
    for correlated in [false, true] {
      let image = try StreamModels.image(
        StreamModels.memory(task, distance: 3, rounds: 14), correlated: correlated)
      for rounds in [15, 16, 40] {
        let other = try StreamModels.image(
          StreamModels.memory(task, distance: 3, rounds: rounds), correlated: correlated)
        #expect(other == image)
      }
    }
  }

  /// What a stream cannot be made from, and how that is told.
  @Test func flaws() throws {
    typealias Flaw = RepeatingGraph.Flaw
    func flaw(_ model: @autoclosure () throws -> DetectorErrorModel) throws -> Flaw? {
      let model = try model()
      let graph = try StreamModels.graph(model)
      do {
        _ = try StreamTables(RepeatingGraph(model, graph), network: nil)
      } catch let flaw as Flaw {
        #expect(throws: StreamCompiler.Failure(description: "\(model.source): \(flaw)")) {
          try StreamCompiler.compile(model, graph)
        }
        return flaw
      }
      return nil
    }
    #expect(try flaw(StreamModels.ladder(rounds: 12)) == nil)
    #expect(try flaw(StreamModels.ladder(rounds: 11)) == .tooFewRounds(11))
    #expect(try flaw(StreamModels.ladder(rounds: 12, coordinates: false)) == .noCoordinates(detector: 0))
    #expect(
      try flaw(StreamModels.ladder(rounds: 14) { $0 == 7 ? ["error(0.01) D14"] : [] })
        == .notRepeating(round: 6, middle: 7))
    #expect(
      try flaw(StreamModels.ladder(rounds: 14) { $0 == 9 ? ["error(0.01) D18 L0"] : [] })
        == .notRepeating(round: 9, middle: 7))
    #expect(
      try flaw(StreamModels.ladder(rounds: 14) { $0 == 5 ? ["error(0.01) D10 L1"] : [] })
        == .notRepeating(round: 5, middle: 7))
    #expect(
      try flaw(StreamModels.ladder(rounds: 14) { $0 < 11 ? ["error(0.01) D\(2 * $0) D\(2 * $0 + 6)"] : [] })
        == .reach(a: 0, b: 6, rounds: 3))
    #expect(
      try flaw(StreamModels.ladder(rounds: 14) { $0 == 3 ? ["error(0.7) D6 D8"] : [] }) == .negativeEdge(6))
    let rings = (0..<13).map { round in
      "error(0.1) D\(2 * round) D\(2 * round + 1)\nerror(0.1) D\(2 * round) D\(2 * round + 2)\n"
        + "detector(0, \(round)) D\(2 * round)\ndetector(1, \(round)) D\(2 * round + 1)"
    }
    let closed = try DetectorErrorModel(
      text: rings.joined(separator: "\n") + "\ndetector(0, 13) D26\nerror(0.1) D26", source: "rings.dem")
    #expect(try flaw(closed) == .noWayOut(detector: 0, round: 0))
    var mixed = try String(decoding: StreamModels.ladder(rounds: 12).text, as: UTF8.self).split(
      separator: "\n"
    ).map(String.init)
    mixed.append("detector(0, 3) D24")
    #expect(
      try flaw(DetectorErrorModel(text: mixed.joined(separator: "\n"), source: "mixed.dem"))
        == .notInRounds(detector: 24))
    // Rounds that differ for long at the beginning, more than shapes have room for.
    let long = try StreamModels.ladder(rounds: 150) { $0 < 60 ? ["error(0.0\($0 + 11)) D\(2 * $0)"] : [] }
    #expect(try flaw(long) == .longEnds(head: 60, tail: 1, most: 51))
    let fits = try StreamModels.ladder(rounds: 150) { $0 < 50 ? ["error(0.0\($0 + 11)) D\(2 * $0)"] : [] }
    #expect(try flaw(fits) == nil)
    _ = try LoadedDecoder(image: StreamModels.image(fits), name: "long", shots: .rounds(150))
  }

  @Test func sentencesSayWhatToDo() {
    typealias Flaw = RepeatingGraph.Flaw
    #expect("\(Flaw.noCoordinates(detector: 3))".contains("D3 has no coordinates"))
    #expect("\(Flaw.tooFewRounds(5))".contains("twelve rounds or more"))
    #expect("\(Flaw.notRepeating(round: 2, middle: 7))".contains("round 2 has other edges"))
    #expect(
      "\(Flaw.sizes(round: 2, detectors: 5, usual: 8))".contains("round 2 has 5 detectors and others have 8"))
    #expect("\(Flaw.longEnds(head: 40, tail: 30, most: 51))".contains("at most 51"))
  }

  @Test func windowsThatCannotBe() throws {
    let model = try StreamModels.ladder(rounds: 14)
    let graph = try StreamModels.graph(model)
    for (commit, buffer) in [(0, 3), (3, 0), (-1, 5), (65_000, 537)] {
      #expect(throws: StreamCompiler.Failure.self) {
        try StreamCompiler.compile(model, graph, commit: commit, buffer: buffer)
      }
    }
    let image = try StreamCompiler.compile(model, graph, commit: 65_000, buffer: 536)
    _ = try LoadedDecoder(image: image, name: "wide", window: WindowRounds(commit: 2, buffer: 2))
  }
}
