// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Strips" of decant.h.

@_optimize(size)
@implementation @_cdecl("decant_strip_inspect")
public func decant_strip_inspect(
  _ image: UnsafeRawPointer!, _ image_size: Int, _ info: UnsafeMutablePointer<decant_strip_info>!,
  _ detectors: UnsafeMutablePointer<UInt32>!, _ capacity: Int
) -> decant_status {
  guard let image, let info, capacity >= 0 else { return Status.badArgument }
  let known = MemoryLayout<decant_strip_info>.size
  guard Struct.checkOutput(info, known: known) == Status.ok else { return Status.badABI }
  var reader = ImageReader(image)
  let status = reader.check(available: image_size)
  guard status == Status.ok else { return status }
  guard reader.isStrip else { return Status.unsupported }
  let strip = reader.strip
  if let detectors {
    guard capacity >= Int(truncatingIfNeeded: reader.detectors) else { return Status.bufferTooSmall }
    var node: UInt32 = 0
    while node < reader.detectors {
      detectors[Int(truncatingIfNeeded: node)] = reader.stripDetectors[node].number
      node &+= 1
    }
  }
  info.pointee = decant_strip_info(
    struct_size: info.pointee.struct_size,
    flags: strip.isSecond ? UInt32(DECANT_STRIP_SECOND) : 0,
    index: strip.index, strips: strip.strips,
    shot_detectors: strip.shotDetectors, detectors: reader.detectors,
    committed: strip.committed,
    before: strip.before, after: strip.after,
    reserved0: 0, reserved: (0, 0))
  return Status.ok
}

@implementation @_cdecl("decant_strip_gather")
public func decant_strip_gather(
  _ decoder: OpaquePointer!, _ shot: UnsafePointer<UInt8>!, _ shot_size: Int,
  _ detectors: UnsafeMutablePointer<UInt8>!, _ detectors_size: Int
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findStripState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  let image = state.pointee.image
  let shotDetectors = image.strip.shotDetectors
  let used = UInt8(truncatingIfNeeded: shotDetectors & 7)
  guard shot_size == (Int(truncatingIfNeeded: shotDetectors) &+ 7) / 8, let shot, let detectors,
    used == 0 || shot[shot_size &- 1] >> used == 0
  else { return Status.badArgument }
  guard detectors_size >= Decoder(state).detectorsSize else { return Status.bufferTooSmall }
  let own = image.stripDetectors
  var byte: UInt8 = 0
  var node: UInt32 = 0
  while node < image.detectors {
    let number = own[node].number
    let bit = shot[Int(truncatingIfNeeded: number >> 3)] >> UInt8(truncatingIfNeeded: number & 7) & 1
    byte |= bit &<< UInt8(truncatingIfNeeded: node & 7)
    node &+= 1
    if node & 7 == 0 || node == image.detectors {
      detectors[Int(truncatingIfNeeded: (node &- 1) >> 3)] = byte
      byte = 0
    }
  }
  return Status.ok
}

@_optimize(size)
@implementation @_cdecl("decant_strip_decode")
public func decant_strip_decode(
  _ decoder: OpaquePointer!, _ detectors: UnsafePointer<UInt8>!, _ detectors_size: Int,
  _ before: UnsafeMutablePointer<UInt8>!, _ after: UnsafeMutablePointer<UInt8>!, _ seam_size: Int,
  _ observables: UnsafeMutablePointer<UInt8>!, _ observables_size: Int,
  _ report: UnsafeMutablePointer<decant_report>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findStripState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  var decoder = Decoder(state)
  let strip = state.pointee.image.strip
  guard detectors_size == decoder.detectorsSize, detectors != nil || detectors_size == 0,
    observables != nil || decoder.frameSize == 0, before != nil || strip.isFirst, after != nil || strip.isLast
  else { return Status.badArgument }
  guard observables_size >= decoder.frameSize, seam_size >= strip.seamSize || (strip.isFirst && strip.isLast)
  else { return Status.bufferTooSmall }
  guard isSound(report) else { return Status.badABI }
  let result = decoder.decodeStrip(
    detectors.orEmpty(state),
    Decoder.Seams(before: strip.isFirst ? nil : before, after: strip.isLast ? nil : after))
  guard result.status >= 0 else { return result.status }
  observables?.update(from: decoder.frame.base, count: decoder.frameSize)
  write(result, to: report)
  return result.status
}

/// The state of a decoder of a strip.
private func findStripState(
  _ decoder: OpaquePointer?, _ state: inout UnsafeMutablePointer<DecoderState>?
) -> decant_status {
  let status = findState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  return state.pointee.image.isStrip ? Status.ok : Status.unsupported
}
