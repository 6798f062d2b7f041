// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Blocks" of decant.h.

@_optimize(size)
@implementation @_cdecl("decant_window_plan")
public func decant_window_plan(
  _ decoder: OpaquePointer!, _ rounds: UInt64, _ index: UInt64, _ window: UnsafeMutablePointer<decant_window>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  var found: BlockPlan.Window?
  let status = findWindow(decoder, rounds, index, &state, &found)
  guard status == Status.ok, let state else { return status }
  guard let window else { return Status.badArgument }
  let known = MemoryLayout<decant_window>.size
  guard Struct.checkOutput(window, known: known) == Status.ok else { return Status.badABI }
  guard let found else { return Status.empty }
  let plan = BlockPlan(state.pointee.image, state.pointee.configuration)
  let shown = plan.shown(found, rounds: rounds)
  let firstDetector = plan.detectors(before: shown.first, of: rounds)
  window.pointee = decant_window(
    struct_size: window.pointee.struct_size,
    flags: (found.isSecond ? UInt32(DECANT_WINDOW_SECOND) : 0)
      | (found.kind.isLast ? UInt32(DECANT_WINDOW_FINAL) : 0),
    first_round: shown.first,
    rounds: shown.end &- shown.first,
    first_detector: firstDetector,
    detectors: plan.detectors(before: shown.end, of: rounds) &- firstDetector,
    first_committed: found.firstCommitted,
    committed: found.committedEnd &- found.firstCommitted,
    reserved: (0, 0))
  return Status.ok
}

@_optimize(size)
@implementation @_cdecl("decant_window_decode")
public func decant_window_decode(
  _ decoder: OpaquePointer!, _ rounds: UInt64, _ index: UInt64, _ detectors: UnsafePointer<UInt8>!,
  _ detectors_size: Int, _ before: UnsafeMutablePointer<UInt8>!, _ after: UnsafeMutablePointer<UInt8>!,
  _ seam_size: Int, _ observables: UnsafeMutablePointer<UInt8>!, _ observables_size: Int,
  _ report: UnsafeMutablePointer<decant_report>!
) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  var found: BlockPlan.Window?
  let status = findWindow(decoder, rounds, index, &state, &found)
  guard status == Status.ok, let state else { return status }
  guard let window = found else { return Status.empty }
  let image = state.pointee.image
  let plan = BlockPlan(image, state.pointee.configuration)
  let shown = plan.shown(window, rounds: rounds)
  let firstDetector = plan.detectors(before: shown.first, of: rounds)
  let count = plan.detectors(before: shown.end, of: rounds) &- firstDetector
  let size = Int(truncatingIfNeeded: (count &+ 7) / 8)
  let used = UInt8(truncatingIfNeeded: count & 7)
  guard detectors_size == size, let detectors, used == 0 || detectors[size &- 1] >> used == 0 else {
    return Status.badArgument
  }
  let frameSize = state.pointee.layout.frameSize
  guard observables != nil || frameSize == 0, before != nil || window.kind.isFirst,
    after != nil || window.kind.isLast
  else { return Status.badArgument }
  let seam = state.pointee.layout.seam
  guard observables_size >= frameSize, seam_size >= seam.size || (window.kind.isFirst && window.kind.isLast)
  else { return Status.bufferTooSmall }
  guard isSound(report) else { return Status.badABI }
  let seams = Decoder.Seams(
    before: window.kind.isFirst ? nil : before, after: window.kind.isLast ? nil : after)
  var told = Decoder.ToldSeams()
  if window.isSecond {
    let status = readSeams(state.pointee, plan, rounds, index, seams, &told)
    guard status == Status.ok else { return status }
  }
  let result = Decoder.decodeBlock(
    state, window,
    Decoder.ShownBits(
      bits: detectors, size: size, first: shown.first, end: shown.end,
      own: UInt32(truncatingIfNeeded: plan.detectors(before: window.first, of: rounds) &- firstDetector),
      rounds: rounds),
    seams, told)
  guard result.status >= 0 else { return result.status }
  if let observables {
    let decoder = Decoder(state)
    observables.update(from: decoder.frame.base, count: frameSize)
  }
  write(result, to: report)
  return result.status
}

/// What the neighbours of a window of the second layer have told it: BAD_ARGUMENT if they cannot have.
private func readSeams(
  _ state: DecoderState, _ plan: BlockPlan, _ rounds: UInt64, _ index: UInt64, _ seams: Decoder.Seams,
  _ told: inout Decoder.ToldSeams
) -> decant_status {
  let image = state.image
  func read(
    _ bits: UnsafeMutablePointer<UInt8>?, of neighbour: UInt64, isBehind: Bool,
    _ told: inout Decoder.ToldSeam?
  ) -> decant_status {
    guard let bits else { return Status.ok }
    guard let window = plan.window(neighbour, rounds: rounds),
      image.layers.hasShape(window.kind, rounds: window.rounds, image.stream)
    else { return Status.unsupported }
    let seam = Decoder.ToldSeam(
      bits: UnsafePointer(bits), rounds: SeamRounds(window, isBehind: isBehind, image.stream))
    guard Decoder.isSound(seam, image, state.layout.seam) else { return Status.badArgument }
    told = seam
    return Status.ok
  }
  let status = read(seams.before, of: index &- 1, isBehind: true, &told.before)
  guard status == Status.ok else { return status }
  return read(seams.after, of: index &+ 1, isBehind: false, &told.after)
}

/// The state of a decoder of blocks, and one of its windows; nil if the experiment has no such window.
private func findWindow(
  _ decoder: OpaquePointer?, _ rounds: UInt64, _ index: UInt64,
  _ state: inout UnsafeMutablePointer<DecoderState>?, _ window: inout BlockPlan.Window?
) -> decant_status {
  let status = findState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  guard state.pointee.configuration.isBlocks else { return Status.unsupported }
  let image = state.pointee.image
  // Detectors are counted in 64 bits, with room to spare.
  let most = UInt64.max / 4 / UInt64(image.stream.largestRound)
  let capped = min(rounds, most)
  let stored = UInt32(truncatingIfNeeded: min(capped, UInt64(StreamRecord.maxRounds)))
  guard image.layers.hasShape(WindowKind(past: .end, future: .end), rounds: stored, image.stream) else {
    return Status.unsupported
  }
  let found = BlockPlan(image, state.pointee.configuration).window(index, rounds: capped)
  if let found {
    guard image.layers.hasShape(found.kind, rounds: found.rounds, image.stream) else {
      return Status.unsupported
    }
  }
  window = found
  return Status.ok
}
