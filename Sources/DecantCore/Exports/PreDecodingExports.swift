// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Pre-decoding alone" of decant.h.

@implementation @_cdecl("decant_predecode")
public func decant_predecode(
  _ decoder: OpaquePointer!, _ detectors: UnsafePointer<UInt8>!, _ detectors_size: Int,
  _ residual: UnsafeMutablePointer<UInt8>!, _ residual_size: Int, _ frame: UnsafeMutablePointer<UInt8>!,
  _ frame_size: Int, _ changes: UnsafeMutablePointer<decant_reweight>!, _ capacity: Int,
  _ count: UnsafeMutablePointer<Int>!, _ report: UnsafeMutablePointer<decant_report>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard state.pointee.configuration.usesNetwork else { return Status.unsupported }
  var decoder = Decoder(state)
  guard detectors_size == decoder.detectorsSize, detectors != nil || detectors_size == 0,
    changes == nil || count != nil
  else { return Status.badArgument }
  guard residual == nil || residual_size >= detectors_size, frame == nil || frame_size >= decoder.frameSize
  else { return Status.bufferTooSmall }
  guard isSound(report) else { return Status.badABI }

  var result = ShotResult(status: Status.ok)
  var digest = Digest()
  guard decoder.load(detectors.orEmpty(state), &digest, &result.detectionEvents) else {
    return Status.badArgument
  }
  let room = max(capacity, 0)
  if state.pointee.image.hasGrid {
    guard
      decoder.preDecodeGrid(
        residual: residual, frame: frame, changes: changes, room: room, &result.preDecoding)
    else { return Status.bufferTooSmall }
  } else {
    let events = result.detectionEvents
    guard decoder.preDecode(into: changes, room: room, eventCount: events, &result.preDecoding) else {
      return Status.bufferTooSmall
    }
    if let residual, let detectors { residual.update(from: detectors, count: detectors_size) }
    frame?.update(repeating: 0, count: decoder.frameSize)
  }
  count?.pointee = Int(truncatingIfNeeded: result.preDecoding.changedWeights)
  write(result, to: report)
  return Status.ok
}
