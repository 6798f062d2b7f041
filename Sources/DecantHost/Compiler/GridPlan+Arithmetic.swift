import DecantCore

/// The arithmetic of a plan, stated a second time and for reading: what calibration measures its errors with, and what
/// tests hold the real-time plane to.
extension GridPlan {
  /// The logits of a shot, by their places.
  ///
  /// - Parameter events: detectors that have fired.
  public func logits(events: some Sequence<Int>) -> [Int32] {
    var values = input.map { Int($0) }
    for event in events { if let place = detectors[event] { values[place] = Int(GridRecord.inputOne) } }
    // Zero is what lies beyond the edge, and what inputs that no check marks are.
    var zero = 0
    for layer in layers {
      values = next(layer, values, zero: zero)
      zero = Int(layer.zero)
    }
    return values.map { Int32($0) }
  }

  /// values: of shape (round, row, column, inputs). The result likewise.
  private func next(_ layer: Layer, _ values: [Int], zero: Int) -> [Int] {
    var result = Array(repeating: 0, count: voxels * layer.outputs)
    let (half, kernel) = (layer.kernel / 2, layer.kernel)
    let taps = kernel * kernel * kernel
    for round in 0..<rounds {
      for row in 0..<rows {
        for column in 0..<columns {
          let voxel = (round * rows + row) * columns + column
          for output in 0..<layer.outputs {
            var sum = Int(layer.biases[output])
            for tap in 0..<taps {
              let t = round + tap / (kernel * kernel) - half
              let r = row + tap / kernel % kernel - half
              let c = column + tap % kernel - half
              let isInside = t >= 0 && t < rounds && r >= 0 && r < rows && c >= 0 && c < columns
              let there = ((t * rows + r) * columns + c) * layer.inputs
              for input in 0..<layer.inputs {
                let weight = Int(layer.weights[(output * layer.inputs + input) * taps + tap])
                sum += weight * (isInside ? values[there + input] : zero)
              }
            }
            result[voxel * layer.outputs + output] = Self.finish(layer, sum, output)
          }
        }
      }
    }
    return result
  }

  private static func finish(_ layer: Layer, _ sum: Int, _ output: Int) -> Int {
    let number = (sum * Int(layer.multipliers[output]) + 1 << (layer.shift - 1)) >> layer.shift
    if layer.table.isEmpty {
      let most = Int(GridRecord.maxLogit)
      return min(max(number, -most), most)
    }
    return Int(layer.table[min(max(number, -128), 127) + 128])
  }
}
