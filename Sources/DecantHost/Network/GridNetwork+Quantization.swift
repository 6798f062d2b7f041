import Glibc

/// A grid network's layers in integers, as `GridRecord` describes them.
///
/// Weights are bytes with a scale for each output (symmetric, by the largest). A layer's sums are told apart at 256
/// numbers, evenly over its range; its table turns these into bytes that cover all that the activation makes of the
/// range, with one of them for exactly zero.
extension GridNetwork {
  /// - Parameters:
  ///   - ranges: one for each layer but the last.
  ///   - logitScale: what a logit of 1 is in the output.
  func fixedLayers(_ ranges: [SumRange], logitScale: Double) -> [GridPlan.Layer] {
    var layers: [GridPlan.Layer] = []
    // What an input of 1 stands for, and which one stands for zero.
    var (scale, zero) = (0.5, 0)
    for (index, layer) in architecture.layers.enumerated() {
      let weights = parameters[architecture.tensors[2 * index].range]
      let biases = parameters[architecture.tensors[2 * index + 1].range]
      guard index < ranges.count else {
        layers.append(
          Self.layer(layer, weights, biases, scale, zero, numbersPerUnit: logitScale, offset: 0, nil))
        break
      }
      let step = (Double(ranges[index].high) - Double(ranges[index].low)) / 255
      let table = ActivationTable(architecture.activation, low: Double(ranges[index].low), step: step)
      layers.append(
        Self.layer(
          layer, weights, biases, scale, zero, numbersPerUnit: 1 / step,
          offset: -Double(ranges[index].low) / step - 128, table))
      (scale, zero) = (table.scale, table.zero)
    }
    return layers
  }

  /// - Parameters:
  ///   - scale, zero: of the inputs.
  ///   - numbersPerUnit, offset: of the numbers that sums become.
  private static func layer(
    _ layer: GridArchitecture.Layer, _ weights: ArraySlice<Float>, _ biases: ArraySlice<Float>,
    _ scale: Double, _ zero: Int, numbersPerUnit: Double, offset: Double, _ table: ActivationTable?
  ) -> GridPlan.Layer {
    let fanIn = weights.count / layer.outputs
    var bytes: [Int8] = []
    var whole: [Int32] = []
    var factors: [Double] = []
    for output in 0..<layer.outputs {
      let row = weights.dropFirst(output * fanIn).prefix(fanIn)
      let step = max(row.reduce(0) { max($0, $1.magnitude) } / 127, .leastNormalMagnitude)
      let rounded = row.map { Int8(clamping: Int(($0 / step).rounded())) }
      bytes += rounded
      // What a sum of 1 stands for; what its bias stands for; and what the inputs' zero adds to every sum.
      let unit = max(scale * Double(step), .leastNormalMagnitude)
      let bias = (Double(biases[biases.startIndex + output]) + offset / numbersPerUnit) / unit
      let most = 0x1p30 - 1
      let fixed = min(max(bias.rounded(), -most), most) - Double(zero * rounded.reduce(0) { $0 + Int($1) })
      whole.append(Int32(min(max(fixed, -most), most)))
      factors.append(unit * numbersPerUnit)
    }
    var shift = 40
    while shift > 1, factors.contains(where: { $0 * Double(1 << shift) > 0x1p30 }) { shift -= 1 }
    return GridPlan.Layer(
      inputs: layer.inputs, outputs: layer.outputs, kernel: layer.kernel, weights: bytes, biases: whole,
      multipliers: factors.map { Int32(min($0 * Double(1 << shift), 0x1p30).rounded()) }, shift: shift,
      table: table?.bytes ?? [], zero: UInt8(table?.zero ?? 0))
  }
}

/// What an activation makes of 256 evenly spaced sums, in bytes.
private struct ActivationTable {
  let bytes: [UInt8]
  /// What a difference of 1 stands for.
  let scale: Double
  /// The byte that stands for zero.
  let zero: Int

  init(_ activation: GridArchitecture.Activation, low: Double, step: Double) {
    let values = (0..<256).map { Self.value(activation, low + Double($0) * step) }
    let (least, most) = values.reduce((0, 0)) { (min($0.0, $1), max($0.1, $1)) }
    scale = max((most - least) / 255, Double.leastNormalMagnitude)
    let (scale, zero) = (self.scale, Int((-least / self.scale).rounded()))
    self.zero = zero
    bytes = values.map { UInt8(clamping: zero + Int(($0 / scale).rounded())) }
  }

  private static func value(_ activation: GridArchitecture.Activation, _ sum: Double) -> Double {
    switch activation {
    case .relu: max(0, sum)
    case .gelu: sum / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (sum + 0.044715 * sum * sum * sum)))
    }
  }
}
