// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapters "Whole shots" and "Matching alone" of decant.h.

@implementation @_cdecl("decant_decode")
public func decant_decode(
  _ decoder: OpaquePointer!, _ detectors: UnsafePointer<UInt8>!, _ detectors_size: Int,
  _ observables: UnsafeMutablePointer<UInt8>!, _ observables_size: Int,
  _ report: UnsafeMutablePointer<decant_report>!
) -> decant_status {
  matchShot(decoder, detectors, detectors_size, observables, observables_size, report, preDecodes: true)
}

@implementation @_cdecl("decant_match")
public func decant_match(
  _ decoder: OpaquePointer!, _ residual: UnsafePointer<UInt8>!, _ residual_size: Int,
  _ observables: UnsafeMutablePointer<UInt8>!, _ observables_size: Int,
  _ report: UnsafeMutablePointer<decant_report>!
) -> decant_status {
  matchShot(decoder, residual, residual_size, observables, observables_size, report, preDecodes: false)
}

private func matchShot(
  _ decoder: OpaquePointer?, _ detectors: UnsafePointer<UInt8>?, _ detectorsSize: Int,
  _ observables: UnsafeMutablePointer<UInt8>?, _ observablesSize: Int,
  _ report: UnsafeMutablePointer<decant_report>?, preDecodes: Bool
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  var decoder = Decoder(state)
  guard detectorsSize == decoder.detectorsSize, detectors != nil || detectorsSize == 0 else {
    return Status.badArgument
  }
  guard observables != nil || decoder.frameSize == 0 else { return Status.badArgument }
  guard observablesSize >= decoder.frameSize else { return Status.bufferTooSmall }
  guard isSound(report) else { return Status.badABI }
  let result = decoder.decode(detectors.orEmpty(state), keepsFlips: false, preDecodes: preDecodes)
  guard result.status >= 0 else { return result.status }
  decoder.clearReweights()
  copyFrame(of: decoder, to: observables)
  write(result, to: report)
  return result.status
}

@implementation @_cdecl("decant_decode_batch")
public func decant_decode_batch(
  _ decoder: OpaquePointer!, _ shots: Int, _ detectors: UnsafePointer<UInt8>!, _ detectors_stride: Int,
  _ observables: UnsafeMutablePointer<UInt8>!, _ observables_stride: Int, _ done: UnsafeMutablePointer<Int>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard let done else { return Status.badArgument }
  done.pointee = 0
  guard shots != 0 else { return Status.ok }
  var decoder = Decoder(state)
  guard shots > 0, detectors_stride >= decoder.detectorsSize,
    detectors != nil || decoder.detectorsSize == 0, observables != nil || decoder.frameSize == 0
  else { return Status.badArgument }
  guard observables_stride >= decoder.frameSize else { return Status.bufferTooSmall }
  var outcome = Status.ok
  var source: UnsafePointer<UInt8> = detectors.orEmpty(state)
  var target = observables
  var shot = 0
  while shot < shots {
    let result = decoder.decode(source, keepsFlips: false)
    if result.status < 0 {
      outcome = result.status
      break
    }
    if result.status == Status.truncated { outcome = Status.truncated }
    decoder.clearReweights()
    copyFrame(of: decoder, to: target)
    shot &+= 1
    guard shot < shots else { break }
    if decoder.detectorsSize != 0 { source += detectors_stride }
    if let here = target { target = here + observables_stride }
  }
  done.pointee = shot
  return outcome
}

@implementation @_cdecl("decant_match_edges")
public func decant_match_edges(
  _ decoder: OpaquePointer!, _ residual: UnsafePointer<UInt8>!, _ residual_size: Int,
  _ edges: UnsafeMutablePointer<decant_edge>!, _ capacity: Int, _ count: UnsafeMutablePointer<Int>!,
  _ report: UnsafeMutablePointer<decant_report>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findShotState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard let count, edges != nil || capacity == 0 else { return Status.badArgument }
  var decoder = Decoder(state)
  guard residual_size == decoder.detectorsSize, residual != nil || residual_size == 0 else {
    return Status.badArgument
  }
  guard isSound(report) else { return Status.badABI }
  let before = state.pointee.totals
  let result = decoder.decode(residual.orEmpty(state), keepsFlips: true)
  guard result.status >= 0 else { return result.status }
  let wordCount = BitSet.wordCount(state.pointee.layout.edgeCount)
  var found = 0
  var index = 0
  while index < wordCount {
    found &+= decoder.flips.words.base[index].nonzeroBitCount
    index &+= 1
  }
  guard found <= capacity, capacity >= 0 else {
    state.pointee.totals = before
    decoder.clearReweights()
    return Status.bufferTooSmall
  }
  var written = 0
  decoder.answer(keepsFlips: true).forEachFlip { node, slot in
    let neighbour = decoder.matcher.graph.neighbour(of: node, behind: slot)
    edges[written] = decant_edge(a: node, b: neighbour == node ? .none : neighbour)
    written &+= 1
  }
  decoder.clearReweights()
  count.pointee = written
  write(result, to: report)
  return result.status
}

extension Optional where Wrapped == UnsafePointer<UInt8> {
  /// A shot of no bytes may be null; then any address will do, for nothing is read there.
  @inline(__always)
  func orEmpty(_ state: UnsafeMutablePointer<DecoderState>) -> UnsafePointer<UInt8> {
    self ?? UnsafeRawPointer(state).assumingMemoryBound(to: UInt8.self)
  }
}

@inline(__always)
func isSound(_ report: UnsafeMutablePointer<decant_report>?) -> Bool {
  guard let report else { return true }
  return Struct.checkOutput(report, known: MemoryLayout<decant_report>.size) == Status.ok
}

@inline(__always)
private func copyFrame(of decoder: Decoder, to observables: UnsafeMutablePointer<UInt8>?) {
  guard let observables else { return }
  var byte = 0
  while byte < decoder.frameSize {
    observables[byte] = decoder.frame.base[byte]
    byte &+= 1
  }
}

@inline(__always)
func write(_ result: ShotResult, to report: UnsafeMutablePointer<decant_report>?) {
  guard let report else { return }
  report.pointee = decant_report(
    struct_size: report.pointee.struct_size,
    flags: result.status == Status.truncated ? UInt32(DECANT_REPORT_TRUNCATED) : 0,
    weight: result.weight, work: result.work,
    detection_events: result.detectionEvents, grown_events: result.grownEvents,
    network_features: result.preDecoding.features, changed_weights: result.preDecoding.changedWeights,
    accepted_edges: result.preDecoding.acceptedEdges, reserved0: 0, reserved: (0, 0))
}
