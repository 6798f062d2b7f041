import DecantHost
import Testing

@testable import DecantCore

/// What union-find leaves in the workspace: clusters that hold together, trees that span them, heaps in order.
@Suite struct UnionFindTests {
  private func grown(_ given: DualCertificateTests.Case, workLimit: UInt64 = .max) throws -> MatchedShot {
    try MatchedShot(
      given.graph, events: given.events, Configuration(workLimit: workLimit, isUnionFind: true))
  }

  /// The nodes of a cluster, in the order of its shell.
  private func nodes(_ shot: MatchedShot, of region: UInt32) -> [UInt32] {
    var nodes: [UInt32] = []
    var node = shot.decoder.matcher.clocks[region].shell
    while node != .none {
      nodes.append(node)
      node = shot.decoder.matcher.places[node].shellNext
    }
    return nodes
  }

  /// Whether a growing region is left, its size right, its nodes its own and joined by one tree.
  private func checkCluster(_ shot: MatchedShot, _ region: UInt32, _ given: DualCertificateTests.Case) {
    let matcher = shot.decoder.matcher
    let nodes = nodes(shot, of: region)
    #expect(nodes.count == Int(matcher.clusters[region].size))
    #expect(Set(nodes).count == nodes.count)
    var roots = 0
    for node in nodes {
      #expect(matcher.owned.contains(node))
      #expect(matcher.nodes[node].top == region)
      var steps = 0
      var above = matcher.reached(node)
      if above == .none { roots += 1 }
      while above != .none && steps <= nodes.count {
        #expect(matcher.nodes[above].top == region)
        above = matcher.reached(above)
        steps += 1
      }
      #expect(steps < nodes.count, "the way to the root is no circle")
    }
    #expect(roots == 1)
    let events = nodes.filter { given.events.contains($0) }.count
    let exit = matcher.clusters[region].exit
    #expect(exit == .none || nodes.contains(exit))
    #expect((matcher.clocks[region].rate > 0) == (events % 2 == 1 && exit == .none))
  }

  private func clusters(of shot: MatchedShot) -> [UInt32] {
    let matcher = shot.decoder.matcher
    return (0..<matcher.eventCount).filter {
      matcher.ties[$0].match == .none && matcher.clusters[$0].size != 0
    }
  }

  @Test(arguments: 0..<30)
  func clustersHoldTogether(seed: Int) throws {
    var random = SplitMix64(state: UInt64(3000 + seed))
    for _ in 0..<25 {
      let given = try DualCertificateTests.Case(&random)
      let shot = try grown(given)
      #expect(shot.decoder.matcher.match() == Status.ok)
      #expect(shot.decoder.matcher.treeCount == 0)
      for region in clusters(of: shot) { checkCluster(shot, region, given) }
      var answer = shot.decoder.answer(keepsFlips: true)
      #expect(shot.decoder.matcher.collect(into: &answer, searches: true))
      var syndrome = Set<UInt32>()
      var weight: Int64 = 0
      answer.forEachFlip { node, slot in
        weight += Int64(answer.graph.slots[slot].weight)
        let neighbour = answer.graph.neighbour(of: node, behind: slot)
        syndrome.formSymmetricDifference(neighbour == node ? [node] : [node, neighbour])
      }
      #expect(syndrome == Set(given.events))
      #expect(weight == answer.weight)
    }
  }

  /// Stopped anywhere, growth leaves whole clusters, and those that were to grow on are counted.
  @Test(arguments: 0..<30)
  func clustersHoldTogetherWhenCutShort(seed: Int) throws {
    var random = SplitMix64(state: UInt64(4000 + seed))
    for _ in 0..<25 {
      let given = try DualCertificateTests.Case(&random)
      let shot = try grown(given, workLimit: UInt64.random(in: 1...200, using: &random))
      let end = shot.decoder.matcher.match()
      let clusters = clusters(of: shot)
      for region in clusters { checkCluster(shot, region, given) }
      let growing = clusters.filter { shot.decoder.matcher.clocks[$0].rate > 0 }
      #expect(growing.count == Int(shot.decoder.matcher.treeCount))
      #expect(end == (growing.isEmpty ? Status.ok : Status.truncated))
    }
  }

  /// Nodes come out by radius, whatever was melded; and melding takes no more steps than its proof grants.
  @Test(arguments: 0..<20)
  func heapsSort(seed: Int) throws {
    var random = SplitMix64(state: UInt64(5000 + seed))
    let count = 1000
    let edges = (0..<count - 1).map { DetectorGraph.GivenEdge($0, $0 + 1, weight: 1, observables: []) }
    let graph = try DetectorGraph(detectors: count, observables: 0, edges: edges)
    let shot = try MatchedShot(graph, events: [], Configuration(isUnionFind: true))
    let range: ClosedRange<Int64> = 0...(seed % 2 == 0 ? 10 : 1_000_000)
    var heaps = (0..<UInt32(count)).map { node in
      let key = seed % 5 == 0 ? Int64(node) : Int64.random(in: range, using: &random)
      shot.decoder.matcher.timeline.appointments[node] = Appointment(time: key, next: .none, previous: .none)
      return node
    }
    var melds: UInt64 = 0
    while heaps.count > 1 {
      heaps.swapAt(Int.random(in: 0..<heaps.count, using: &random), heaps.count - 1)
      let first = heaps.removeLast()
      let other = seed % 3 == 0 ? 0 : Int.random(in: 0..<heaps.count, using: &random)
      heaps[other] = shot.decoder.matcher.meld(first, heaps[other])
      melds += 1
    }
    shot.decoder.matcher.clusters[0].heap = heaps[0]
    var keys: [Int64] = []
    while shot.decoder.matcher.clusters[0].heap != .none {
      let node = shot.decoder.matcher.takeFirst(of: 0)
      keys.append(shot.decoder.matcher.timeline.appointments[node].time)
      melds += 1
    }
    #expect(keys.count == count)
    #expect(keys == keys.sorted())
    #expect(shot.decoder.matcher.work <= melds * (3 * 9 + 2))
  }
}
