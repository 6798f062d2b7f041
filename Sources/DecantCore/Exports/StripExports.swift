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
    var number: UInt32 = 0
    while number < strip.shotDetectors {
      let block = reader.stripBlocks[number >> 6]
      let bit = Int(truncatingIfNeeded: number & 63)
      if block.seen &>> UInt64(truncatingIfNeeded: bit) & 1 != 0 {
        detectors[Int(truncatingIfNeeded: block.node(bit))] = number
      }
      number &+= 1
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
  guard detectors_size >= (Int(truncatingIfNeeded: image.detectors) &+ 7) / 8 else {
    return Status.bufferTooSmall
  }
  detectors.update(repeating: 0, count: (Int(truncatingIfNeeded: image.detectors) &+ 7) / 8)
  let blocks = image.stripBlocks
  let bytes = UnsafeRawPointer(shot)
  var offset = 0
  while offset < shot_size {
    let block = blocks[UInt32(truncatingIfNeeded: offset >> 3)]
    var bits: UInt64 = 0
    if shot_size &- offset >= 8 {
      bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    } else {
      var byte = shot_size
      while byte > offset {
        byte &-= 1
        bits = bits &<< 8 | UInt64(shot[byte])
      }
    }
    bits &= block.seen
    while bits != 0 {
      detectors.flip(block.node(bits.trailingZeroBitCount))
      bits &= bits &- 1
    }
    offset &+= 8
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
