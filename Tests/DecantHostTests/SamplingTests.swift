import Testing

@testable import DecantHost

/// The samplers' parts: random streams, tables, and shots that depend on nothing but seed and number.
@Suite struct SamplingTests {
  @Test(arguments: [0.0, 0.3, 5, 100, 20_000])
  func poisson(_ mean: Double) {
    let table = PoissonTable(mean: mean)
    var random = RandomStream(seed: 3, block: 4)
    let count = 20_000
    let draws = (0..<count).map { _ in Double(table.draw(random.next())) }
    let average = draws.reduce(0, +) / Double(count)
    let variance = draws.map { ($0 - average) * ($0 - average) }.reduce(0, +) / Double(count)
    #expect(abs(average - mean) <= 5 * (mean / Double(count)).squareRoot())
    #expect(abs(variance - mean) <= 0.08 * mean)
    #expect(table.draw(0) <= table.draw(.max))
  }

  @Test func alias() {
    let weights = [1.0, 0, 3, 0.5, 3.5]
    let places = AliasTable.places(weights[...])
    var shares = places.indices.map { Double(places[$0].threshold) * 0x1p-64 }
    for (index, place) in places.enumerated() {
      shares[Int(place.other)] += 1 - Double(places[index].threshold) * 0x1p-64
    }
    for (share, weight) in zip(shares, weights) { #expect(abs(share * 8 / 5 - weight) < 1e-12) }
  }

  @Test func streamsDiffer() {
    var seen: Set<UInt64> = []
    for seed in UInt64(0)..<20 {
      for block in UInt64(0)..<20 {
        var stream = RandomStream(seed: seed, block: block)
        seen.insert(stream.next())
      }
    }
    #expect(seen.count == 400)
  }

  @Test func squaresTranspose() {
    var random = RandomStream(seed: 1, block: 1)
    let rows = (0..<64).map { _ in random.next() }
    var columns = rows
    columns.withUnsafeMutableBufferPointer { BitSquare.transpose($0.baseAddress!) }
    for row in 0..<64 {
      for column in 0..<64 { #expect(rows[row] >> UInt64(column) & 1 == columns[column] >> UInt64(row) & 1) }
    }
  }

  /// Ranges of shots are taken apart without gaps, wherever they begin.
  @Test(arguments: [(UInt64(0), 0), (0, 1), (0, 256), (255, 2), (100, 1000), (256, 256), (1 << 63, 300)])
  func ranges(_ first: UInt64, _ count: Int) {
    let range = ShotRange(first: first, count: count)
    var next = first
    var row = 0
    for index in 0..<range.blockCount {
      let part = range.part(index)
      #expect(part.block * 256 + UInt64(part.shots.lowerBound) == next)
      #expect(part.firstRow == row && !part.shots.isEmpty)
      next += UInt64(part.shots.count)
      row += part.shots.count
    }
    #expect(row == count)
  }

  static func rows(_ sampler: ModelSampler, _ first: UInt64, _ count: Int, _ threads: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 3 * max(count, 1))
    bytes.withUnsafeMutableBufferPointer { buffer in
      let base = buffer.baseAddress!
      sampler.sample(
        first: first, count: count, threads: threads, detectors: ShotRows(base, stride: 3),
        observables: ShotRows(base + 1, stride: 3), edges: ShotRows(base + 2, stride: 3))
    }
    return Array(bytes.prefix(3 * count))
  }

  @Test func certainAndImpossible() throws {
    let model = try DetectorErrorModel(
      text: """
        error(0) D0
        error(1) D1 ^ D2 L0
        error(0.5) D3
        error(0.75) D4 D5
        error(0.25) D4 D5 ^ D6
        error(1) D7
        error(1) D7
        """)
    let sampler = try ModelSampler(model, seed: 1, graph: try DetectorGraph(model))
    let count = 20_000
    let rows = Self.rows(sampler, 0, count, 2)
    func rate(_ column: Int, _ bit: Int) -> Double {
      Double(stride(from: column, to: rows.count, by: 3).count { rows[$0] >> UInt8(bit) & 1 == 1 })
        / Double(count)
    }
    #expect(rate(0, 0) == 0 && rate(0, 1) == 1 && rate(0, 2) == 1 && rate(0, 7) == 0 && rate(1, 0) == 1)
    #expect(abs(rate(0, 3) - 0.5) < 0.02)
    #expect(abs(rate(0, 4) - (0.75 * 0.75 + 0.25 * 0.25)) < 0.02 && abs(rate(0, 6) - 0.25) < 0.02)
    // Edges in order: D1, D2, D3, D4 D5, D6, D7.
    #expect(rate(2, 0) == 1 && rate(2, 1) == 1 && rate(2, 5) == 0)
    for (edge, detector) in [(2, 3), (3, 4), (3, 5), (4, 6)] { #expect(rate(2, edge) == rate(0, detector)) }
  }

  @Test func sameShots() throws {
    let model = try DetectorErrorModel(text: "error(0.1) D0 D1\nerror(0.3) D1 ^ D2 L0\nerror(0.02) D7")
    let graph = try DetectorGraph(model)
    let sampler = try ModelSampler(model, seed: 5, graph: graph)
    let all = Self.rows(sampler, 0, 2000, 1)
    #expect(Self.rows(sampler, 0, 2000, 3) == all)
    for (first, count) in [(0, 1), (255, 2), (300, 1000), (511, 513), (1999, 1), (7, 0)] {
      #expect(Self.rows(sampler, UInt64(first), count, 2) == Array(all[3 * first..<3 * (first + count)]))
    }
    #expect(Self.rows(try ModelSampler(model, seed: 6, graph: graph), 0, 2000, 1) != all)
  }

  @Test func refusals() throws {
    let model = try DetectorErrorModel(text: "error(0.1) D0 D1\nerror(0.1) D0 D1 D2")
    let dropping = try DetectorGraph(model, options: .init(hyperedges: .drop))
    #expect {
      try ModelSampler(model, seed: 0, graph: dropping)
    } throws: { error in
      "\(error)" == "model:2: D0 D1 D2 flip together, but are no edge; sample without edges, "
        + "or decompose the model's errors"
    }
    _ = try ModelSampler(model, seed: 0)
    _ = try ModelSampler(try DetectorErrorModel(text: ""), seed: 0)
  }
}
