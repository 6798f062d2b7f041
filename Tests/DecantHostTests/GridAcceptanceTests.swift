import Testing

@testable import DecantHost

/// Whole edges and whole clusters: what certain logits must resolve, and what no logits may do.
@Suite struct GridAcceptanceTests {
  private enum Kind: CaseIterable {
    case edge, cluster
  }

  private struct Rig {
    let geometry: GridGeometry
    let edges: GridEdges
    let chains: EdgeChains
    let edgeRule: GridAcceptance
    let clusterRule: ClusterAcceptance
    let bytes: Int

    init(_ basis: PauliBasis, _ orientation: Orientation = .xv, distance: Int = 5) throws {
      geometry = try GridGeometry(
        distance: distance, rounds: distance, basis: basis, orientation: orientation)
      edges = try GridEdges(geometry)
      chains = EdgeChains(edges, places: Array(0..<4 * distance * distance * distance))
      edgeRule = GridAcceptance(chains, detectors: geometry.detectorCount)
      clusterRule = ClusterAcceptance(chains, detectors: geometry.detectorCount)
      bytes = (geometry.detectorCount + 7) / 8
    }

    /// What a rule leaves of events, and its frame.
    func apply(_ kind: Kind, _ logits: [Float], threshold: Float, to events: Set<Int>) -> (Set<Int>, UInt8) {
      var detectors = [UInt8](repeating: 0, count: bytes)
      for event in events { detectors[event >> 3] |= 1 << UInt8(event & 7) }
      var residual = [UInt8](repeating: 0, count: bytes)
      let frame =
        switch kind {
        case .edge:
          edgeRule.apply(logits, threshold: threshold, to: detectors, bytes: bytes, residual: &residual)
        case .cluster:
          clusterRule.apply(logits, threshold: threshold, to: detectors, bytes: bytes, residual: &residual)
        }
      return (Set((0..<8 * bytes).filter { residual[$0 >> 3] >> UInt8($0 & 7) & 1 != 0 }), frame)
    }

    /// What edges that happen cause: logits that are sure of them, events, and the observable.
    func happening(_ happened: [Int]) -> (logits: [Float], events: Set<Int>, observable: UInt8) {
      var logits = [Float](repeating: -9, count: 4 * geometry.rounds * geometry.distance * geometry.distance)
      var events: Set<Int> = []
      var observable: UInt8 = 0
      for edge in happened.map({ edges.edges[$0] }) {
        for place in edge.chain { logits[place] = -logits[place] }
        events.formSymmetricDifference([edge.a] + (edge.b.map { [$0] } ?? []))
        if edge.crosses { observable ^= 1 }
      }
      return (logits, events, observable)
    }
  }

  /// The published correction knows nothing of edges; a chain that it is given must leave nothing either.
  @Test(arguments: PauliBasis.allCases, Orientation.allCases)
  func chainsAreEdges(_ basis: PauliBasis, _ orientation: Orientation) throws {
    let rig = try Rig(basis, orientation)
    let correction = GridCorrection(rig.geometry)
    for edge in rig.edges.edges {
      var decisions = [UInt8](repeating: 0, count: correction.decisionCount)
      for place in edge.chain { decisions[place] ^= 1 }
      var residual = [UInt8](repeating: 0, count: rig.bytes)
      let frame = correction.apply(
        decisions, to: [UInt8](repeating: 0, count: rig.bytes), residual: &residual)
      let ends = Set((0..<8 * rig.bytes).filter { residual[$0 >> 3] >> UInt8($0 & 7) & 1 != 0 })
      #expect(ends == Set([edge.a] + (edge.b.map { [$0] } ?? [])) && frame == (edge.crosses ? 1 : 0))
    }
  }

  /// A single edge that surely happened is corrected, whichever it is.
  @Test(arguments: PauliBasis.allCases)
  func singleEdges(_ basis: PauliBasis) throws {
    let rig = try Rig(basis)
    for edge in rig.edges.edges.indices {
      let (logits, events, observable) = rig.happening([edge])
      for (kind, threshold) in [(Kind.edge, Float(3)), (.cluster, -3)] {
        let (residual, frame) = rig.apply(kind, logits, threshold: threshold, to: events)
        #expect(residual.isEmpty && frame == observable)
      }
    }
  }

  /// Logits that are a teacher's labels: where a rule leaves nothing of a shot, its frame is the teacher's answer; and it
  /// leaves nothing of nearly all.
  @Test(arguments: PauliBasis.allCases)
  func labels(_ basis: PauliBasis) throws {
    let rig = try Rig(basis)
    let memory = try SurfaceCodeMemory(
      distance: 5, rounds: 5, basis: basis, orientation: .xv,
      noise: .parameters(try NoiseParameters(.uniform, p: 0.002)))
    let image = try ImageCompiler.compile(
      try DetectorGraph(try DetectorErrorModel(memory.circuit(), source: "test"), options: .init()))
    let decoder = try LoadedDecoder(image: image, name: "test")
    let sampler = try SurfaceCodeSampler(memory, seed: 4, teacher: TeacherLabels(memory))
    let shots = 2000
    let (targetBytes, detectorBytes) = ((sampler.targetCount + 7) / 8, (sampler.detectorCount + 7) / 8)
    var (detectors, targets) = (
      [UInt8](repeating: 0, count: shots * detectorBytes), [UInt8](repeating: 0, count: shots * targetBytes)
    )
    var observables = [UInt8](repeating: 0, count: shots)
    try detectors.withUnsafeMutableBufferPointer { d in
      try observables.withUnsafeMutableBufferPointer { o in
        try targets.withUnsafeMutableBufferPointer { t in
          try sampler.sample(
            first: 0, count: shots, detectors: ShotRows(d.baseAddress!, stride: detectorBytes),
            observables: ShotRows(o.baseAddress!, stride: 1),
            targets: ShotRows(t.baseAddress!, stride: targetBytes))
        }
      }
    }
    for (kind, threshold) in [(Kind.edge, Float(3)), (.cluster, -3)] {
      var (left, whole, mistakes) = (0, 0, 0)
      for shot in 0..<shots {
        let logits = (0..<sampler.targetCount).map { bit -> Float in
          targets[shot * targetBytes + bit >> 3] >> UInt8(bit & 7) & 1 != 0 ? 9 : -9
        }
        let events = Set(
          (0..<sampler.detectorCount).filter {
            detectors[shot * detectorBytes + $0 >> 3] >> UInt8($0 & 7) & 1 != 0
          })
        let (residual, frame) = rig.apply(kind, logits, threshold: threshold, to: events)
        #expect(residual.isSubset(of: events))
        left += residual.count
        whole += events.count
        var row = [UInt8](repeating: 0, count: detectorBytes)
        for event in residual { row[event >> 3] |= 1 << UInt8(event & 7) }
        var answers = ShotBatch(layout: .init(observables: 1), capacity: 1)
        try decoder.decode(
          ShotBatch(layout: .init(detectors: sampler.detectorCount), rows: row, count: 1), into: &answers)
        if answers[0].first! ^ frame != observables[shot] { mistakes += 1 }
      }
      #expect(whole > 1000 && left * 5 < whole && mistakes < shots / 100)
    }
  }

  /// Whatever the logits, events only disappear; accepted edges share no detector, their ends are what disappears, and
  /// their observables are the frame.
  @Test func anyLogits() throws {
    let rig = try Rig(.x)
    var random = RandomStream(seed: 1, block: 0)
    for round in 0..<300 {
      let logits = (0..<4 * 125).map { _ -> Float in
        let bits = random.next()
        if bits & 63 == 0 { return [Float.nan, .infinity, -.infinity][Int(bits >> 8) % 3] }
        return Float(Int64(bitPattern: random.next()) >> 40) * 0x1p-20
      }
      let events = Set((0..<rig.geometry.detectorCount).filter { _ in random.next() & 7 < UInt64(round % 8) })
      let (residual, frame) = rig.apply(.edge, logits, threshold: 0.5, to: events)
      var ends: [Int] = []
      var observable: UInt8 = 0
      for edge in rig.edgeRule.accepted.map({ rig.edges.edges[$0] }) {
        ends += [edge.a] + (edge.b.map { [$0] } ?? [])
        if edge.crosses { observable ^= 1 }
      }
      #expect(Set(ends).count == ends.count && Set(ends).isSubset(of: events))
      #expect(residual == events.subtracting(ends) && frame == observable)
      let (rest, _) = rig.apply(.cluster, logits, threshold: 1, to: events)
      #expect(rest.isSubset(of: events))
      // Whether more shots came before makes no difference.
      #expect(rig.apply(.edge, logits, threshold: 0.5, to: events) == (residual, frame))
    }
  }

  /// What a single pass can do: of two candidates at an event the better, of equal ones the first; below the threshold
  /// none.
  @Test func competition() throws {
    let rig = try Rig(.z)
    let boundaries = Set(rig.edges.edges.filter { $0.b == nil }.map(\.a))
    let inner = rig.edges.edges.indices.first {
      let edge = rig.edges.edges[$0]
      return edge.b.map { boundaries.contains(edge.a) && !boundaries.contains($0) } ?? false
    }!
    let edge = rig.edges.edges[inner]
    let outer = rig.edges.edges.indices.first {
      rig.edges.edges[$0].a == edge.a && rig.edges.edges[$0].b == nil
    }!
    var logits = [Float](repeating: -9, count: 500)
    for place in rig.edges.edges[outer].chain { logits[place] = 2 }
    for place in edge.chain { logits[place] = 4 }
    #expect(rig.apply(.edge, logits, threshold: 1, to: [edge.a, edge.b!]).0.isEmpty)
    #expect(rig.edgeRule.accepted == [inner])
    for place in rig.edges.edges[outer].chain { logits[place] = 50 }
    #expect(rig.apply(.edge, logits, threshold: 1, to: [edge.a, edge.b!]).0 == [edge.b!])
    #expect(rig.edgeRule.accepted == [outer])
    #expect(rig.apply(.edge, logits, threshold: 1000, to: [edge.a, edge.b!]).0.count == 2)
  }

  /// A cluster with a way around, or to both sides of the boundary, is left to the matcher.
  @Test func ambiguousClusters() throws {
    let rig = try Rig(.x, distance: 3)
    let everything = [Float](repeating: 9, count: 4 * 27)
    let some = Set([rig.edges.edges[0].a])
    #expect(rig.apply(.cluster, everything, threshold: 0, to: some).0 == some)
  }

  /// Under the network's weights, decoding answers shots as well as under its decisions alone: the weights of a network
  /// that knows nothing but the noise's share are the image's own.
  @Test func priors() throws {
    let memory = try SurfaceCodeMemory(
      distance: 3, rounds: 3, basis: .x, orientation: .xv,
      noise: .parameters(try NoiseParameters(.uniform, p: 0.01)))
    let model = try DetectorErrorModel(memory.circuit(), source: "test")
    let graph = try DetectorGraph(model, options: .init())
    let image = try ImageCompiler.compile(graph)
    let network = GridNetwork(try GridArchitecture(widths: [4, 4], kernels: [3, 3]), seed: 2)
    let preDecoder = try GridPreDecoder(network, GridGeometry(memory), rule: .edges(threshold: .infinity))
    let evaluation = Evaluation([
      .init(.matching, image: image, source: "test"),
      .init(
        .matching, image: image, source: "test", preDecoder: preDecoder,
        priors: try GridPriors(preDecoder, graph, share: 0)),
      .init(
        .matching, image: image, source: "test", preDecoder: preDecoder,
        priors: try GridPriors(preDecoder, graph, share: 1)),
    ])
    let errors = try evaluation.run(try ModelShots(model, seed: 3, limit: 2000)).errors
    #expect(errors[0] == errors[1] && errors[0] > 0 && errors[2] != errors[0])
  }
}
