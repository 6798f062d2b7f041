// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Watching" of decant.h.

@implementation @_cdecl("decant_stats_read")
public func decant_stats_read(
  _ decoder: OpaquePointer!, _ stats: UnsafeMutablePointer<decant_stats>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard let stats else { return Status.badArgument }
  let known = MemoryLayout<decant_stats>.size
  guard Struct.checkOutput(stats, known: known) == Status.ok else { return Status.badABI }
  let totals = state.pointee.totals
  stats.pointee = decant_stats(
    struct_size: stats.pointee.struct_size,
    max_detection_events: totals.maxDetectionEvents,
    shots: totals.shots,
    truncated: totals.truncated,
    impossible: totals.impossible,
    detection_events: totals.detectionEvents,
    grown_events: totals.grownEvents,
    blossoms: totals.blossoms,
    work: totals.work,
    max_work: totals.maxWork,
    reserved: (0, 0, 0, 0))
  return Status.ok
}

@implementation @_cdecl("decant_digest")
public func decant_digest(_ decoder: OpaquePointer!, _ digest: UnsafeMutablePointer<UInt64>!) -> decant_status
{
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard let digest else { return Status.badArgument }
  digest.pointee = state.pointee.totals.digest.value
  return Status.ok
}
