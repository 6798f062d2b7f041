import DecantHost

@testable import DecantCore

/// Event networks for tests: weights drawn at random, detectors put on a made-up lattice.
enum SyntheticNetwork {
  struct Shape {
    var radii = (round: 1, row: 1, column: 1)
    var hidden = 32
    var units = 16
    var outputs = 13
    /// Numbers over their whole ranges, so that sums wrap and everything is clamped; else such that weights move by
    /// about as much as they are.
    var isWild = false
  }

  /// A plan for `graph` whose detectors stand in rows of `columns`, as many rows to a round. Frames of the two types are
  /// turned against each other. Some detectors stay outside, and some ends are left out.
  static func plan(
    _ graph: DetectorGraph, _ shape: Shape, rows: Int = 4, columns: Int = 5, _ random: inout SplitMix64
  ) -> EventNetworkPlan {
    func numbers<Number: FixedWidthInteger>(_ count: Int, _ range: ClosedRange<Number>) -> [Number] {
      (0..<count).map { _ in Number.random(in: range, using: &random) }
    }
    func layer(_ inputs: Int, _ outputs: Int, gain: Int32, shift: Int) -> EventNetworkPlan.DenseLayer {
      shape.isWild
        ? .init(
          weights: numbers(inputs * outputs, -127...127), biases: numbers(outputs, -1 << 24...1 << 24),
          multipliers: numbers(outputs, .min ... .max), shift: Int.random(in: 1...40, using: &random))
        : .init(
          weights: numbers(inputs * outputs, -127...127), biases: numbers(outputs, -50_000...50_000),
          multipliers: numbers(outputs, gain / 2...gain), shift: shift)
    }
    let featureCount =
      (2 * shape.radii.round + 1) * (2 * shape.radii.row + 1) * (shape.radii.column + 1)
    let biasRows = 3
    return EventNetworkPlan(
      roundRadius: shape.radii.round, rowRadius: shape.radii.row, columnRadius: shape.radii.column,
      hidden: shape.hidden, units: shape.units, outputs: shape.outputs,
      detectors: detectors(graph, shape, rows: rows, columns: columns, biasRows: biasRows, &random),
      biases: numbers(biasRows * shape.hidden, shape.isWild ? Int16.min ... .max : -200...400),
      rows: numbers(featureCount * shape.hidden, shape.isWild ? Int16.min ... .max : -150...150),
      firstShift: shape.isWild ? Int.random(in: 0...15, using: &random) : 2,
      second: layer(shape.hidden, shape.units, gain: 1 << 20, shift: 30),
      third: layer(shape.units, shape.outputs, gain: 1 << 20, shift: 13))
  }

  private static func detectors(
    _ graph: DetectorGraph, _ shape: Shape, rows: Int, columns: Int, biasRows: Int, _ random: inout SplitMix64
  ) -> [EventNetworkPlan.Detector?] {
    var ends = [[EventNetworkPlan.End]](repeating: [], count: graph.detectorCount)
    for edge in graph.edges {
      ends[Int(edge.a)].append(edge.isBoundary ? .boundary : .detector(Int(edge.b)))
      if !edge.isBoundary { ends[Int(edge.b)].append(.detector(Int(edge.a))) }
    }
    return (0..<graph.detectorCount).map { node in
      if Int.random(in: 0..<12, using: &random) == 0 { return nil }
      let place = node % (rows * columns)
      let site = EventNetworkPlan.Site(
        round: node / (rows * columns), row: place / columns, column: place % columns)
      let turned = EventNetworkPlan.Site(round: site.round, row: site.column, column: site.row)
      let type = (site.row + site.column) % 2
      var mine = ends[node].shuffled(using: &random)
      mine += Array(repeating: .none, count: max(0, shape.outputs - mine.count))
      mine = Array(mine[..<shape.outputs])
      if Int.random(in: 0..<4, using: &random) == 0 { mine[0] = .none }
      return EventNetworkPlan.Detector(
        type: type, centre: type == 0 ? site : turned, mark: type == 0 ? turned : site,
        biasRow: Int.random(in: 0..<biasRows, using: &random), ends: mine)
    }
  }
}

/// The network's arithmetic once more, from the plan alone: in whole numbers, without boards, words or vectors.
struct SlowNetwork {
  let plan: EventNetworkPlan

  struct Change: Equatable {
    var a: UInt32
    var b: UInt32
    var weight: Int32
  }

  private func requantise(_ sum: Int, _ multiplier: Int32, _ shift: Int) -> Int {
    let product = sum * Int(multiplier) + 1 << (shift - 1)
    // Division rounds to zero, a shift down.
    return product >= 0 ? product / (1 << shift) : -((-product + 1 << shift - 1) / (1 << shift))
  }

  private func outputs(_ layer: EventNetworkPlan.DenseLayer, _ inputs: [Int]) -> [Int] {
    let count = layer.biases.count
    return (0..<count).map { output in
      let sum = inputs.indices.reduce(Int(layer.biases[output])) {
        $0 + inputs[$1] * Int(layer.weights[$1 * count + output])
      }
      return requantise(sum, layer.multipliers[output], layer.shift)
    }
  }

  /// The features that `events` set around `node`.
  func features(of node: Int, _ events: [Int]) -> Set<Int> {
    guard let here = plan.detectors[node] else { return [] }
    var found: Set<Int> = []
    for event in events {
      guard let other = plan.detectors[event], other.type != here.type else { continue }
      let rounds = other.mark.round - here.centre.round
      let rows = other.mark.row - here.centre.row
      let columns = other.mark.column - here.centre.column
      guard abs(rounds) <= plan.roundRadius, abs(rows) <= plan.rowRadius, abs(columns) <= plan.columnRadius
      else { continue }
      found.insert(plan.feature(rounds: rounds, rows: rows, columns: columns))
    }
    return found
  }

  /// What the network says of an event whose features these are.
  func halves(biasRow: Int, _ features: Set<Int>) -> [Int] {
    let first = (0..<plan.hidden).map { index in
      let sum = features.reduce(Int(plan.biases[biasRow * plan.hidden + index])) {
        $0 + Int(plan.rows[$1 * plan.hidden + index])
      }
      let wrapped = Int(Int16(truncatingIfNeeded: sum))
      return min(127, max(0, Int((Double(wrapped) / Double(1 << plan.firstShift)).rounded(.down))))
    }
    let second = outputs(plan.second, first).map { min(127, max(0, $0)) }
    return outputs(plan.third, second).map { min(1 << 26, max(-1 << 26, $0)) }
  }

  /// The weights that change for a shot of these events, ascending, in the order that decant.h promises.
  func changes(_ graph: DetectorGraph, _ events: [Int]) -> [Change] {
    var said: [[EventNetworkPlan.End: Int]] = Array(repeating: [:], count: graph.detectorCount)
    for node in events {
      guard let here = plan.detectors[node] else { continue }
      let halves = halves(biasRow: here.biasRow, features(of: node, events))
      for (end, half) in zip(here.ends, halves) where end != .none { said[node][end] = half }
    }
    var weights: [UInt64: Int32] = [:]
    for (index, edge) in graph.edges.enumerated() {
      weights[UInt64(edge.a) << 32 | UInt64(edge.b)] = graph.integerWeight(ofEdge: index)
    }
    var changes: [Change] = []
    for node in events {
      for end in plan.detectors[node]?.ends ?? [] where end != .none {
        guard var half = said[node][end] else { continue }
        var (a, b) = (UInt32(node), DetectorGraph.boundary)
        if case .detector(let other) = end {
          if let back = said[other][.detector(node)] {
            if other < node { continue }
            half = Int((Double(half + back) / 2).rounded(.down))
          }
          (a, b) = (UInt32(min(node, other)), UInt32(max(node, other)))
        }
        let weight = Int(weights[UInt64(a) << 32 | UInt64(b)]!) - 2 * half
        let clamped = min(33_554_430, max(Int(plan.minWeight), weight))
        changes.append(Change(a: a, b: b, weight: Int32(clamped)))
      }
    }
    return changes
  }
}
