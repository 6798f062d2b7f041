// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Compiler" of decant_host.h.

@implementation @_cdecl("decant_host_compile")
public func decant_host_compile(
  _ model: OpaquePointer!, _ options: UnsafePointer<decant_host_compile_options>!
) -> decant_status {
  guard let handle = ModelHandle.of(model) else { return decant_status(DECANT_BAD_ARGUMENT) }
  guard let options else { return handle.compile(DetectorGraph.Options()) }
  let status = HostStruct.checkInput(
    options, known: MemoryLayout<decant_host_compile_options>.size, reserved: MemoryLayout<UInt64>.size)
  guard status == decant_status(DECANT_OK) else { return status }
  let given = options.pointee
  guard given.reserved0 == 0 else { return decant_status(DECANT_UNSUPPORTED) }
  let known = UInt32(
    DECANT_HOST_COMPILE_CORRELATED | DECANT_HOST_COMPILE_DROP_HYPEREDGES | DECANT_HOST_COMPILE_STREAM
      | DECANT_HOST_COMPILE_STRIP)
  guard given.flags & ~known == 0 else {
    return handle.refuse("flags \(given.flags) are unknown; give DECANT_HOST_COMPILE_ flags")
  }
  let distinct = given.distinct_weights == 0 ? 1 << 24 : Int(given.distinct_weights)
  guard (2...1 << 24).contains(distinct) else {
    return handle.refuse("distinct_weights \(distinct) is not between 2 and 16777216")
  }
  let isStream = given.flags & UInt32(DECANT_HOST_COMPILE_STREAM) != 0
  guard isStream || (given.commit_rounds == 0 && given.buffer_rounds == 0) else {
    return handle.refuse(
      "commit_rounds \(given.commit_rounds) and buffer_rounds \(given.buffer_rounds) are of a stream; give "
        + "DECANT_HOST_COMPILE_STREAM, or zeros")
  }
  let isStrip = given.flags & UInt32(DECANT_HOST_COMPILE_STRIP) != 0
  guard !isStrip || (!isStream && given.network == nil) else {
    return handle.refuse("a strip is not the image of a stream, and holds no network; leave these out")
  }
  let widths = StripWidths(
    commit: Int(given.commit_columns), buffer: Int(given.buffer_columns),
    axis: given.strip_axis == 0 ? nil : Int(given.strip_axis) - 1)
  guard
    isStrip
      || (given.strip == 0 && given.strip_axis == 0 && given.commit_columns == 0
        && given.buffer_columns == 0),
    !isStrip || widths != nil
  else {
    return handle.refuse(
      "commit_columns \(given.commit_columns) and buffer_columns \(given.buffer_columns) are of a strip, from 1 to "
        + "1048575; give DECANT_HOST_COMPILE_STRIP with them, or zeros")
  }
  return handle.compile(
    DetectorGraph.Options(
      hyperedges: given.flags & UInt32(DECANT_HOST_COMPILE_DROP_HYPEREDGES) != 0 ? .drop : .refuse,
      distinctWeights: distinct, correlated: given.flags & UInt32(DECANT_HOST_COMPILE_CORRELATED) != 0),
    network: given.network.map { String(cString: $0) }, stream: isStream ? given.window : nil,
    strip: widths.map { .init(index: Int(given.strip), widths: $0) })
}

extension decant_host_compile_options {
  fileprivate var window: ModelHandle.StreamWindow {
    .init(
      commit: commit_rounds == 0 ? nil : Int(commit_rounds),
      buffer: buffer_rounds == 0 ? nil : Int(buffer_rounds))
  }
}

@implementation @_cdecl("decant_host_reweight")
public func decant_host_reweight(
  _ model: OpaquePointer!, _ image: UnsafeRawPointer!, _ image_size: Int
) -> decant_status {
  guard let handle = ModelHandle.of(model), let image, image_size >= 0 else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  return handle.reweight([UInt8](UnsafeRawBufferPointer(start: image, count: image_size)))
}

@implementation @_cdecl("decant_host_model_image")
public func decant_host_model_image(
  _ model: OpaquePointer!, _ image: UnsafeMutablePointer<UnsafeRawPointer?>!,
  _ size: UnsafeMutablePointer<Int>!
) -> decant_status {
  guard let handle = ModelHandle.of(model), let image, let size else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  guard let compiled = handle.image else { return decant_status(DECANT_BAD_STATE) }
  image.pointee = UnsafeRawPointer(compiled.address)
  size.pointee = compiled.size
  return decant_status(DECANT_OK)
}

@implementation @_cdecl("decant_host_model_notices")
public func decant_host_model_notices(_ model: OpaquePointer!) -> UnsafePointer<CChar>! {
  (ModelHandle.of(model)?.notices ?? .empty).address
}

@implementation @_cdecl("decant_host_network_name")
public func decant_host_network_name(_ index: UInt32) -> UnsafePointer<CChar>? {
  index < networkNames.count ? networkNames[Int(index)].address : nil
}

private let networkNames = ShippedModel.allCases.map { CText($0.rawValue) }
