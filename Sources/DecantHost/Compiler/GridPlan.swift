import DecantCore

/// A quantised grid network, where each detector stands for it and what each edge is to it: what `ImageCompiler` writes
/// into an image.
///
/// Numbers are used as `GridRecord` describes. Arrays are row-major. Places in the input and in the logits are
/// 4 * voxel + channel, voxels counted through (round, row, column).
public struct GridPlan: Equatable, Sendable {
  public struct Layer: Equatable, Sendable {
    public var inputs: Int
    public var outputs: Int
    /// 1, 3, 5 or 7.
    public var kernel: Int
    /// (outputs, inputs, round, row, column).
    public var weights: [Int8]
    /// (outputs), below 2^30.
    public var biases: [Int32]
    /// (outputs).
    public var multipliers: [Int32]
    /// 1...40.
    public var shift: Int
    /// 256 bytes; empty for the last layer.
    public var table: [UInt8]
    /// What it gives where nothing is; 0 for the last layer.
    public var zero: UInt8

    public init(
      inputs: Int, outputs: Int, kernel: Int, weights: [Int8], biases: [Int32], multipliers: [Int32],
      shift: Int, table: [UInt8], zero: UInt8
    ) {
      self.inputs = inputs
      self.outputs = outputs
      self.kernel = kernel
      self.weights = weights
      self.biases = biases
      self.multipliers = multipliers
      self.shift = shift
      self.table = table
      self.zero = zero
    }
  }

  public var rounds: Int
  public var rows: Int
  public var columns: Int
  public var layers: [Layer]
  /// The input without events: bytes of shape (round, row, column, 4), of which the first two channels are 0.
  public var input: [UInt8]
  /// For each detector its place in the input; nil if the network is not shown it.
  public var detectors: [Int?]
  /// For each detector a place near it, from which its edges' chains look alike in every round.
  public var origins: [Int]
  /// For each edge of the graph the places of its chain's logits, at most 32; empty if the network knows nothing of it.
  public var chains: [[Int]]
  /// Least score of an accepted edge, in halves of a weight; nil if none is accepted.
  public var threshold: Int32?
  /// Of the network in weights, from 0 to 256.
  public var share: Int
  /// No weight is taken below this: even, from 2 on.
  public var minWeight: Int32

  public init(
    rounds: Int, rows: Int, columns: Int, layers: [Layer], input: [UInt8], detectors: [Int?], origins: [Int],
    chains: [[Int]], threshold: Int32?, share: Int, minWeight: Int32
  ) {
    self.rounds = rounds
    self.rows = rows
    self.columns = columns
    self.layers = layers
    self.input = input
    self.detectors = detectors
    self.origins = origins
    self.chains = chains
    self.threshold = threshold
    self.share = share
    self.minWeight = minWeight
  }

  public var voxels: Int { rounds * rows * columns }
  /// Logits beyond are taken to be this: some twice the weight of the unlikeliest edge.
  static func logitBound(scale: Double) -> Double { Double(GridRecord.maxLogit) / scale }
  /// Voxels of zeros on each side.
  public var margin: Int { (layers.map(\.kernel).max() ?? 1) / 2 }
}

/// What an image can hold of a grid network, and what must agree in a plan.
extension GridPlan {
  /// Why a plan cannot be compiled.
  public struct Flaw: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
  }

  private func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws(Flaw) {
    if !holds { throw Flaw(otherwise()) }
  }

  /// Checks sizes and ranges.
  func check(detectors count: Int, edges: Int) throws(Flaw) {
    let most = Int(GridRecord.maxExtent)
    try require(
      [rounds, rows, columns].allSatisfy { (1...most).contains($0) },
      "a volume of \(rounds) by \(rows) by \(columns) voxels is not possible")
    let padded = [rounds, rows, columns].reduce(1) { $0.multipliedClamped(by: $1 + 2 * margin) }
    try require(
      padded <= GridRecord.maxVoxels,
      "a volume of \(rounds) by \(rows) by \(columns) voxels is too large for an image; give fewer rounds")
    try require(
      (1...Int(GridLayerRecord.maxLayers)).contains(layers.count),
      "an image holds 1 to \(GridLayerRecord.maxLayers) layers, not \(layers.count)")
    var inputs = Int(GridRecord.channels)
    for (index, layer) in layers.enumerated() {
      try check(layer, index, inputs: inputs)
      inputs = layer.outputs
    }
    try require(inputs == Int(GridRecord.channels), "the last layer has \(inputs) outputs, not 4")
    try require(
      input.count == 4 * voxels
        && input.indices.allSatisfy { input[$0] <= ($0 % 4 < 2 ? 0 : GridRecord.inputOne) },
      "the input says more than where checks are")
    try require(
      detectors.count == count && origins.count == count,
      "places for \(detectors.count) detectors, but there are \(count)")
    try require(chains.count == edges, "chains for \(chains.count) edges, but there are \(edges)")
    try require(
      detectors.allSatisfy { $0.map { (0..<4 * voxels).contains($0) && $0 % 4 < 2 } ?? true },
      "a detector is shown where no detector can be")
    try require(
      chains.allSatisfy { chain in
        chain.count <= GridRecord.maxChain && chain.allSatisfy { (0..<4 * voxels).contains($0) }
      },
      "an edge's chain is too long or leaves the volume")
    try require((0...256).contains(share), "a share of \(share) is not from 0 to 256")
    try require(
      minWeight >= 2 && minWeight % 2 == 0 && minWeight < SlotRecord.weightMask,
      "a least weight is even and from 2 to 33554430, not \(minWeight)")
  }

  private func check(_ layer: Layer, _ index: Int, inputs: Int) throws(Flaw) {
    let taps = layer.kernel * layer.kernel * layer.kernel
    try require(
      [1, 3, 5, 7].contains(layer.kernel) && layer.inputs == inputs
        && (1...Int(GridLayerRecord.maxWidth)).contains(layer.outputs)
        && layer.weights.count == layer.outputs * layer.inputs * taps && layer.biases.count == layer.outputs
        && layer.multipliers.count == layer.outputs,
      "layer \(index)'s sizes do not fit")
    let isLast = index == layers.count - 1
    try require(layer.table.count == (isLast ? 0 : 256), "layer \(index) has a table of another size")
    try require(!isLast || layer.zero == 0, "the last layer has a zero of \(layer.zero)")
    try require((1...40).contains(layer.shift), "layer \(index) cannot be shifted by \(layer.shift)")
    for output in 0..<layer.outputs {
      let row = layer.weights[output * inputs * taps..<(output + 1) * inputs * taps]
      let reach = 255 * row.reduce(0) { $0 + Int($1.magnitude) }
      try require(
        reach <= GridLayerRecord.maxSum && layer.biases[output].magnitude <= GridLayerRecord.maxSum,
        "sums of layer \(index) could leave 32 bits; its kernels are too large for fixed point")
    }
  }
}

extension Int {
  /// At most `Int.max`.
  fileprivate func multipliedClamped(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
