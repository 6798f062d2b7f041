import DecantHost

extension ExperimentOptions {
  /// The experiment if it is one of `--code surface`, otherwise nil. Throws as `circuit()`.
  func surfaceMemory() throws -> SurfaceCodeMemory? {
    guard case .surface(let memory) = try experiment() else { return nil }
    return memory
  }
}
