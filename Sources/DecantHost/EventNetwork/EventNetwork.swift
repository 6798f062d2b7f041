import DecantKernels

/// The event network in floating point: its shape and its parameters.
///
/// Around a detection event it looks at the detection events of the other check type. What it says of each of the
/// event's edges is added to the log odds that the edge flipped. `decant_event_...` of DecantKernels computes it, and says how.
public struct EventNetwork: Equatable, Sendable {
  public struct Shape: Equatable, Sendable {
    public var roundRadius: Int
    public var rowRadius: Int
    public var columnRadius: Int
    /// Width of the sum of rows: a multiple of 32, at most 256.
    public var hidden: Int
    /// Width of the layer behind it: a multiple of 16, at most 64.
    public var units: Int

    /// - Throws: `NetworkError` for a shape that an image cannot hold.
    public init(
      roundRadius: Int = 4, rowRadius: Int = 4, columnRadius: Int = 4, hidden: Int = 128, units: Int = 32
    ) throws(NetworkError) {
      for (name, radius) in [("rounds", roundRadius), ("rows", rowRadius), ("columns", columnRadius)] {
        guard (1...7).contains(radius) else {
          throw NetworkError("a window's radius in \(name) is from 1 to 7, not \(radius)")
        }
      }
      guard (2 * rowRadius + 1) * (columnRadius + 1) <= 64 else {
        throw NetworkError(
          "a window of radius \(rowRadius) in rows and \(columnRadius) in columns has more than 64 places a round; "
            + "make one of them smaller")
      }
      guard (32...256).contains(hidden), hidden % 32 == 0 else {
        throw NetworkError("the first layer's width is a multiple of 32 from 32 to 256, not \(hidden)")
      }
      guard (16...64).contains(units), units % 16 == 0 else {
        throw NetworkError("the second layer's width is a multiple of 16 from 16 to 64, not \(units)")
      }
      self.roundRadius = roundRadius
      self.rowRadius = rowRadius
      self.columnRadius = columnRadius
      self.hidden = hidden
      self.units = units
    }

    /// Places of the window, numbered as `EventNetworkPlan.feature` does.
    public var windowRows: Int { (2 * roundRadius + 1) * (2 * rowRadius + 1) * (columnRadius + 1) }

    /// All rows: of the window, then of places on the lattice.
    var features: Int { windowRows + EventLattice.placeRowCount }

    /// As the kernels want it.
    var kernel: decant_event_shape {
      decant_event_shape(
        features: Int32(features), hidden: Int32(hidden), middle: Int32(units),
        outputs: Int32(EventLattice.outputs))
    }

    public var parameterCount: Int {
      var kernel = kernel
      return decant_event_parameters(&kernel)
    }

    /// Of a sample, forward and backward, with 20 features: what the rate of training is told in.
    public var multiplications: Int { 3 * (20 * hidden + hidden * units + units * EventLattice.outputs) }

    /// Where the parts of the parameters are.
    var parts: Parts { Parts(self) }
  }

  struct Parts {
    let windowRows: Range<Int>
    let placeRows: Range<Int>
    let firstBias: Range<Int>
    let secondWeights: Range<Int>
    let secondBias: Range<Int>
    let thirdWeights: Range<Int>
    let thirdBias: Range<Int>

    /// Outputs as stored, a power of two.
    static let outputs = Int(DECANT_EVENT_OUTPUTS)

    init(_ shape: Shape) {
      var end = 0
      func take(_ count: Int) -> Range<Int> {
        end += count
        return end - count..<end
      }
      windowRows = take(shape.windowRows * shape.hidden)
      placeRows = take(EventLattice.placeRowCount * shape.hidden)
      firstBias = take(shape.hidden)
      secondWeights = take(shape.hidden * shape.units)
      secondBias = take(shape.units)
      thirdWeights = take(shape.units * Self.outputs)
      thirdBias = take(Self.outputs)
    }
  }

  public let shape: Shape
  /// As the kernels order them: rows, then biases and weights of each layer.
  public internal(set) var parameters: [Float]

  /// - Parameter parameters: `shape.parameterCount` of them, finite.
  init(_ shape: Shape, parameters: [Float]) {
    self.shape = shape
    self.parameters = parameters
  }

  /// A network to begin training with, which says nothing yet.
  public init(_ shape: Shape, seed: UInt64) {
    var random = RandomStream(seed: seed, block: 0)
    func normal(_ count: Int, _ deviation: Float) -> [Float] {
      // The sum of twelve uniform numbers is as good as normal for this.
      (0..<count).map { _ in
        var sum: Float = -6
        for _ in 0..<12 { sum += Float(random.next() >> 40) / Float(1 << 24) }
        return sum * deviation
      }
    }
    var parameters = Array(repeating: Float(0), count: shape.parameterCount)
    let parts = shape.parts
    parameters.replaceSubrange(parts.windowRows, with: normal(parts.windowRows.count, 0.1))
    for index in parts.firstBias { parameters[index] = 0.5 }
    parameters.replaceSubrange(
      parts.secondWeights, with: normal(parts.secondWeights.count, (1 / Float(shape.hidden)).squareRoot()))
    for index in parts.secondBias { parameters[index] = 0.3 }
    parameters.replaceSubrange(
      parts.thirdWeights, with: normal(parts.thirdWeights.count, 0.3 * (1 / Float(shape.units)).squareRoot()))
    // Outputs that are none stay out of it: their weights get no gradient, and decay.
    self.init(shape, parameters: parameters)
  }
}
