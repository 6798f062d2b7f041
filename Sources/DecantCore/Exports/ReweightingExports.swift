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

@implementation @_cdecl("decant_reweight_edges_next")
public func decant_reweight_edges_next(
  _ decoder: OpaquePointer!, _ entries: UnsafePointer<decant_edge_reweight>!, _ count: Int
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  var decoder = Decoder(state)
  return decoder.reweight(entries, count: count)
}

@implementation @_cdecl("decant_edge_number") @_optimize(size)
public func decant_edge_number(
  _ decoder: OpaquePointer!, _ a: UInt32, _ b: UInt32, _ edge: UnsafeMutablePointer<UInt32>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard let edge, let found = findEdge(a, b, state) else { return Status.badArgument }
  edge.pointee = found.number
  return Status.ok
}

@implementation @_cdecl("decant_edge_ends") @_optimize(size)
public func decant_edge_ends(
  _ decoder: OpaquePointer!, _ first: UInt32, _ count: Int, _ ends: UnsafeMutablePointer<decant_edge>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  let graph = state.pointee.image.graph
  guard first <= graph.edgeCount, UInt(bitPattern: count) <= UInt(graph.edgeCount &- first) else {
    return Status.badArgument
  }
  guard count != 0 else { return Status.ok }
  guard let ends else { return Status.badArgument }
  var node = graph.lowerNode(of: first)
  var index = 0
  while index < count {
    let edge = first &+ UInt32(truncatingIfNeeded: index)
    while graph.nodes[node &+ 1].firstEdge <= edge { node &+= 1 }
    let neighbour = graph.neighbour(of: node, behind: graph.ownSlot(of: node, edge: edge))
    ends[index] = decant_edge(a: node, b: neighbour == node ? .none : neighbour)
    index &+= 1
  }
  return Status.ok
}

@implementation @_cdecl("decant_edge_weight") @_optimize(size)
public func decant_edge_weight(
  _ decoder: OpaquePointer!, _ a: UInt32, _ b: UInt32, _ weight: UnsafeMutablePointer<Int32>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard let weight, let found = findEdge(a, b, state) else { return Status.badArgument }
  let magnitude = Int32(bitPattern: found.weight)
  weight.pointee = state.pointee.image.isNegative(found.number) ? 0 &- magnitude : magnitude
  return Status.ok
}

/// The number and the absolute weight of an edge; nil if there is none.
@_optimize(size)
@inline(never)
private func findEdge(_ a: UInt32, _ b: UInt32, _ state: UnsafeMutablePointer<DecoderState>)
  -> (number: UInt32, weight: UInt32)?
{
  let graph = state.pointee.image.graph
  guard let slot = graph.findSlot(of: a, to: b) else { return nil }
  return (graph.edge(of: a, behind: slot), graph.slots[slot].weight)
}
