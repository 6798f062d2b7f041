import CDecant

/// What a decant_host_sampler is.
final class SamplerHandle {
  enum Kind {
    case model(ModelSampler)
    case surface(SurfaceCodeSampler)
  }

  private(set) var kind: Kind?
  /// The last error, which C may look at until the next one.
  private(set) var error = CText.empty

  /// Makes the sampler what `make` gives, or of nothing, keeping the error's sentence.
  func set(_ make: () throws -> Kind) -> decant_status {
    do {
      kind = try make()
      error = .empty
    } catch {
      kind = nil
      self.error = CText("\(error).")
    }
    return kind == nil ? decant_status(DECANT_BAD_ARGUMENT) : decant_status(DECANT_OK)
  }

  static func of(_ sampler: OpaquePointer?) -> SamplerHandle? {
    sampler.map { Unmanaged<SamplerHandle>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  var layout: decant_host_layout? {
    var layout = decant_host_layout()
    switch kind {
    case .model(let sampler)?:
      layout.detectors = UInt64(sampler.detectorCount)
      layout.observables = UInt64(sampler.observableCount)
      layout.edges = UInt64(sampler.edgeCount)
    case .surface(let sampler)?:
      layout.detectors = UInt64(sampler.detectorCount)
      layout.observables = UInt64(sampler.observableCount)
      layout.inputs = UInt64(sampler.inputCount)
      layout.targets = UInt64(sampler.targetCount)
    case nil: return nil
    }
    layout.detectors_size = (layout.detectors + 7) / 8
    layout.observables_size = (layout.observables + 7) / 8
    layout.inputs_size = (layout.inputs + 7) / 8
    layout.targets_size = (layout.targets + 7) / 8
    layout.edges_size = (layout.edges + 7) / 8
    return layout
  }
}
