import DecantCore

/// A grid network as an image's sections: weights in the order in which kernels take them, and chains told from their
/// detectors, each kind of neighbourhood once however many detectors have it.
struct GridTable {
  /// A `GridRecord`, as words.
  private(set) var record: [UInt32] = []
  /// `GridLayerRecord`s, as words.
  private(set) var layers: [UInt32] = []
  private(set) var weights: [UInt32] = []
  private(set) var parameters: [UInt32] = []
  private(set) var input: [UInt32] = []
  /// `GridPlace`s, as words.
  private(set) var places: [UInt32] = []
  private(set) var starts: [UInt32] = []
  private(set) var chains: [UInt32] = []

  static let layerWords = 5
  static let placeWords = 3

  private let plan: GridPlan

  /// - Parameter firstEdges: for each node, its first own edge; and one more, the number of edges.
  /// - Throws: a sentence about the first thing in the plan that cannot be.
  init(_ plan: GridPlan, firstEdges: [UInt32]) throws(GridPlan.Flaw) {
    try plan.check(detectors: firstEdges.count - 1, edges: Int(firstEdges.last ?? 0))
    self.plan = plan
    record = [
      UInt32(plan.rounds), UInt32(plan.rows), UInt32(plan.columns), UInt32(plan.margin),
      UInt32(bitPattern: plan.threshold ?? GridRecord.never), UInt32(plan.share), UInt32(plan.minWeight),
    ]
    for layer in plan.layers { append(layer) }
    input = paddedInput()
    appendPlaces(firstEdges)
  }

  private mutating func append(_ layer: GridPlan.Layer) {
    let shape = GridLayerRecord(
      inputs: UInt32(layer.inputs), outputs: UInt32(layer.outputs), kernel: UInt32(layer.kernel),
      shift: UInt32(layer.shift), zero: UInt32(layer.zero))
    layers += [shape.inputs, shape.outputs, shape.kernel, shape.shift, shape.zero]
    let taps = Int(shape.taps)
    let block = Int(GridLayerRecord.blockSize)
    func weight(_ output: Int, _ input: Int, _ tap: Int) -> UInt32 {
      guard output < layer.outputs, input < layer.inputs else { return 0 }
      return UInt32(UInt8(bitPattern: layer.weights[(output * layer.inputs + input) * taps + tap]))
    }
    for first in stride(from: 0, to: Int(shape.blocks) * block, by: block) {
      for tap in 0..<taps {
        for input in stride(from: 0, to: 4 * Int(shape.groups), by: 4) {
          for output in first..<first + block {
            weights.append((0..<4).reduce(0) { $0 | weight(output, input + $1, tap) << (8 * UInt32($1)) })
          }
        }
      }
    }
    let missing = [UInt32](repeating: 0, count: Int(shape.blocks) * block - layer.outputs)
    parameters += layer.biases.map { UInt32(bitPattern: $0) } + missing
    parameters += layer.multipliers.map { UInt32(bitPattern: $0) } + missing
    parameters += Self.words(layer.table)
  }

  private func paddedInput() -> [UInt32] {
    let margin = plan.margin
    let words = Self.words(plan.input)
    var padded: [UInt32] = []
    for round in -margin..<plan.rounds + margin {
      for row in -margin..<plan.rows + margin {
        for column in -margin..<plan.columns + margin {
          let isInside =
            (0..<plan.rounds).contains(round) && (0..<plan.rows).contains(row)
            && (0..<plan.columns).contains(column)
          padded.append(isInside ? words[(round * plan.rows + row) * plan.columns + column] : 0)
        }
      }
    }
    return padded
  }

  /// The byte of the first volume, margin included, at a place of the input.
  private func padded(_ place: Int) -> UInt32 {
    let (voxel, channel) = place.quotientAndRemainder(dividingBy: 4)
    let (line, column) = voxel.quotientAndRemainder(dividingBy: plan.columns)
    let (round, row) = line.quotientAndRemainder(dividingBy: plan.rows)
    let margin = plan.margin
    let (rows, columns) = (plan.rows + 2 * margin, plan.columns + 2 * margin)
    return UInt32(
      4 * (((round + margin) * rows + row + margin) * columns + column + margin) + channel)
  }

  private mutating func appendPlaces(_ firstEdges: [UInt32]) {
    var known: [[UInt32]: UInt32] = [:]
    for node in plan.detectors.indices {
      let own = plan.chains[Int(firstEdges[node])..<Int(firstEdges[node + 1])]
      let origin = UInt32(truncatingIfNeeded: plan.origins[node])
      // The lengths of all chains, then their members.
      let group =
        own.map { UInt32($0.count) }
        + own.joined().map { UInt32(truncatingIfNeeded: $0) &- origin }
      let number = known[group] ?? append(group, ownCount: own.count)
      known[group] = number
      places += [plan.detectors[node].map { padded($0) } ?? ImageLayout.none, origin, number]
    }
  }

  /// Gives where the new group begins in `starts`.
  private mutating func append(_ group: [UInt32], ownCount: Int) -> UInt32 {
    let number = UInt32(starts.count)
    var end = UInt32(chains.count)
    starts.append(end)
    for count in group[..<ownCount] {
      end += count
      starts.append(end)
    }
    chains += group[ownCount...]
    return number
  }

  /// - Parameter bytes: a multiple of four of them.
  private static func words(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { first in
      (0..<4).reduce(0) { $0 | UInt32(bytes[first + $1]) << (8 * UInt32($1)) }
    }
  }
}
