import Foundation
import Testing

@testable import DecantHost

/// Noise that is followed: what is forgotten, when a change is told and where.
@Suite struct NoiseFollowerTests {
  /// A chain of detectors, each edge with a probability.
  private func chain(_ probabilities: [Double]) throws -> DetectorErrorModel {
    let last = probabilities.count - 1
    let lines = probabilities.enumerated().map { index, p in
      switch index {
      case 0: "error(\(p)) D0 L0"
      case last: "error(\(p)) D\(last - 1)"
      default: "error(\(p)) D\(index - 1) D\(index)"
      }
    }
    return try DetectorErrorModel(text: lines.joined(separator: "\n"))
  }

  private func shots(_ model: DetectorErrorModel, _ count: Int, seed: UInt64) throws -> ShotBatch {
    var batch = ShotBatch(layout: ShotLayout(detectors: model.detectorCount), capacity: count)
    let sampler = try ModelSampler(model, seed: seed)
    let stride = batch.layout.rowBytes
    batch.refill { rows, filled in
      filled = count
      sampler.sample(first: 0, count: count, threads: 1, detectors: ShotRows(rows, stride: stride))
    }
    return batch
  }

  @Test func steadyNoiseGivesNoAlarm() throws {
    let model = try chain([0.02, 0.05, 0.01, 0.03, 0.02, 0.04])
    let follower = NoiseFollower(try NoiseDescription(model))
    for seed in 0..<50 {
      #expect(follower.add(try shots(model, 16 * 1024, seed: UInt64(seed))).isEmpty)
    }
    #expect(follower.shots == 50 * 16 * 1024)
    #expect(abs(follower.statistics.effectiveShots - 2 * 100_000 / log(2)) < 10_000)
  }

  /// One edge of six grows likelier: told soon, at its detectors, and since about when.
  @Test func aChangeIsToldWhereItIs() throws {
    let before = try chain([0.02, 0.05, 0.01, 0.03, 0.02, 0.04])
    let after = try chain([0.02, 0.05, 0.01, 0.06, 0.02, 0.04])
    let follower = NoiseFollower(try NoiseDescription(before))
    for seed in 0..<10 { #expect(follower.add(try shots(before, 8192, seed: UInt64(seed))).isEmpty) }
    let changes = follower.add(try shots(after, 8 * 4096, seed: 99))
    let first = try #require(changes.first)
    #expect(first.shots > 10 * 8192 && first.shots <= 10 * 8192 + 4 * 4096)
    #expect(abs(Int(first.since) - 10 * 8192) <= 4096)
    #expect(Set(first.detectors).isSubset(of: [2, 3]) && first.now > 1.2 * first.before)
    #expect(Set(changes.flatMap(\.detectors)) == [2, 3])
    // What was before the change is forgotten.
    #expect(follower.statistics.shots <= 9 * 4096)
    let learned = try DetectorGraph(try follower.model(MomentEstimator()))
    #expect(abs(learned.edges[3].probability - 0.06) < 0.006)
  }

  @Test func oneStretchIsNoChange() throws {
    let model = try chain([0.02, 0.05, 0.01, 0.03])
    let burst = try chain([0.3, 0.3, 0.3, 0.3])
    let follower = NoiseFollower(try NoiseDescription(model))
    for seed in 0..<10 { #expect(follower.add(try shots(model, 8192, seed: UInt64(seed))).isEmpty) }
    #expect(follower.add(try shots(burst, 4096, seed: 77)).isEmpty)
    for seed in 10..<20 { #expect(follower.add(try shots(model, 8192, seed: UInt64(seed))).isEmpty) }
  }

  /// What shots weigh that are gone, whatever batches they came in.
  @Test func oldShotsAreForgotten() throws {
    let model = try chain([0.02, 0.05, 0.01, 0.03])
    let options = NoiseFollower.Options(halfLife: 1024, stretch: 1024, stretchesPerAlarm: .infinity)
    let follower = NoiseFollower(try NoiseDescription(model), options: options)
    let all = try shots(model, 5 * 1024 + 100, seed: 1)
    let size = all.layout.rowBytes
    var next = 0
    for count in [1, 1023, 700, 2000, 1, all.count] {
      let end = min(all.count, next + count)
      let rows = Array(all.rows[(next * size)..<(end * size)])
      #expect(follower.add(ShotBatch(layout: all.layout, rows: rows, count: end - next)).isEmpty)
      next = end
    }
    #expect(follower.shots == UInt64(all.count))
    #expect(follower.statistics.shots == 1024 * (1 + 0.5 + 0.25 + 0.125 + 0.0625))
    var expected = 0.0
    for shot in 0..<5 * 1024 where all[shot].first! & 1 == 1 { expected += exp2(Double(shot / 1024 - 4)) }
    #expect(follower.statistics.counts[0] == expected)
  }

  /// Siegmund's formula against sums that are played: within a quarter.
  @Test func thresholdsKeepFalseAlarmsRare() {
    let threshold = ChangeDetector.threshold(500)
    var random = SystemRandomNumberGenerator()
    var steps = 0
    let runs = 2000
    for _ in 0..<runs {
      var sum = 0.0
      while sum < threshold {
        // A normal deviate, by Box and Muller.
        let (u, v) = (Double.random(in: 0..<1, using: &random), Double.random(in: 0..<1, using: &random))
        sum = max(0, sum + (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v) - ChangeDetector.allowance)
        steps += 1
      }
    }
    #expect(abs(Double(steps) / Double(runs) / 500 - 1) < 0.25)
  }

  @Test func productsTellTheirDetectors() throws {
    let sets: [[UInt32]] = [[0, 1, 3], [1, 2], [2, 3]]
    let products = try #require(DetectorProducts(detectorCount: 4, sets: sets))
    for set in sets + [[0], [3], [0, 3], [1, 3]] {
      #expect(products.detectors(of: try #require(products.index(of: set))) == set)
    }
  }

  /// For streams: what the structure has alike in all rounds is learned alike.
  @Test func roundsStayAlike() throws {
    let memory = try SurfaceCodeMemory(
      distance: 3, rounds: 14, basis: .x, orientation: .xv,
      noise: .parameters(NoiseParameters(.uniform, p: 0.005)))
    let model = try DetectorErrorModel(memory.circuit(), source: "memory")
    let graph = try DetectorGraph(model)
    let old = try StreamCompiler.compile(model, graph, commit: 3, buffer: 3)
    for repeats in [true, false] {
      let follower = NoiseFollower(
        try NoiseDescription(model), options: NoiseFollower.Options(stretch: 4096, repeats: repeats))
      _ = follower.add(try shots(model, 3 * 4096, seed: 5))
      let learned = try follower.model(MomentEstimator())
      if repeats {
        _ = try Reweighting(learned, like: old, name: "old.image")
      } else {
        #expect(throws: StreamCompiler.Failure.self) {
          try Reweighting(learned, like: old, name: "old.image")
        }
      }
    }
  }
}
