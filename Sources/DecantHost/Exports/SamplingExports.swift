// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Samplers" of decant_host.h: using them.

@implementation @_cdecl("decant_host_sampler_layout")
public func decant_host_sampler_layout(
  _ sampler: OpaquePointer!, _ layout: UnsafeMutablePointer<decant_host_layout>!
) -> decant_status {
  guard let handle = SamplerHandle.of(sampler), let layout else { return decant_status(DECANT_BAD_ARGUMENT) }
  guard layout.pointee.struct_size >= MemoryLayout<decant_host_layout>.size else {
    return decant_status(DECANT_BAD_ABI)
  }
  guard var told = handle.layout else { return decant_status(DECANT_BAD_STATE) }
  told.struct_size = layout.pointee.struct_size
  layout.pointee = told
  return decant_status(DECANT_OK)
}

@implementation @_cdecl("decant_host_sampler_edges")
public func decant_host_sampler_edges(
  _ sampler: OpaquePointer!, _ edges: UnsafeMutablePointer<decant_edge>!, _ capacity: Int
) -> decant_status {
  guard let handle = SamplerHandle.of(sampler), let edges else { return decant_status(DECANT_BAD_ARGUMENT) }
  guard let kind = handle.kind else { return decant_status(DECANT_BAD_STATE) }
  guard case .model(let model) = kind, let graph = model.graph else {
    return decant_status(DECANT_UNSUPPORTED)
  }
  guard capacity >= graph.edges.count else { return decant_status(DECANT_BUFFER_TOO_SMALL) }
  for (index, edge) in graph.edges.enumerated() { edges[index] = decant_edge(a: edge.a, b: edge.b) }
  return decant_status(DECANT_OK)
}

@implementation @_cdecl("decant_host_sample")
public func decant_host_sample(
  _ sampler: OpaquePointer!, _ first_shot: UInt64, _ shots: Int, _ threads: UInt32,
  _ out: UnsafePointer<decant_host_shots>!
) -> decant_status {
  guard let handle = SamplerHandle.of(sampler), let out else { return decant_status(DECANT_BAD_ARGUMENT) }
  let status = HostStruct.checkInput(
    out, known: MemoryLayout<decant_host_shots>.size, reserved: 4 * MemoryLayout<UInt64>.size)
  guard status == decant_status(DECANT_OK) else { return status }
  guard let kind = handle.kind, let layout = handle.layout else { return decant_status(DECANT_BAD_STATE) }
  let given = out.pointee
  guard given.reserved0 == 0 else { return decant_status(DECANT_UNSUPPORTED) }
  guard (0...1 << 48).contains(shots), first_shot <= 1 << 63 else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }

  var problem = decant_status(DECANT_OK)
  func rows(_ base: UnsafeMutablePointer<UInt8>?, _ stride: Int, bits: UInt64, optional: Bool) -> ShotRows? {
    guard let base else { return nil }
    if optional, bits == 0 { problem = decant_status(DECANT_UNSUPPORTED) }
    // No memory has rows that end past the largest address.
    if shots > 0, stride < 0 || UInt64(stride) < (bits + 7) / 8 || stride > Int.max / shots {
      problem = decant_status(DECANT_BAD_ARGUMENT)
    }
    return ShotRows(base, stride: stride)
  }
  let detectors = rows(given.detectors, given.detectors_stride, bits: layout.detectors, optional: false)
  let observables = rows(
    given.observables, given.observables_stride, bits: layout.observables, optional: false)
  let inputs = rows(given.inputs, given.inputs_stride, bits: layout.inputs, optional: true)
  let targets = rows(given.targets, given.targets_stride, bits: layout.targets, optional: true)
  let edges = rows(given.edges, given.edges_stride, bits: layout.edges, optional: true)
  guard problem == decant_status(DECANT_OK) else { return problem }

  // More threads than this help no machine of today.
  let threads = Int(min(threads, 1024))
  switch kind {
  case .model(let model):
    model.sample(
      first: first_shot, count: shots, threads: threads, detectors: detectors, observables: observables,
      edges: edges)
  case .surface(let surface):
    do {
      try surface.sample(
        first: first_shot, count: shots, threads: threads, detectors: detectors, observables: observables,
        targets: targets, inputs: inputs)
    } catch {
      return decant_status(DECANT_BUFFER_TOO_SMALL)
    }
  }
  return decant_status(DECANT_OK)
}
