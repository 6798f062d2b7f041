import DecantHost
import Testing

@testable import DecantCore

/// The proof that a matching is lightest, taken from the matcher's own state.
///
/// By duality, regions' radii (blossoms included, none negative) such that no pair of events, and no event
/// and the boundary, are covered beyond their distance, bound the weight of every matching from below by
/// their sum. A matching of that weight is lightest. Distances here come from Floyd and Warshall's algorithm.
@Suite struct DualCertificateTests {
  struct Case {
    let graph: DetectorGraph
    let weights: [Int64]
    let events: [UInt32]
    let distances: EventDistances

    init(_ random: inout SplitMix64) throws {
      let nodes = Int.random(in: 2...24, using: &random)
      let largest = [1, 3, 20].randomElement(using: &random)!
      let edges = (0..<Int.random(in: nodes...4 * nodes, using: &random)).map { _ in
        let a = Int.random(in: 0..<nodes, using: &random)
        let b = Int.random(in: 0..<nodes, using: &random)
        return DetectorGraph.GivenEdge(
          a, a == b ? nil : b, weight: Double(Int.random(in: 0...largest, using: &random)), observables: [])
      }
      // One boundary edge for sure, to the first node, and a ring, so that every shot is possible.
      let ring = (0..<nodes - 1).map {
        DetectorGraph.GivenEdge($0, $0 + 1, weight: Double(largest), observables: [])
      }
      let graph = try DetectorGraph(
        detectors: nodes, observables: 1,
        edges: ring + edges + [DetectorGraph.GivenEdge(0, nil, weight: Double(largest), observables: [])])
      let weights = graph.edges.indices.map { Int64(graph.integerWeight(ofEdge: $0)) }
      let density = Double.random(in: 0.1...1, using: &random)
      let events = (0..<UInt32(nodes)).filter { _ in Double.random(in: 0..<1, using: &random) < density }

      self.graph = graph
      self.weights = weights
      self.events = events
      distances = EventDistances(graph, weights: weights, events: events)
    }
  }

  @Test(arguments: 0..<40)
  func matchingHasACertificate(seed: Int) throws {
    var random = SplitMix64(state: UInt64(1000 + seed))
    for _ in 0..<25 {
      let given = try Case(&random)
      let shot = try MatchedShot(given.graph, events: given.events)
      #expect(shot.decoder.matcher.match() == Status.ok)
      let bound = given.distances.checkDuals(of: shot)
      var answer = shot.decoder.answer(keepsFlips: true)
      #expect(shot.decoder.matcher.collect(into: &answer, searches: true))
      #expect(answer.weight == bound)

      var syndrome = Set<UInt32>()
      var weight: Int64 = 0
      answer.forEachFlip { node, slot in
        weight += Int64(answer.graph.slots[slot].weight)
        let neighbour = answer.graph.neighbour(of: node, behind: slot)
        syndrome.formSymmetricDifference(neighbour == node ? [node] : [node, neighbour])
      }
      #expect(syndrome == Set(given.events))
      #expect(weight == bound)
    }
  }

  /// Where the warm start stops, duals are feasible and its pairs are tight already.
  @Test(arguments: 0..<20)
  func warmStartIsFeasible(seed: Int) throws {
    var random = SplitMix64(state: UInt64(2000 + seed))
    var paired = 0
    for _ in 0..<25 {
      let given = try Case(&random)
      let shot = try MatchedShot(given.graph, events: given.events)
      shot.decoder.matcher.warmStart()
      _ = given.distances.checkDuals(of: shot)
      for (i, event) in given.events.enumerated() {
        let region = shot.decoder.matcher.places[event].region
        let match = shot.decoder.matcher.ties[region].match
        if match == .none { continue }
        paired += 1
        let path = shot.decoder.matcher.ties[region].matchPath
        let j = given.events.firstIndex(of: path.toEvent)
        let distance = j.map { given.distances.between[i][$0] } ?? given.distances.toBoundary[i]
        #expect(shot.radius(region) + (j == nil ? 0 : shot.radius(match)) == distance)
      }
    }
    #expect(paired > 0)
  }
}
