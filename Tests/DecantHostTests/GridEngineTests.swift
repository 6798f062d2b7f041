import Glibc
import Testing

@testable import DecantHost

/// The float grid network against plain loops, and its gradients against differences.
@Suite struct GridEngineTests {
  /// As the formulas say, in double precision. input: (channels, T, R, C).
  private static func reference(
    _ network: GridNetwork, _ input: [Double], _ rounds: Int, _ rows: Int, _ columns: Int
  ) -> [Double] {
    var values = input
    let tensors = network.architecture.tensors
    for (index, layer) in network.architecture.layers.enumerated() {
      let weights = Array(network.parameters[tensors[2 * index].range])
      let biases = Array(network.parameters[tensors[2 * index + 1].range])
      let (k, half) = (layer.kernel, layer.kernel / 2)
      var next: [Double] = []
      for output in 0..<layer.outputs {
        for t in 0..<rounds {
          for r in 0..<rows {
            for c in 0..<columns {
              var sum = Double(biases[output])
              for i in 0..<layer.inputs {
                for dt in 0..<k where (0..<rounds).contains(t + dt - half) {
                  for dr in 0..<k where (0..<rows).contains(r + dr - half) {
                    for dc in 0..<k where (0..<columns).contains(c + dc - half) {
                      let weight = weights[(((output * layer.inputs + i) * k + dt) * k + dr) * k + dc]
                      let place =
                        ((i * rounds + t + dt - half) * rows + r + dr - half) * columns + c + dc - half
                      sum += Double(weight) * values[place]
                    }
                  }
                }
              }
              if index + 1 < network.architecture.layers.count {
                let u = 0.7978845608028654 * (sum + 0.044715 * sum * sum * sum)
                sum = network.architecture.activation == .relu ? max(0, sum) : 0.5 * sum * (1 + tanh(u))
              }
              next.append(sum)
            }
          }
        }
      }
      values = next
    }
    return values
  }

  @Test(
    arguments: [
      ([4], [1], 2, 3, 4), ([5, 4], [3, 3], 3, 4, 2), ([16, 20, 4], [3, 1, 5], 2, 5, 5),
      ([33, 3, 4], [1, 3, 3], 3, 1, 17), ([4, 4], [7, 3], 4, 3, 3),
    ] as [([Int], [Int], Int, Int, Int)])
  func forward(_ widths: [Int], _ kernels: [Int], _ rounds: Int, _ rows: Int, _ columns: Int) throws {
    for activation in GridArchitecture.Activation.allCases {
      let network = GridNetwork(
        try GridArchitecture(widths: widths, kernels: kernels, activation: activation), seed: 3)
      var random = RandomStream(seed: 1, block: 2)
      let input = (0..<4 * rounds * rows * columns).map { _ in Double(Float(random.next() % 1000) / 500 - 1) }
      let expected = Self.reference(network, input, rounds, rows, columns)
      for learns in [false, true] {
        let engine = try GridEngine(network, rounds: rounds, rows: rows, columns: columns, learns: learns)
        forEachVoxel(rounds, rows, columns) { t, r, c, voxel in
          for channel in 0..<4 {
            engine.input[engine.place(round: t, row: r, column: c) + channel] = Float(
              input[channel * rounds * rows * columns + voxel])
          }
        }
        engine.forward()
        forEachVoxel(rounds, rows, columns) { t, r, c, voxel in
          for channel in 0..<4 {
            let found = Double(engine.logits[engine.place(round: t, row: r, column: c) + channel])
            #expect(abs(found - expected[channel * rounds * rows * columns + voxel]) < 1e-4)
          }
        }
      }
    }
  }

  private func forEachVoxel(_ rounds: Int, _ rows: Int, _ columns: Int, _ body: (Int, Int, Int, Int) -> Void)
  {
    for t in 0..<rounds {
      for r in 0..<rows {
        for c in 0..<columns { body(t, r, c, (t * rows + r) * columns + c) }
      }
    }
  }

  /// The gradient along random directions is the loss's difference there.
  @Test(
    arguments: [([6, 4], [3, 3]), ([16, 18, 4], [3, 1, 3]), ([4, 4], [5, 3])] as [([Int], [Int])],
    GridArchitecture.Activation.allCases)
  func gradient(_ shape: ([Int], [Int]), _ activation: GridArchitecture.Activation) throws {
    let network = GridNetwork(
      try GridArchitecture(widths: shape.0, kernels: shape.1, activation: activation), seed: 11)
    let (rounds, rows, columns) = (2, 3, 3)
    let engine = try GridEngine(network, rounds: rounds, rows: rows, columns: columns, learns: true)
    var random = RandomStream(seed: 4, block: 4)
    forEachVoxel(rounds, rows, columns) { t, r, c, _ in
      for channel in 0..<4 {
        engine.input[engine.place(round: t, row: r, column: c) + channel] = Float(random.next() % 3) / 2
      }
    }
    let targets = (0..<9).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    func loss(_ network: GridNetwork) -> Double {
      engine.load(network)
      engine.forward()
      return engine.backward(targets: targets)
    }
    _ = loss(network)
    var gradient = [Float](repeating: 0, count: network.parameters.count)
    engine.takeGradients(addingTo: &gradient)
    for tensor in network.architecture.tensors {
      let direction = tensor.range.map { _ in Float(random.next() % 201) / 100 - 1 }
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let step: Float = 2e-3
      let sides = [step, -step].map { step in
        var moved = network
        for (index, place) in tensor.range.enumerated() {
          moved.parameters[place] += step * direction[index] / length
        }
        return loss(moved)
      }
      let difference = (sides[0] - sides[1]) / Double(2 * step)
      let slope = zip(tensor.range, direction).reduce(0.0) { $0 + Double(gradient[$1.0] * $1.1 / length) }
      // Where ReLU bends, a difference is of two slopes.
      let allowed = activation == .relu ? 0.05 : 0.01
      #expect(abs(difference - slope) < allowed * (1 + abs(slope)), "\(tensor.name): \(difference), \(slope)")
    }
  }

  @Test func tooLarge() throws {
    let network = GridNetwork(try GridArchitecture(widths: [1024, 4], kernels: [3, 3]), seed: 0)
    #expect(throws: NetworkError.self) { try GridEngine(network, rounds: 10_000, rows: 255, columns: 255) }
  }
}
