/// The shape of a grid network: layers of three-dimensional convolutions, as the published pre-decoders have them.
///
/// Every layer keeps the extents (stride one, zeros beyond the edge) and has biases; between layers stands the
/// activation, after the last one nothing. So the same weights run at any distance and any number of rounds.
public struct GridArchitecture: Equatable, Sendable {
  public enum Activation: String, CaseIterable, Sendable {
    /// In its tanh form, as published.
    case gelu
    case relu
  }

  /// A convolution: channels in and out, and its extent along round, row and column.
  public struct Layer: Equatable, Sendable {
    public let inputs: Int
    public let outputs: Int
    public let kernel: Int

    public var weightCount: Int { outputs * inputs * kernel * kernel * kernel }
  }

  /// Channels of the input: detectors of X-checks and Z-checks, then where these checks are.
  public static let inputChannels = 4
  /// Channels of the output: Z errors and X errors on data qubits, flips of X-checks and of Z-checks.
  public static let outputChannels = 4

  public let layers: [Layer]
  public let activation: Activation

  /// - Parameters:
  ///   - widths: channels after each layer, 1 to 1024; the last one is 4.
  ///   - kernels: each layer's, odd, 1 to 7.
  /// - Throws: `NetworkError`, which says what is out of bounds.
  public init(widths: [Int], kernels: [Int], activation: Activation = .gelu) throws(NetworkError) {
    guard (1...Self.maxLayers).contains(widths.count) else {
      throw NetworkError(
        "a grid network of \(widths.count) layers is not possible; give 1 to \(Self.maxLayers)")
    }
    guard kernels.count == widths.count else {
      throw NetworkError(
        "there are \(widths.count) layers, but \(kernels.count) kernels; give one for each layer")
    }
    if let width = widths.first(where: { !(1...Self.maxWidth).contains($0) }) {
      throw NetworkError("a layer of \(width) channels is not possible; give 1 to \(Self.maxWidth)")
    }
    guard widths.last == Self.outputChannels else {
      throw NetworkError(
        "the last layer has \(widths.last ?? 0) channels, but corrections are \(Self.outputChannels): "
          + "Z and X errors, flips of X- and Z-checks")
    }
    if let kernel = kernels.first(where: { !(1...Self.maxKernel).contains($0) || $0 % 2 == 0 }) {
      throw NetworkError("a kernel of extent \(kernel) is not possible; give 1, 3, 5 or 7")
    }
    let inputs = [Self.inputChannels] + widths
    layers = widths.indices.map { Layer(inputs: inputs[$0], outputs: widths[$0], kernel: kernels[$0]) }
    self.activation = activation
  }

  static let maxLayers = 32
  static let maxWidth = 1024
  static let maxKernel = 7

  /// The published models 1 to 5; nil for other numbers.
  public static func published(_ id: Int) -> GridArchitecture? {
    let (width, layers, kernel): (Int, Int, Int)
    switch id {
    case 1: (width, layers, kernel) = (128, 4, 3)
    case 2: (width, layers, kernel) = (256, 4, 3)
    case 3: (width, layers, kernel) = (128, 4, 5)
    case 4: (width, layers, kernel) = (128, 6, 3)
    case 5: (width, layers, kernel) = (256, 6, 3)
    default: return nil
    }
    return try? GridArchitecture(
      widths: Array(repeating: width, count: layers - 1) + [outputChannels],
      kernels: Array(repeating: kernel, count: layers))
  }

  /// The number of the published model of this shape, if there is one.
  public var publishedModel: Int? { (1...5).first { Self.published($0) == self } }

  public var widths: [Int] { layers.map(\.outputs) }
  public var kernels: [Int] { layers.map(\.kernel) }

  /// How many voxels along each extent an output depends on: 1 + sum of (kernel - 1).
  public var receptiveField: Int { layers.reduce(1) { $0 + $1.kernel - 1 } }
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.weightCount + $1.outputs } }
  /// Multiplications of a forward pass for each voxel of (round, row, column).
  public var multiplicationsPerVoxel: Int { layers.reduce(0) { $0 + $1.weightCount } }

  /// A tensor of parameters, by its published name.
  public struct Tensor: Equatable, Sendable {
    /// net.{3i}.weight or net.{3i}.bias: convolution, dropout and activation alternate in the published stack.
    public let name: String
    /// (out, in, round, row, column) for weights, (out) for biases.
    public let shape: [Int]
    /// Where it stands among all parameters.
    public let range: Range<Int>
  }

  /// All parameters, one tensor after the other: each layer's weights, then its biases.
  public var tensors: [Tensor] {
    var tensors: [Tensor] = []
    var start = 0
    for (index, layer) in layers.enumerated() {
      let kernel = layer.kernel
      for (kind, shape) in [
        ("weight", [layer.outputs, layer.inputs, kernel, kernel, kernel]), ("bias", [layer.outputs]),
      ] {
        let end = start + shape.reduce(1, *)
        tensors.append(Tensor(name: "net.\(3 * index).\(kind)", shape: shape, range: start..<end))
        start = end
      }
    }
    return tensors
  }
}

/// Why a network cannot be made, read or run, and what to do about it.
public struct NetworkError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A sentence without its full stop.
  public let description: String

  init(_ description: String) { self.description = description }

  /// source: the file that is at fault.
  init(source: String, _ problem: String) { description = "\(source): \(problem)" }
}
