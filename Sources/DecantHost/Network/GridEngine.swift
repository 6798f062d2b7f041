import DecantKernels

/// Runs a grid network, forward and backward, on one shot at a time and one thread.
///
/// A shot's volumes stay in a core's cache from the first layer to the last gradient, which is worth more than
/// taking many shots at once. Several threads have an engine each.
final class GridEngine {
  let architecture: GridArchitecture
  let volume: decant_conv_volume
  /// The input of every layer. A shot's goes into that of the first one.
  private let inputs: [FloatBlock]
  /// What every layer gives before the activation; the same memory as the next input where nothing is learned.
  private let sums: [FloatBlock]
  private let shapes: [decant_conv_shape]
  /// The same layers where their weights' gradient is formed.
  private let gradientShapes: [decant_conv_shape]
  /// Shapes of layers that are convolved by products point to it.
  private let scratch: FloatBlock?
  private let packed: [FloatBlock]
  private let biases: [FloatBlock]
  private let learning: Learning?

  /// What only training needs.
  private struct Learning {
    /// Gradients of each layer's sums.
    let gradients: [FloatBlock]
    let transposed: [FloatBlock]
    /// Sums over all shots since they were last taken.
    let weightGradients: [FloatBlock]
    let biasGradients: [FloatBlock]
  }

  /// - Parameters:
  ///   - rounds, rows, columns: of a shot, each at least 1.
  ///   - learns: whether `backward` will be called.
  ///   - convolution: by whom; as the environment asks if left out.
  /// - Throws: if there is no memory for it, or what the environment asks for is not there.
  init(
    _ network: GridNetwork, rounds: Int, rows: Int, columns: Int, learns: Bool = false,
    convolution: Convolution? = nil
  ) throws(NetworkError) {
    architecture = network.architecture
    let halo = network.architecture.kernels.max()! / 2
    let volume = decant_conv_volume(
      times: Int32(rounds), rows: Int32(rows), columns: Int32(columns), halo: Int32(halo))
    self.volume = volume
    var shapes = network.architecture.layers.map { layer in
      decant_conv_shape(
        volume: volume, kernel: Int32(layer.kernel), inputs: Int32(layer.inputs),
        outputs: Int32(layer.outputs), scratch: nil)
    }
    let voxels = (rounds + 2 * halo) * (rows + 2 * halo) * (columns + 2 * halo)
    let channels = shapes.reduce(0) { $0 + Int($1.inputs + $1.outputs) + 2 * Int(DECANT_CONV_BLOCK) }
    guard voxels <= Self.maxFloats / channels else {
      throw NetworkError(
        "\(rounds) rounds of \(rows) by \(columns) are too many for this network at once; give fewer rounds")
    }
    let convolution = if let convolution { convolution } else { try Convolution.asked() }
    let multiplied = shapes.indices.filter { convolution.multiplies(shapes[$0]) }
    var gradientShapes = shapes
    if let floats = multiplied.map({ Self.scratchSize(shapes[$0]) }).max() {
      let scratch = try FloatBlock(floats)
      for index in multiplied { shapes[index].scratch = scratch.floats }
      if convolution == .products { gradientShapes = shapes }
      self.scratch = scratch
    } else {
      scratch = nil
    }
    self.shapes = shapes
    self.gradientShapes = gradientShapes
    func volumes(_ channels: [Int32]) throws(NetworkError) -> [FloatBlock] {
      try channels.map { (channels) throws(NetworkError) in
        try FloatBlock(withUnsafePointer(to: volume) { decant_conv_volume_size($0, channels) })
      }
    }
    func weights(_ shapes: [decant_conv_shape]) throws(NetworkError) -> [FloatBlock] {
      try shapes.map { (shape) throws(NetworkError) in
        try FloatBlock(withUnsafePointer(to: shape) { decant_conv_packed_size($0) })
      }
    }
    sums = try volumes(shapes.map(\.outputs))
    inputs =
      learns ? try volumes(shapes.map(\.inputs)) : try volumes([shapes[0].inputs]) + sums.dropLast()
    packed = try weights(shapes)
    biases = try shapes.map { (shape) throws(NetworkError) in try FloatBlock(Int(shape.outputs)) }
    learning =
      learns
      ? Learning(
        gradients: try volumes(shapes.map(\.outputs)),
        transposed: try weights(
          shapes.map { shape in withUnsafePointer(to: shape) { decant_conv_transposed($0) } }),
        weightGradients: try weights(gradientShapes),
        biasGradients: try shapes.map { (shape) throws(NetworkError) in try FloatBlock(Int(shape.outputs)) })
      : nil
    load(network)
  }

  /// Volumes of more floats (8 GB) would not fit most machines.
  private static let maxFloats = 1 << 31

  /// Floats that a layer needs, forward and backward.
  private static func scratchSize(_ shape: decant_conv_shape) -> Int {
    withUnsafePointer(to: shape) { shape in
      var transposed = decant_conv_transposed(shape)
      return max(decant_conv_scratch_size(shape), decant_conv_scratch_size(&transposed))
    }
  }

  /// Takes over parameters of a network of the same architecture.
  func load(_ network: GridNetwork) {
    precondition(network.architecture == architecture, "the engine must be of the network's architecture")
    let tensors = architecture.tensors
    network.parameters.withUnsafeBufferPointer { parameters in
      for index in shapes.indices {
        let weights = parameters.baseAddress! + tensors[2 * index].range.lowerBound
        withUnsafePointer(to: shapes[index]) { shape in
          decant_conv_pack(shape, weights, packed[index].floats)
          if let learning { decant_conv_pack_transposed(shape, weights, learning.transposed[index].floats) }
        }
        biases[index].floats.update(
          from: parameters.baseAddress! + tensors[2 * index + 1].range.lowerBound, count: biases[index].count)
      }
    }
  }

  /// The shot's input, to be filled in: see `place`.
  var input: UnsafeMutablePointer<Float> { inputs[0].floats }
  func clearInput() { inputs[0].clear() }
  /// The logits, after `forward`.
  var logits: UnsafePointer<Float> { UnsafePointer(sums[sums.count - 1].floats) }

  /// Where a voxel of the input or of the logits stands; add the channel, below 16.
  func place(round: Int, row: Int, column: Int) -> Int {
    let halo = Int(volume.halo)
    let (rows, columns) = (Int(volume.rows) + 2 * halo, Int(volume.columns) + 2 * halo)
    return (((round + halo) * rows + row + halo) * columns + column + halo) * Int(DECANT_CONV_BLOCK)
  }

  func forward() {
    var volume = volume
    for index in shapes.indices {
      withUnsafePointer(to: shapes[index]) { shape in
        decant_conv_forward(
          shape, inputs[index].floats, packed[index].floats, biases[index].floats, sums[index].floats)
      }
      guard index + 1 < shapes.count else { break }
      decant_conv_activate(
        &volume, shapes[index].outputs, activation, sums[index].floats, inputs[index + 1].floats)
    }
  }

  /// Calls `body` with each voxel's sums of a layer before the activation, after `forward` of an engine that learns: others
  /// have activated them in place.
  func forEachSum(ofLayer index: Int, _ body: (Float) -> Void) {
    precondition(learning != nil, "the engine must keep its sums")
    let halo = Int(volume.halo)
    let voxels =
      (Int(volume.times) + 2 * halo) * (Int(volume.rows) + 2 * halo) * (Int(volume.columns) + 2 * halo)
    let block = Int(DECANT_CONV_BLOCK)
    for round in 0..<Int(volume.times) {
      for row in 0..<Int(volume.rows) {
        for column in 0..<Int(volume.columns) {
          let place = place(round: round, row: row, column: column)
          for channel in 0..<Int(shapes[index].outputs) {
            body(sums[index].floats[channel / block * voxels * block + place + channel % block])
          }
        }
      }
    }
  }

  /// The loss of the logits, and its gradient of all parameters, which is added to the gradients so far.
  ///
  /// - Parameter targets: packed bits of shape (4, T, D, D).
  /// - Returns: binary cross-entropy, summed over all of them, in nats.
  func backward(targets: UnsafePointer<UInt8>) -> Double {
    guard let learning else { preconditionFailure("the engine was not made to learn") }
    var volume = volume
    let last = shapes.count - 1
    let loss = decant_conv_cross_entropy(&volume, logits, targets, learning.gradients[last].floats)
    for index in shapes.indices.reversed() {
      let gradient = learning.gradients[index].floats
      withUnsafePointer(to: gradientShapes[index]) { shape in
        decant_conv_add_weight_gradient(
          shape, inputs[index].floats, gradient, learning.weightGradients[index].floats,
          learning.biasGradients[index].floats)
      }
      withUnsafePointer(to: shapes[index]) { shape in
        guard index > 0 else { return }
        let before = learning.gradients[index - 1].floats
        var transposed = decant_conv_transposed(shape)
        decant_conv_forward(&transposed, gradient, learning.transposed[index].floats, nil, before)
        decant_conv_activation_gradient(
          &volume, shapes[index].inputs, activation, sums[index - 1].floats, before)
      }
    }
    return loss
  }

  /// Adds the gradients so far to others, in the order of a network's parameters, and begins anew.
  func takeGradients(addingTo gradient: inout [Float]) {
    guard let learning else { preconditionFailure("the engine was not made to learn") }
    precondition(gradient.count == architecture.parameterCount, "there must be a place for every parameter")
    let tensors = architecture.tensors
    gradient.withUnsafeMutableBufferPointer { gradient in
      for index in shapes.indices {
        withUnsafePointer(to: gradientShapes[index]) { shape in
          decant_conv_add_unpacked(
            shape, learning.weightGradients[index].floats,
            gradient.baseAddress! + tensors[2 * index].range.lowerBound)
        }
        let biases = learning.biasGradients[index]
        let first = tensors[2 * index + 1].range.lowerBound
        for place in 0..<biases.count { gradient[first + place] += biases.floats[place] }
        learning.weightGradients[index].clear()
        biases.clear()
      }
    }
  }

  private var activation: Int32 {
    architecture.activation == .gelu ? DECANT_CONV_GELU : DECANT_CONV_RELU
  }
}
