import DecantCore

/// Turns the graph of an experiment whose rounds repeat into the image of a stream.
///
/// Windows of each kind and of each small number of rounds are made as graphs of their own, and cut into layers. Most
/// layers are the same, so that few are stored: memory does not grow with the number of rounds.
public enum StreamCompiler {
  /// Why a model cannot become the image of a stream.
  public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// The image, as `StreamRecord` describes it.
  ///
  /// - Parameters:
  ///   - model: of at least twelve rounds, told by the last coordinates of the detectors.
  ///   - graph: that of the model.
  ///   - network: what to pre-decode with; nil for nothing.
  ///   - commit, buffer: rounds that a window commits, and those that it sees besides, unless a decoder's configuration
  ///     says otherwise; nil for as many as the least number of errors in a round that flip an observable unseen.
  public static func compile(
    _ model: DetectorErrorModel, _ graph: DetectorGraph, network: EventNetwork? = nil, commit: Int? = nil,
    buffer: Int? = nil
  ) throws -> [UInt8] {
    let source: RepeatingGraph
    do throws(RepeatingGraph.Flaw) { source = try RepeatingGraph(model, graph) } catch {
      throw Failure(description: "\(model.source): \(error)")
    }
    let distance = RoundDistance(source).errors
    let tables: StreamTables
    do {
      tables = try StreamTables(source, network: try network.map { ($0, try EventLattice(model, graph)) })
    } catch let error as RepeatingGraph.Flaw {
      throw Failure(description: "\(model.source): \(error)")
    }
    // The network looks at the beginning from afar, too.
    let head = network == nil ? source.head : max(source.head, EventLattice.reach)
    guard let middle = tables.middle(from: source.head) else {
      throw Failure(description: "\(model.source): windows of its rounds do not repeat")
    }
    let (commit, buffer) = (commit ?? distance, buffer ?? max(distance, source.edgeReach))
    guard commit >= 1, buffer >= source.edgeReach,
      max(commit, head) + buffer <= Int(StreamRecord.maxRounds)
    else {
      throw Failure(
        description:
          "a window cannot commit \(commit) rounds and see \(buffer) more: it commits at least 1, sees at "
          + "least \(source.edgeReach) more, and has at most \(StreamRecord.maxRounds)")
    }
    let record = StreamRecord(
      shapeRounds: UInt32(tables.shapeRounds), middle: UInt32(middle),
      firstDetectors: UInt32(source.firstDetectors), lastDetectors: UInt32(source.lastDetectors),
      roundDetectors: UInt32(source.roundDetectors), commitRounds: UInt32(commit),
      bufferRounds: UInt32(buffer), edgeReach: UInt32(source.edgeReach), headRounds: UInt32(head),
      tailRounds: UInt32(source.tail))
    return tables.image(record, graph)
  }
}

/// How many errors of one round it takes to flip an observable without any detector: the distance of the code.
struct RoundDistance {
  let errors: Int

  /// Breadth first from the boundary to the boundary, for each observable, over the edges inside a round.
  init(_ source: RepeatingGraph) {
    let round = source.rounds / 2
    let first = source.roundStarts[round]
    let size = source.size(ofRound: round)
    // The boundary is the place behind the detectors.
    var ends: [[(place: Int, edge: Int)]] = Array(repeating: [], count: size + 1)
    for index in source.edges(ofRound: round) {
      let edge = source.graph.edges[index]
      let a = Int(edge.a) - first
      let b = edge.isBoundary ? size : Int(edge.b) - first
      guard b <= size, edge.isBoundary || b < size else { continue }
      ends[a].append((b, index))
      ends[b].append((a, index))
    }
    var least: Int?
    for observable in 0..<UInt32(min(source.graph.observableCount, 64)) {
      var steps: [Int?] = Array(repeating: nil, count: 2 * (size + 1))
      steps[2 * size] = 0
      var reached = [2 * size]
      var next = 0
      while next < reached.count, steps[2 * size + 1] == nil {
        let state = reached[next]
        next += 1
        for (place, edge) in ends[state / 2] {
          let flips = source.graph.observables(ofEdge: edge).contains(observable)
          let other = 2 * place + (flips ? 1 - state % 2 : state % 2)
          guard steps[other] == nil else { continue }
          steps[other] = steps[state]! + 1
          reached.append(other)
        }
      }
      if let found = steps[2 * size + 1] { least = min(least ?? found, found) }
    }
    errors = least ?? size
  }
}
