// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Models" of decant_host.h.

@implementation @_cdecl("decant_host_model_new")
public func decant_host_model_new() -> OpaquePointer! {
  OpaquePointer(Unmanaged.passRetained(ModelHandle()).toOpaque())
}

@implementation @_cdecl("decant_host_model_free")
public func decant_host_model_free(_ model: OpaquePointer!) {
  guard let model else { return }
  Unmanaged<ModelHandle>.fromOpaque(UnsafeRawPointer(model)).release()
}

@implementation @_cdecl("decant_host_model_error")
public func decant_host_model_error(_ model: OpaquePointer!) -> UnsafePointer<CChar>! {
  (ModelHandle.of(model)?.error ?? .empty).address
}

@implementation @_cdecl("decant_host_model_set_text")
public func decant_host_model_set_text(
  _ model: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ size: Int, _ name: UnsafePointer<CChar>!
) -> decant_status {
  guard let handle = ModelHandle.of(model), let bytes = bytes(text, size) else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  return handle.set(errorModel: bytes, source: string(name) ?? "model")
}

@implementation @_cdecl("decant_host_model_set_circuit")
public func decant_host_model_set_circuit(
  _ model: OpaquePointer!, _ text: UnsafePointer<CChar>!, _ size: Int, _ name: UnsafePointer<CChar>!
) -> decant_status {
  guard let handle = ModelHandle.of(model), let bytes = bytes(text, size) else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  return handle.set(circuit: bytes, source: string(name) ?? "circuit")
}

@implementation @_cdecl("decant_host_model_set_surface")
public func decant_host_model_set_surface(
  _ model: OpaquePointer!, _ surface: UnsafePointer<decant_host_surface>!
) -> decant_status {
  guard let handle = ModelHandle.of(model), let surface else { return decant_status(DECANT_BAD_ARGUMENT) }
  let status = decant_host_surface.check(surface)
  guard status == decant_status(DECANT_OK) else { return status }
  return handle.set(surface.pointee)
}

@implementation @_cdecl("decant_host_model_text")
public func decant_host_model_text(
  _ model: OpaquePointer!, _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
  _ size: UnsafeMutablePointer<Int>!
) -> decant_status {
  guard let handle = ModelHandle.of(model), let text, let size else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  guard let found = handle.text() else { return decant_status(DECANT_BAD_STATE) }
  text.pointee = found.address
  size.pointee = found.count
  return decant_status(DECANT_OK)
}

@implementation @_cdecl("decant_host_model_circuit")
public func decant_host_model_circuit(
  _ model: OpaquePointer!, _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>!,
  _ size: UnsafeMutablePointer<Int>!
) -> decant_status {
  guard let handle = ModelHandle.of(model), let text, let size else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  guard handle.text() != nil else { return decant_status(DECANT_BAD_STATE) }
  guard let found = handle.textOfCircuit() else { return decant_status(DECANT_UNSUPPORTED) }
  text.pointee = found.address
  size.pointee = found.count
  return decant_status(DECANT_OK)
}

private func bytes(_ text: UnsafePointer<CChar>?, _ size: Int) -> [UInt8]? {
  guard let text, size >= 0 else { return nil }
  return [UInt8](UnsafeRawBufferPointer(start: text, count: size))
}

private func string(_ text: UnsafePointer<CChar>?) -> String? { text.map { String(cString: $0) } }
