// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Weights for one shot" of decant.h.

@implementation @_cdecl("decant_reweight_next")
public func decant_reweight_next(
  _ decoder: OpaquePointer!, _ entries: UnsafePointer<decant_reweight>!, _ count: Int
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  var decoder = Decoder(state)
  return decoder.reweight(entries, count: count)
}

@implementation @_cdecl("decant_edge_weight")
public func decant_edge_weight(
  _ decoder: OpaquePointer!, _ a: UInt32, _ b: UInt32, _ weight: UnsafeMutablePointer<Int32>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard let weight else { return Status.badArgument }
  let image = state.pointee.image
  let graph = image.graph
  guard let slot = graph.findSlot(of: a, to: b) else { return Status.badArgument }
  let magnitude = Int32(bitPattern: graph.slots[slot].weight)
  weight.pointee = image.isNegative(graph.edge(of: a, behind: slot)) ? 0 &- magnitude : magnitude
  return Status.ok
}
