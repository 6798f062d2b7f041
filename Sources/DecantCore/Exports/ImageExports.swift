// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Image" of decant.h.

@_optimize(size)
@implementation @_cdecl("decant_image_inspect")
public func decant_image_inspect(
  _ image: UnsafeRawPointer!, _ image_size: Int, _ info: UnsafeMutablePointer<decant_image_info>!
) -> decant_status {
  guard let image, let info else { return Status.badArgument }
  let known = MemoryLayout<decant_image_info>.size
  guard Struct.checkOutput(info, known: known) == Status.ok else { return Status.badABI }
  var reader = ImageReader(image)
  let status = reader.check(available: image_size)
  guard status == Status.ok else { return status }
  typealias Header = ImageLayout.Header
  info.pointee = decant_image_info(
    struct_size: info.pointee.struct_size,
    format_version: reader.u32(Header.formatVersion),
    image_size: UInt64(truncatingIfNeeded: reader.size),
    crc32: reader.u32(Header.crc32),
    flags: (reader.hasCorrelations ? UInt32(DECANT_IMAGE_CORRELATED) : 0)
      | (reader.hasNetwork || reader.hasGrid ? UInt32(DECANT_IMAGE_NETWORK) : 0)
      | (reader.hasGrid ? UInt32(DECANT_IMAGE_GRID) : 0)
      | (reader.isStream ? UInt32(DECANT_IMAGE_STREAM) : 0)
      | (reader.isStrip ? UInt32(DECANT_IMAGE_STRIP) : 0),
    detectors: reader.detectors,
    observables: reader.observables,
    edges: reader.edgeCount,
    boundary_edges: reader.boundaryEdges,
    negative_edges: reader.negativeEdgeCount,
    components: reader.u32(Header.components),
    closed_components: reader.closedComponentCount,
    max_degree: reader.u32(Header.maxDegree),
    max_weight: reader.u32(Header.maxWeight),
    reserved0: 0,
    weight_scale: Double(bitPattern: reader.u64(Header.weightScale)),
    network_rounds: half(reader.hasNetwork ? reader.network.rounds : reader.grid.rounds),
    network_rows: half(reader.hasNetwork ? reader.network.rows : reader.grid.rows),
    network_columns: half(reader.hasNetwork ? reader.network.columns : reader.grid.columns),
    network_features: half(reader.hasNetwork ? reader.network.features : 0),
    network_hidden: half(reader.hasGrid ? reader.gridWidth : reader.network.hidden),
    network_units: half(reader.hasGrid ? reader.gridLayerCount : reader.network.units),
    network_outputs: half(reader.hasGrid ? GridRecord.channels : reader.network.outputs),
    reserved1: 0,
    reserved: (0, 0))
  return Status.ok
}

@inline(__always)
private func half(_ value: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: value) }
