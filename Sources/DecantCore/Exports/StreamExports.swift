// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Streams" of decant.h.

@_optimize(size)
@implementation @_cdecl("decant_stream_inspect")
public func decant_stream_inspect(
  _ image: UnsafeRawPointer!, _ image_size: Int, _ info: UnsafeMutablePointer<decant_stream_info>!
) -> decant_status {
  guard let image, let info else { return Status.badArgument }
  let known = MemoryLayout<decant_stream_info>.size
  guard Struct.checkOutput(info, known: known) == Status.ok else { return Status.badABI }
  var reader = ImageReader(image)
  let status = reader.check(available: image_size)
  guard status == Status.ok else { return status }
  guard reader.isStream else { return Status.unsupported }
  let stream = reader.stream
  info.pointee = decant_stream_info(
    struct_size: info.pointee.struct_size,
    observables: reader.observables,
    first_detectors: stream.firstDetectors,
    round_detectors: stream.roundDetectors,
    last_detectors: stream.lastDetectors,
    commit_rounds: stream.commitRounds,
    buffer_rounds: stream.bufferRounds,
    least_buffer: stream.edgeReach,
    shortest: reader.shortest(WindowKind(past: .end, future: .end)),
    shortest_open: reader.shortest(WindowKind(past: .end, future: .open)),
    least_first_commit: stream.headRounds,
    reserved0: 0,
    reserved: (0, 0))
  return Status.ok
}

extension ImageReader {
  /// The number of rounds from which on there are windows of this kind.
  fileprivate func shortest(_ kind: WindowKind) -> UInt32 {
    var rounds = stream.shapeRounds
    while rounds > 1 && layers.hasShape(kind, rounds: rounds &- 1, stream) { rounds &-= 1 }
    return rounds
  }
}

@implementation @_cdecl("decant_stream_push")
public func decant_stream_push(
  _ decoder: OpaquePointer!, _ round: UnsafePointer<decant_round>!, _ detectors: UnsafePointer<UInt8>!,
  _ detectors_size: Int
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  var status = findStreamState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard let round else { return Status.badArgument }
  status = Struct.checkInput(
    round, known: MemoryLayout<decant_round>.size,
    reserved: MemoryLayout.size(ofValue: round.pointee.reserved))
  guard status == Status.ok else { return status }
  let last = UInt32(DECANT_ROUND_LAST)
  let erased = UInt32(DECANT_ROUND_ERASED)
  guard round.pointee.flags & ~(last | erased) == 0 else { return Status.unsupported }
  var stream = Stream(state)
  return stream.push(
    Stream.Round(
      sequence: round.pointee.sequence, timestamp: round.pointee.timestamp,
      isLast: round.pointee.flags & last != 0,
      isErased: round.pointee.flags & erased != 0),
    detectors, size: detectors_size)
}

@implementation @_cdecl("decant_stream_finish")
public func decant_stream_finish(_ decoder: OpaquePointer!) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findStreamState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  var stream = Stream(state)
  return stream.finish()
}

@implementation @_cdecl("decant_stream_pop")
public func decant_stream_pop(
  _ decoder: OpaquePointer!, _ frame: UnsafeMutablePointer<decant_frame>!,
  _ observables: UnsafeMutablePointer<UInt8>!, _ observables_size: Int
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findStreamState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  let frameSize = state.pointee.layout.frameSize
  guard observables != nil || frameSize == 0 else { return Status.badArgument }
  guard observables_size >= frameSize else { return Status.bufferTooSmall }
  if let frame {
    let known = MemoryLayout<decant_frame>.size
    guard Struct.checkOutput(frame, known: known) == Status.ok else { return Status.badABI }
  }
  let stream = Stream(state)
  guard let record = stream.take(observables) else { return Status.empty }
  guard let frame else { return Status.ok }
  frame.pointee = decant_frame(
    struct_size: frame.pointee.struct_size,
    flags: record.flags,
    first_round: record.firstRound,
    last_round: record.lastRound,
    timestamp: record.timestamp,
    work: record.work,
    digest: record.digest,
    weight: record.weight,
    detection_events: record.detectionEvents,
    reserved0: 0,
    reserved: (0, 0, 0))
  return Status.ok
}

/// The state of a decoder for a stream.
@inline(__always)
private func findStreamState(
  _ decoder: OpaquePointer?, _ state: inout UnsafeMutablePointer<DecoderState>?
) -> decant_status {
  let status = findState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  let isStream = state.pointee.image.isStream && !state.pointee.configuration.isBlocks
  return isStream ? Status.ok : Status.unsupported
}
