import DecantKernels

/// An event network in integers, for the detectors of one experiment.
///
/// Activations from 0 to `DECANT_EVENT_CLIP` become 0 to 127. Rows and sums of the first layer are 16-bit numbers on a finer scale;
/// weights of the others are bytes, with a scale for each output (symmetric, by the largest). What the lattice says of a
/// place, which sites and rounds exist around it, is summed into one row of biases for each kind of place.
extension EventNetwork {
  /// - Parameters:
  ///   - scale: of the graph that the plan is compiled with.
  /// - Throws: `NetworkError` if sums would not fit into their 16 bits.
  public func plan(for lattice: EventLattice, scale: WeightScale) throws(NetworkError) -> EventNetworkPlan {
    let parts = shape.parts
    let levels: Float = 127
    let perLevel = levels / DECANT_EVENT_CLIP
    let bias = Array(parameters[parts.firstBias])

    // The finest scale on which no row leaves 16 bits, and no sum does that the loudest rows make.
    let (firstShift, reach) = firstScale(perLevel)
    guard firstShift >= 0 else {
      throw NetworkError(
        "sums of the first layer reach \(reach), too large for 16 bits; train with a smaller rate")
    }
    let fine = perLevel * Float(1 << firstShift)
    func fixed(_ value: Float) -> Int16 { Int16(clamping: Int((value * fine).rounded())) }

    var biasRows: [[Int]: Int] = [:]
    var biases: [Int16] = []
    var detectors = lattice.detectors
    for index in detectors.indices where detectors[index] != nil {
      let place = lattice.placeRows[index]
      if let known = biasRows[place] {
        detectors[index]?.biasRow = known
        continue
      }
      detectors[index]?.biasRow = biasRows.count
      biasRows[place] = biasRows.count
      for h in 0..<shape.hidden {
        let sum = place.reduce(bias[h]) {
          $0 + parameters[parts.placeRows.lowerBound + $1 * shape.hidden + h]
        }
        // Half of the last bit that is shifted away, so that shifting rounds.
        biases.append(Int16(clamping: Int((sum * fine).rounded()) + (1 << firstShift) / 2))
      }
    }
    return EventNetworkPlan(
      roundRadius: shape.roundRadius, rowRadius: shape.rowRadius, columnRadius: shape.columnRadius,
      hidden: shape.hidden, units: shape.units, outputs: EventLattice.outputs, detectors: detectors,
      biases: biases, rows: parameters[parts.windowRows].map(fixed), firstShift: firstShift,
      second: Self.layer(
        weights: Array(parameters[parts.secondWeights]), biases: Array(parameters[parts.secondBias]),
        stride: shape.units, outputs: shape.units, inputScale: 1 / perLevel, outputScale: Double(perLevel)),
      third: Self.layer(
        weights: Array(parameters[parts.thirdWeights]), biases: Array(parameters[parts.thirdBias]),
        stride: Parts.outputs, outputs: EventLattice.outputs, inputScale: 1 / perLevel,
        outputScale: scale.factor),
      minWeight: max(2, scale.nearestWeight(Self.leastWeight)))
  }

  /// No edge becomes likelier than this (in log odds), as an edge of no weight would be free.
  static let leastWeight = 0.005

  /// How far sums are shifted, and how large they can get: each hidden number's bias and its largest rows.
  private func firstScale(_ perLevel: Float) -> (shift: Int, reach: Float) {
    let parts = shape.parts
    // More events than this in a window are rarer than anything that matters; sums wrap around then.
    let loudest = 48
    var reach: Float = 0
    for h in 0..<shape.hidden {
      let rows = stride(from: h, to: parts.windowRows.count, by: shape.hidden).map { parameters[$0] }
      let places = stride(
        from: parts.placeRows.lowerBound + h, to: parts.placeRows.upperBound, by: shape.hidden
      )
      .map { parameters[$0] }
      let up = rows.filter { $0 > 0 }.sorted(by: >).prefix(loudest).reduce(0, +)
      let down = rows.filter { $0 < 0 }.sorted().prefix(loudest).reduce(0, +)
      let start = parameters[parts.firstBias.lowerBound + h]
      reach = max(
        reach, start + 3 * max(0, places.max() ?? 0) + up, -(start + 3 * min(0, places.min() ?? 0) + down))
    }
    var shift = 7
    while shift >= 0, reach * perLevel * Float(1 << shift) > Float(Int16.max) { shift -= 1 }
    return (shift, reach)
  }

  /// - Parameters:
  ///   - weights: (inputs, stride), of which the first `outputs` of each input are used.
  ///   - inputScale: what an input of 1 stands for.
  ///   - outputScale: what is 1 in the outputs, as a multiple of what 1 stands for.
  private static func layer(
    weights: [Float], biases: [Float], stride: Int, outputs: Int, inputScale: Float, outputScale: Double
  ) -> EventNetworkPlan.DenseLayer {
    let inputs = weights.count / stride
    var bytes = Array(repeating: Int8(0), count: inputs * outputs)
    var whole = Array(repeating: Int32(0), count: outputs)
    var factors = Array(repeating: 0.0, count: outputs)
    for output in 0..<outputs {
      let column = (0..<inputs).map { weights[$0 * stride + output] }
      let step = max(column.reduce(0) { max($0, $1.magnitude) } / 127, .leastNormalMagnitude)
      for (input, weight) in column.enumerated() {
        bytes[input * outputs + output] = Int8(clamping: Int((weight / step).rounded()))
      }
      let bias = (Double(biases[output]) / (Double(inputScale) * Double(step))).rounded()
      whole[output] = Int32(min(max(bias, -0x1p24), 0x1p24))
      factors[output] = Double(inputScale) * Double(step) * outputScale
    }
    var shift = 40
    while shift > 1, factors.contains(where: { $0 * Double(1 << shift) > 0x1p30 }) { shift -= 1 }
    return .init(
      weights: bytes, biases: whole,
      multipliers: factors.map { Int32(min($0 * Double(1 << shift), 0x1p30).rounded()) }, shift: shift)
  }
}
