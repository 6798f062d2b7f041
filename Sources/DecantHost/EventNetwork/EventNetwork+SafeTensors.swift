/// Event networks as SafeTensors: half or single precision, with the shape in the metadata.
///
///     window.rows (rounds, rows, columns, hidden)   place.rows (3, 625, hidden)   first.bias (hidden)
///     second.weight (hidden, units)   second.bias (units)   third.weight (units, 13)   third.bias (13)
///
/// `columns` counts pairs of columns, see `EventNetworkPlan.feature`; place rows are those of (row, column), (row, round) and
/// (column, round), see `EventLattice`.
extension EventNetwork {
  static let version = "decant_event_v1"

  /// - Parameters:
  ///   - type: float16 rounds the parameters, which costs nothing that quantisation does not.
  ///   - metadata: added to what says the shape.
  public func safeTensors(
    type: SafeTensors.ValueType = .float32, metadata: [String: String] = [:]
  ) -> SafeTensors {
    let parts = shape.parts
    func tensor(_ name: String, _ extents: [Int], _ values: [Float]) -> SafeTensors.Tensor {
      .init(name: name, type: type, shape: extents, values: values)
    }
    func outputs(_ range: Range<Int>) -> [Float] {
      range.filter { ($0 - range.lowerBound) % Parts.outputs < EventLattice.outputs }.map { parameters[$0] }
    }
    var metadata = metadata
    metadata["model_version"] = Self.version
    metadata["window_radius"] = "\([shape.roundRadius, shape.rowRadius, shape.columnRadius])"
    metadata["quant_format"] = type == .float16 ? "fp16" : "fp32"
    return SafeTensors(
      [
        tensor(
          "window.rows",
          [2 * shape.roundRadius + 1, 2 * shape.rowRadius + 1, shape.columnRadius + 1, shape.hidden],
          Array(parameters[parts.windowRows])),
        tensor(
          "place.rows", [3, EventLattice.placeRowCount / 3, shape.hidden], Array(parameters[parts.placeRows])),
        tensor("first.bias", [shape.hidden], Array(parameters[parts.firstBias])),
        tensor("second.weight", [shape.hidden, shape.units], Array(parameters[parts.secondWeights])),
        tensor("second.bias", [shape.units], Array(parameters[parts.secondBias])),
        tensor("third.weight", [shape.units, EventLattice.outputs], outputs(parts.thirdWeights)),
        tensor("third.bias", [EventLattice.outputs], outputs(parts.thirdBias)),
      ], metadata: metadata)
  }

  /// - Parameter source: how errors name the file.
  /// - Throws: `NetworkError` for tensors that are missing, or whose shapes do not fit together.
  public init(_ file: SafeTensors, source: String) throws(NetworkError) {
    guard file.metadata["model_version"] == Self.version else {
      throw NetworkError(
        source: source,
        "is no event network: its model_version is \(file.metadata["model_version"] ?? "missing"), not \(Self.version)"
      )
    }
    func tensor(_ name: String, dimensions: Int) throws(NetworkError) -> SafeTensors.Tensor {
      guard let tensor = file[name] else { throw NetworkError(source: source, "has no tensor \(name)") }
      guard tensor.shape.count == dimensions else {
        throw NetworkError(
          source: source, "tensor \(name) has shape \(tensor.shape), not \(dimensions) dimensions")
      }
      return tensor
    }
    let window = try tensor("window.rows", dimensions: 4)
    guard window.shape[0] % 2 == 1, window.shape[1] % 2 == 1, window.shape[2] > 0 else {
      throw NetworkError(
        source: source,
        "tensor window.rows has shape \(window.shape), but windows have an odd number of rounds and rows")
    }
    let second = try tensor("second.weight", dimensions: 2)
    let shape: Shape
    do {
      shape = try Shape(
        roundRadius: window.shape[0] / 2, rowRadius: window.shape[1] / 2, columnRadius: window.shape[2] - 1,
        hidden: second.shape[0], units: second.shape[1])
    } catch {
      throw NetworkError(source: source, error.description)
    }
    let parts = shape.parts
    var parameters = Array(repeating: Float(0), count: shape.parameterCount)
    func take(_ name: String, _ extents: [Int], _ range: Range<Int>, stride: Int = 1, used: Int = 1)
      throws(NetworkError)
    {
      let tensor = try tensor(name, dimensions: extents.count)
      guard tensor.shape == extents else {
        throw NetworkError(
          source: source, "tensor \(name) has shape \(tensor.shape), but the others make it \(extents)")
      }
      for (index, value) in tensor.values.enumerated() {
        guard value.magnitude <= Self.largest else {
          throw NetworkError(
            source: source, "tensor \(name): value \(index) is \(value), beyond what any trained network has")
        }
        parameters[range.lowerBound + index / used * stride + index % used] = value
      }
    }
    let outputs = EventLattice.outputs
    try take(
      "window.rows", [window.shape[0], window.shape[1], window.shape[2], shape.hidden], parts.windowRows)
    try take("place.rows", [3, EventLattice.placeRowCount / 3, shape.hidden], parts.placeRows)
    try take("first.bias", [shape.hidden], parts.firstBias)
    try take("second.weight", [shape.hidden, shape.units], parts.secondWeights)
    try take("second.bias", [shape.units], parts.secondBias)
    try take(
      "third.weight", [shape.units, outputs], parts.thirdWeights, stride: Parts.outputs, used: outputs)
    try take("third.bias", [outputs], parts.thirdBias, stride: Parts.outputs, used: outputs)
    self.init(shape, parameters: parameters)
  }

  /// Larger values overflow when they are summed.
  private static let largest: Float = 1e4

  /// What a file says of how its network came about: its training's recipe, and how many steps of it were done.
  public static func provenance(_ file: SafeTensors) -> [String: String] {
    file.metadata.filter { ["recipe", "step", "trained_by"].contains($0.key) }
  }
}
