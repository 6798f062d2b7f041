// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Samplers" of decant_host.h: making them.

@implementation @_cdecl("decant_host_sampler_new")
public func decant_host_sampler_new() -> OpaquePointer! {
  OpaquePointer(Unmanaged.passRetained(SamplerHandle()).toOpaque())
}

@implementation @_cdecl("decant_host_sampler_free")
public func decant_host_sampler_free(_ sampler: OpaquePointer!) {
  guard let sampler else { return }
  Unmanaged<SamplerHandle>.fromOpaque(UnsafeRawPointer(sampler)).release()
}

@implementation @_cdecl("decant_host_sampler_error")
public func decant_host_sampler_error(_ sampler: OpaquePointer!) -> UnsafePointer<CChar>! {
  (SamplerHandle.of(sampler)?.error ?? CText.empty).address
}

@implementation @_cdecl("decant_host_sampler_set_surface")
public func decant_host_sampler_set_surface(
  _ sampler: OpaquePointer!, _ surface: UnsafePointer<decant_host_surface>!, _ seed: UInt64
) -> decant_status {
  guard let handle = SamplerHandle.of(sampler), let surface else { return decant_status(DECANT_BAD_ARGUMENT) }
  let status = decant_host_surface.check(surface)
  guard status == decant_status(DECANT_OK) else { return status }
  let given = surface.pointee
  return handle.set {
    let memory = try given.memory()
    let equivalence = try given.equivalence()
    let teacher = given.hasTeacher ? try TeacherLabels(memory) : nil
    return .surface(
      try SurfaceCodeSampler(memory, seed: seed, equivalence: equivalence, teacher: teacher))
  }
}

@implementation @_cdecl("decant_host_sampler_set_model")
public func decant_host_sampler_set_model(
  _ sampler: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ size: Int, _ seed: UInt64, _ flags: UInt32
) -> decant_status {
  guard let handle = SamplerHandle.of(sampler), let text, size >= 0 else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  return handle.set {
    guard flags & ~UInt32(DECANT_HOST_WITH_EDGES) == 0 else {
      throw FieldError(description: "flags \(flags) are unknown; give 0 or DECANT_HOST_WITH_EDGES")
    }
    let bytes = [UInt8](UnsafeRawBufferPointer(start: text, count: size))
    let model = try DetectorErrorModel(bytes: bytes, source: "model")
    let graph = flags == 0 ? nil : try DetectorGraph(model)
    return .model(try ModelSampler(model, seed: seed, graph: graph))
  }
}
