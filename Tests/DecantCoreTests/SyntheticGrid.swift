import DecantHost

@testable import DecantCore

/// Grid networks for tests: weights drawn at random, detectors and chains put anywhere in a volume.
enum SyntheticGrid {
  struct Shape {
    var extents = (rounds: 3, rows: 4, columns: 5)
    /// Channels after each layer but the last.
    var widths = [16]
    var kernels = [3, 3]
    /// Numbers over their whole ranges, so that everything is clamped; else such that logits are about as large as weights.
    var isWild = false
  }

  static func plan(_ graph: DetectorGraph, _ shape: Shape, _ random: inout SplitMix64) -> GridPlan {
    let extents = shape.extents
    let voxels = extents.rounds * extents.rows * extents.columns
    var layers: [GridPlan.Layer] = []
    var inputs = 4
    for (index, kernel) in shape.kernels.enumerated() {
      let isLast = index == shape.kernels.count - 1
      let outputs = isLast ? 4 : shape.widths[index]
      layers.append(layer(inputs, outputs, kernel, isLast: isLast, isWild: shape.isWild, &random))
      inputs = outputs
    }
    var plan = GridPlan(
      rounds: extents.rounds, rows: extents.rows, columns: extents.columns, layers: layers,
      input: (0..<4 * voxels).map { $0 % 4 < 2 ? 0 : .random(in: 0...2, using: &random) },
      detectors: (0..<graph.detectorCount).map { _ in
        Int.random(in: 0..<9, using: &random) == 0
          ? nil : 4 * Int.random(in: 0..<voxels, using: &random) + Int.random(in: 0...1, using: &random)
      },
      origins: (0..<graph.detectorCount).map { _ in .random(in: 0..<4 * voxels, using: &random) },
      chains: graph.edges.map { _ in
        let most = shape.isWild ? 32 : 3
        return (0..<Int.random(in: 0...most, using: &random)).map { _ in
          .random(in: 0..<4 * voxels, using: &random)
        }
      },
      threshold: nil,
      share: [0, 1, 128, 255, 256].randomElement(using: &random)!,
      minWeight: 2 * .random(in: 1...1000, using: &random))
    // Low enough for some edges, whatever the numbers are.
    if Int.random(in: 0..<5, using: &random) != 0 {
      plan.threshold = plan.logits(events: []).shuffled(using: &random).prefix(8).min()
    }
    return plan
  }

  private static func layer(
    _ inputs: Int, _ outputs: Int, _ kernel: Int, isLast: Bool, isWild: Bool, _ random: inout SplitMix64
  ) -> GridPlan.Layer {
    let count = inputs * kernel * kernel * kernel
    // Whatever their signs, 255 times the sum of all stays below 2^30.
    let most = isWild ? min(127, Int(GridLayerRecord.maxSum) / 255 / count) : 20
    func numbers<Number: FixedWidthInteger>(_ count: Int, _ range: ClosedRange<Number>) -> [Number] {
      (0..<count).map { _ in .random(in: range, using: &random) }
    }
    let bound = Int32(GridLayerRecord.maxSum)
    // Sums of some hundreds or thousands become all of a table, or weights.
    let reach = 12_000 * Double(count).squareRoot()
    let gain = (isLast ? 0x1p22 : 256) / reach
    return GridPlan.Layer(
      inputs: inputs, outputs: outputs, kernel: kernel,
      weights: numbers(outputs * count, Int8(-most)...Int8(most)),
      biases: isWild ? numbers(outputs, -bound...bound) : numbers(outputs, -2000...2000),
      multipliers: isWild ? numbers(outputs, .min ... .max) : numbers(outputs, 1...Int32(gain * 0x1p20)),
      shift: isWild ? .random(in: 1...40, using: &random) : 20,
      table: isLast ? [] : numbers(256, UInt8.min...UInt8.max),
      zero: isLast ? 0 : .random(in: 0...255, using: &random))
  }
}

/// What becomes of a shot by the rule, once more: with sets and sorting, from the plan's own logits.
struct SlowGrid {
  let plan: GridPlan
  let graph: DetectorGraph

  struct Outcome: Equatable {
    var residual: [Int]
    var accepted: [Int]
    /// [a, b, weight].
    var changes: [[Int64]]
  }

  /// - Parameter staged: edges that are left alone.
  func outcome(_ events: [Int], staged: Set<Int> = []) -> Outcome {
    let logits = plan.logits(events: events)
    let fired = Set(events.map { UInt32($0) })
    let scored = graph.edges.indices.filter { index in
      let edge = graph.edges[index]
      return !plan.chains[index].isEmpty && !staged.contains(index) && fired.contains(edge.a)
        && (edge.isBoundary || fired.contains(edge.b))
    }
    .map { (edge: $0, score: plan.chains[$0].reduce(0) { $0 + Int(logits[$1]) }) }
    .sorted { ($1.score, $0.edge) < ($0.score, $1.edge) }
    // The best of each detector: those that stand before it in the order have taken no detector away.
    var best: [UInt32: Int] = [:]
    for candidate in scored {
      for end in ends(candidate.edge) where best[end] == nil { best[end] = candidate.edge }
    }
    let accepted = scored.filter { candidate in
      guard let threshold = plan.threshold, candidate.score >= threshold else { return false }
      return ends(candidate.edge).allSatisfy { best[$0] == candidate.edge }
    }
    .map(\.edge).sorted()
    let settled = Set(accepted.flatMap { ends($0) })
    return Outcome(
      residual: events.filter { !settled.contains(UInt32($0)) }, accepted: accepted,
      changes: plan.share == 0 ? [] : changes(logits, staged))
  }

  private func ends(_ edge: Int) -> [UInt32] {
    let edge = graph.edges[edge]
    return edge.isBoundary ? [edge.a] : [edge.a, edge.b]
  }

  private func changes(_ logits: [Int32], _ staged: Set<Int>) -> [[Int64]] {
    graph.edges.indices.filter { !plan.chains[$0].isEmpty && !staged.contains($0) }.map { index in
      let edge = graph.edges[index]
      let least = plan.chains[index].map { Double(logits[$0]) }.min()!
      let share = Double(plan.share) / 256
      // Numbers below 2^53 throughout: exact.
      let half = (1 - share) * Double(graph.integerWeight(ofEdge: index) / 2) - share * least
      let weight = min(max(2 * (half + 0.5).rounded(.down), Double(plan.minWeight)), 33_554_430)
      return [Int64(edge.a), Int64(edge.b), Int64(weight)]
    }
  }
}
