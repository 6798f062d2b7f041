/// A grid network: its shape and its parameters.
///
/// Running it is the work of a `GridEngine`; this is what files hold and training changes.
public struct GridNetwork: Equatable, Sendable {
  public let architecture: GridArchitecture
  /// In the order of `architecture.tensors`, each row-major.
  public var parameters: [Float] { didSet { ranges = nil } }
  /// What sums of each layer but the last fixed point can tell apart; nil until `calibrated` has measured them, for
  /// these parameters.
  public var ranges: [SumRange]?

  /// The sums of a layer that have numbers of their own in fixed point, and those at the ends for all beyond.
  public struct SumRange: Equatable, Sendable {
    /// At most 0.
    public var low: Float
    /// Above 0.
    public var high: Float

    public init(low: Float, high: Float) {
      self.low = low
      self.high = high
    }
  }

  /// - Parameter parameters: as many as the architecture has.
  public init(_ architecture: GridArchitecture, parameters: [Float], ranges: [SumRange]? = nil) {
    precondition(parameters.count == architecture.parameterCount, "there must be a value for every parameter")
    self.architecture = architecture
    self.parameters = parameters
    self.ranges = ranges
  }

  /// Parameters to begin training with: uniform between ±1/sqrt(fan-in), weights and biases, as is the default of the
  /// framework that the published models were trained in.
  public init(_ architecture: GridArchitecture, seed: UInt64) {
    var random = RandomStream(seed: seed, block: 0)
    var parameters: [Float] = []
    parameters.reserveCapacity(architecture.parameterCount)
    for layer in architecture.layers {
      let bound = (1 / Float(layer.inputs * layer.kernel * layer.kernel * layer.kernel)).squareRoot()
      for _ in 0..<layer.weightCount + layer.outputs {
        parameters.append(bound * (Float(random.next() >> 40) * 0x1p-23 - 1))
      }
    }
    self.init(architecture, parameters: parameters)
  }
}
