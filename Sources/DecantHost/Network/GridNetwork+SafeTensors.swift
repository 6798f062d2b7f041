/// Grid networks as files, with the published names and metadata, so that published checkpoints load unchanged.
extension GridNetwork {
  /// Reads a checkpoint. Its shape is that of its tensors; the metadata must not contradict them.
  ///
  /// The tensors' names are net.{3i}.weight and net.{3i}.bias, perhaps after `module.`. The activation is GELU unless
  /// the metadata says otherwise, under `activation`.
  ///
  /// - Parameter source: how errors name the file.
  /// - Throws: `NetworkError`, naming what is missing, superfluous or of the wrong shape.
  public init(_ file: SafeTensors, source: String) throws(NetworkError) {
    var tensors: [String: SafeTensors.Tensor] = [:]
    for tensor in file.tensors {
      let name = tensor.name.hasPrefix("module.") ? String(tensor.name.dropFirst(7)) : tensor.name
      guard tensors.updateValue(tensor, forKey: name) == nil else {
        throw NetworkError(source: source, "has both \(name) and module.\(name); remove one of them")
      }
    }
    var widths: [Int] = []
    var kernels: [Int] = []
    while let weight = tensors["net.\(3 * widths.count).weight"] {
      let inputs = widths.last ?? GridArchitecture.inputChannels
      let shape = weight.shape
      guard shape.count == 5, shape[1] == inputs, shape[2] == shape[3], shape[3] == shape[4] else {
        throw NetworkError(
          source: source,
          "\(weight.name) is of shape \(shape), not (out, \(inputs), k, k, k) as a grid network's layer here")
      }
      widths.append(shape[0])
      kernels.append(shape[2])
    }
    guard !widths.isEmpty else {
      throw NetworkError(source: source, "has no tensor net.0.weight; is it a grid network's checkpoint?")
    }
    let architecture: GridArchitecture
    do throws(NetworkError) {
      architecture = try GridArchitecture(
        widths: widths, kernels: kernels, activation: try Self.activation(file.metadata))
    } catch {
      throw NetworkError(source: source, error.description)
    }
    try Self.check(file.metadata, architecture, source)
    var parameters: [Float] = []
    parameters.reserveCapacity(architecture.parameterCount)
    for expected in architecture.tensors {
      guard let tensor = tensors.removeValue(forKey: expected.name) else {
        throw NetworkError(source: source, "\(expected.name) is missing; the checkpoint is not whole")
      }
      guard tensor.shape == expected.shape else {
        throw NetworkError(
          source: source, "\(tensor.name) is of shape \(tensor.shape), not \(expected.shape)")
      }
      parameters += tensor.values
    }
    if let stranger = tensors.keys.sorted().first {
      throw NetworkError(
        source: source,
        "\(stranger.prefix(80)) belongs to no layer; it is another kind of network than the grid's")
    }
    self.init(
      architecture, parameters: parameters, ranges: try Self.ranges(file.metadata, architecture, source))
  }

  /// The checkpoint: see `init(_:source:)`.
  ///
  /// - Parameter metadata: to be added to what is published.
  public func safeTensors(
    _ type: SafeTensors.ValueType = .float32, metadata: [String: String] = [:]
  ) -> SafeTensors {
    let tensors = architecture.tensors.map { tensor in
      SafeTensors.Tensor(
        name: tensor.name, type: type, shape: tensor.shape, values: Array(parameters[tensor.range]))
    }
    var all = metadata
    all["model_version"] = Self.modelVersion
    all["quant_format"] = type == .float16 ? "fp16" : "fp32"
    all["receptive_field"] = "\(architecture.receptiveField)"
    all["num_filters"] = "\(architecture.widths)"
    all["kernel_size"] = "\(architecture.kernels)"
    all["model_id"] = architecture.publishedModel.map { "\($0)" }
    if architecture.activation != .gelu { all["activation"] = architecture.activation.rawValue }
    all[Self.rangesKey] = ranges.map { ranges in
      "[" + ranges.map { "[\($0.low), \($0.high)]" }.joined(separator: ", ") + "]"
    }
    return SafeTensors(tensors, metadata: all)
  }

  /// The same network with the values that a file of this type gives back, and without ranges.
  public func rounded(_ type: SafeTensors.ValueType) -> GridNetwork {
    let values = parameters.map { type == .float16 ? Float(Float16($0)) : $0 }
    return GridNetwork(architecture, parameters: values)
  }

  /// Reads the checkpoint of a path.
  public init(path: String) throws {
    var file = try ByteSource(path: path)
    try self.init(SafeTensors(bytes: try file.readAll(limit: 1 << 31), source: path), source: path)
  }

  /// What `decant quantize` adds to the published metadata.
  private static let rangesKey = "sum_ranges"

  /// Pairs of numbers, one for each layer but the last.
  private static func ranges(
    _ metadata: [String: String], _ architecture: GridArchitecture, _ source: String
  ) throws(NetworkError) -> [SumRange]? {
    guard let text = metadata[rangesKey] else { return nil }
    let numbers = text.split { "[], ".contains($0) }.map { Float($0) ?? .nan }
    let ranges = stride(from: 0, to: numbers.count - 1, by: 2).map {
      SumRange(low: numbers[$0], high: numbers[$0 + 1])
    }
    guard numbers.count == 2 * (architecture.layers.count - 1),
      ranges.allSatisfy({ $0.low <= 0 && $0.high > 0 && $0.low >= -1e6 && $0.high <= 1e6 })
    else {
      throw NetworkError(
        source: source,
        "\(rangesKey) is \(text.prefix(60)), not a pair of numbers around 0 for each of "
          + "\(architecture.layers.count - 1) layers; measure anew with decant quantize")
    }
    return ranges
  }

  private static let modelVersion = "predecoder_memory_v1"

  private static func activation(
    _ metadata: [String: String]
  ) throws(NetworkError) -> GridArchitecture.Activation {
    guard let name = metadata["activation"] else { return .gelu }
    guard let known = GridArchitecture.Activation(rawValue: name) else {
      throw NetworkError("activation is \(name.prefix(40)) in its metadata; known are gelu and relu")
    }
    return known
  }

  private static func check(
    _ metadata: [String: String], _ architecture: GridArchitecture, _ source: String
  ) throws(NetworkError) {
    if let version = metadata["model_version"], version != modelVersion {
      throw NetworkError(
        source: source, "model_version is \(version.prefix(40)), another network than \(modelVersion)")
    }
    var expected = [
      "receptive_field": "\(architecture.receptiveField)", "num_filters": "\(architecture.widths)",
      "kernel_size": "\(architecture.kernels)",
    ]
    if let id = metadata["model_id"], let published = Int(id).flatMap({ GridArchitecture.published($0) }),
      published.widths != architecture.widths || published.kernels != architecture.kernels
    {
      throw NetworkError(
        source: source,
        "model_id is \(id), but the tensors are of widths \(architecture.widths) and kernels "
          + "\(architecture.kernels), which that model has not")
    }
    // A kernel may be said once for all layers.
    if let kernel = architecture.kernels.first, metadata["kernel_size"] == "\(kernel)",
      architecture.kernels.allSatisfy({ $0 == kernel })
    {
      expected["kernel_size"] = nil
    }
    for (key, value) in expected.sorted(by: { $0.key < $1.key }) {
      if let said = metadata[key], said.filter({ $0 != " " }) != value.filter({ $0 != " " }) {
        throw NetworkError(
          source: source, "\(key) is \(said.prefix(60)) in its metadata, but \(value) by its tensors")
      }
    }
  }
}
