/// Between a surface-code memory experiment and what is told of it.
extension ExperimentFacts {
  /// p: the error rate that its noise was made of, where it was made of one.
  public init(_ memory: SurfaceCodeMemory, noise p: Double?) {
    self.init(
      distance: memory.lattice.distance, rounds: memory.rounds, basis: memory.basis,
      orientation: memory.lattice.orientation, noise: p)
    switch memory.noise {
    case .parameters(let parameters):
      noiseCircuit = .parameters
      fingerprint = parameters.fingerprint
    case .scalar:
      noiseCircuit = .scalar
    }
  }

  /// The experiment; nil where too little is known of it. parameters: its noise, where all 25 are known.
  ///
  /// - Throws: `ExperimentError` or `NoiseError` for an experiment that cannot be.
  public func memory(parameters: NoiseParameters? = nil) throws -> SurfaceCodeMemory? {
    guard let distance, let rounds, let basis, let orientation else { return nil }
    let noise: MemoryNoise
    if let parameters {
      noise = .parameters(parameters)
    } else {
      guard let p = self.noise, let noiseCircuit else { return nil }
      noise = noiseCircuit == .scalar ? .scalar(p) : .parameters(try NoiseParameters(.uniform, p: p))
    }
    return try SurfaceCodeMemory(
      distance: distance, rounds: rounds, basis: basis, orientation: orientation, noise: noise)
  }

  /// Detectors of the memory's basis, as `MemoryDetectors` counts them; nil if the size is not known.
  public var memoryDetectors: [Int]? {
    guard let distance, let rounds, let basis else { return nil }
    return MemoryDetectors.indices(distance: distance, rounds: rounds, basis: basis)
  }
}
