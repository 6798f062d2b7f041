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
  guard let handle = SamplerHandle.of(sampler) else {
    let empty: StaticString = ""
    return UnsafeRawPointer(empty.utf8Start).assumingMemoryBound(to: CChar.self)
  }
  return UnsafePointer(handle.error)
}

@implementation @_cdecl("decant_host_sampler_set_surface")
public func decant_host_sampler_set_surface(
  _ sampler: OpaquePointer!, _ surface: UnsafePointer<decant_host_surface>!, _ seed: UInt64
) -> decant_status {
  guard let handle = SamplerHandle.of(sampler), let surface else { return decant_status(DECANT_BAD_ARGUMENT) }
  let status = HostStruct.checkInput(
    surface, known: MemoryLayout<decant_host_surface>.size, reserved: 4 * MemoryLayout<UInt64>.size)
  guard status == decant_status(DECANT_OK) else { return status }
  let given = surface.pointee
  guard given.reserved0 == 0 else { return decant_status(DECANT_UNSUPPORTED) }
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

extension decant_host_surface {
  fileprivate func memory() throws -> SurfaceCodeMemory {
    guard let basis = basis == 0x58 ? PauliBasis.x : basis == 0x5A ? .z : nil else {
      throw FieldError(description: "basis \(basis) is neither 'X' (88) nor 'Z' (90)")
    }
    guard orientation < Orientation.allCases.count else {
      throw FieldError(description: "orientation \(orientation) is not between 0 and 3")
    }
    return try SurfaceCodeMemory(
      distance: Int(distance), rounds: Int(rounds), basis: basis,
      orientation: Orientation.allCases[Int(orientation)], noise: try noise())
  }

  private func noise() throws -> MemoryNoise {
    switch Int(noise_kind) {
    case DECANT_HOST_NOISE_UNIFORM: return .parameters(try NoiseParameters(.uniform, p: p))
    case DECANT_HOST_NOISE_SI1000: return .parameters(try NoiseParameters(.si1000, p: p))
    case DECANT_HOST_NOISE_SCALAR:
      guard (0...0.75).contains(p) else { throw FieldError(description: "p \(p) is not between 0 and 0.75") }
      return .scalar(p)
    case DECANT_HOST_NOISE_PARAMETERS:
      guard let parameters else { throw FieldError(description: "parameters is NULL; give 25 numbers") }
      let values = Array(UnsafeBufferPointer(start: parameters, count: NoiseParameters.names.count))
      return .parameters(try NoiseParameters(values: values, source: "parameters"))
    default: throw FieldError(description: "noise_kind \(noise_kind) is unknown; give 0 to 3")
    }
  }

  fileprivate func equivalence() throws -> LabelEquivalence {
    switch Int(labels) & ~DECANT_HOST_LABELS_TEACHER {
    case DECANT_HOST_LABELS_PLAIN: return .none
    case DECANT_HOST_LABELS_SPACELIKE: return .spacelike
    case DECANT_HOST_LABELS_FULL: return .full
    default: throw FieldError(description: "labels \(labels) is unknown; give a DECANT_HOST_LABELS_")
    }
  }

  fileprivate var hasTeacher: Bool { Int(labels) & DECANT_HOST_LABELS_TEACHER != 0 }
}
