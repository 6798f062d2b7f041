import DecantKernels
import DecantOpenBLAS
import Glibc
import Testing

@testable import DecantHost

/// Convolution by a library's products beside that of our kernels: logits, loss and gradients.
@Suite struct ConvolutionTests {
  #if OpenBLAS
    @Test(
      arguments: [
        ([4], [1], 2, 3, 4), ([5, 4], [3, 3], 3, 4, 2), ([16, 20, 4], [3, 1, 5], 2, 5, 5),
        ([33, 3, 4], [1, 3, 3], 3, 1, 17), ([4, 4], [7, 3], 4, 3, 3),
        // More than a tile of voxels, and than a chunk of taps.
        ([130, 130, 4], [3, 3, 3], 5, 11, 11),
      ] as [([Int], [Int], Int, Int, Int)], [Convolution.products, .fastest])
    func likeKernels(
      _ shape: ([Int], [Int], Int, Int, Int), _ convolution: Convolution
    ) throws {
      offerOpenBLAS()
      let (widths, kernels, rounds, rows, columns) = shape
      let network = GridNetwork(try GridArchitecture(widths: widths, kernels: kernels), seed: 5)
      func run(_ convolution: Convolution) throws -> (logits: [Float], loss: Double, gradient: [Float]) {
        let engine = try GridEngine(
          network, rounds: rounds, rows: rows, columns: columns, learns: true, convolution: convolution)
        var random = RandomStream(seed: 2, block: 7)
        var places: [Int] = []
        for t in 0..<rounds {
          for r in 0..<rows {
            for c in 0..<columns {
              for channel in 0..<4 {
                places.append(engine.place(round: t, row: r, column: c) + channel)
                engine.input[places.last!] = Float(random.next() % 1000) / 500 - 1
              }
            }
          }
        }
        var gradient = [Float](repeating: 0, count: network.parameters.count)
        engine.forward()
        let targets = (0..<(places.count + 7) / 8).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let loss = engine.backward(targets: targets)
        engine.takeGradients(addingTo: &gradient)
        return (places.map { engine.logits[$0] }, loss, gradient)
      }
      let (expected, found) = (try run(.kernels), try run(convolution))
      for (expected, found) in zip(expected.logits, found.logits) { #expect(abs(expected - found) < 1e-4) }
      #expect(abs(expected.loss - found.loss) < 1e-5 * expected.loss)
      let scale = expected.gradient.reduce(1e-3) { max($0, abs($1)) }
      #expect(
        zip(expected.gradient, found.gradient).allSatisfy { abs($0 - $1) < 1e-4 * scale },
        "gradients are as large as \(scale)")
    }
  #endif

  /// Whoever asks for it gets products; nobody else where kernels were found faster.
  @Test func layers() {
    let volume = decant_conv_volume(times: 9, rows: 9, columns: 9, halo: 1)
    func multiplies(_ convolution: Convolution, _ inputs: Int32, _ outputs: Int32) -> Bool {
      convolution.multiplies(
        decant_conv_shape(volume: volume, kernel: 3, inputs: inputs, outputs: outputs, scratch: nil))
    }
    #expect(!multiplies(.kernels, 256, 256) && multiplies(.products, 4, 4))
    #expect(!multiplies(.fastest, 64, 64) && !multiplies(.fastest, 256, 4))
    #expect(multiplies(.fastest, 128, 128) == (decant_kernels_level() != DECANT_KERNELS_PORTABLE))
  }

  @Test func asked() throws {
    #expect(try Convolution.asked("openblas", offered: true) == .products)
    #expect(try Convolution.asked(nil, offered: true) == .fastest)
    #expect(try Convolution.asked("avx2", offered: true) == .kernels)
    #expect(try Convolution.asked(nil, offered: false) == .kernels)
    let error = #expect(throws: NetworkError.self) { try Convolution.asked("openblas", offered: false) }
    #expect(error?.description.contains("trait OpenBLAS") == true)
  }
}
