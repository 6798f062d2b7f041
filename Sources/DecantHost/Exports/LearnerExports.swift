// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Learners" of decant_host.h.

@implementation @_cdecl("decant_host_learner_new")
public func decant_host_learner_new() -> OpaquePointer! {
  OpaquePointer(Unmanaged.passRetained(LearnerHandle()).toOpaque())
}

@implementation @_cdecl("decant_host_learner_free")
public func decant_host_learner_free(_ learner: OpaquePointer!) {
  guard let learner else { return }
  Unmanaged<LearnerHandle>.fromOpaque(UnsafeRawPointer(learner)).release()
}

@implementation @_cdecl("decant_host_learner_error")
public func decant_host_learner_error(_ learner: OpaquePointer!) -> UnsafePointer<CChar>! {
  (LearnerHandle.of(learner)?.error ?? CText.empty).address
}

@implementation @_cdecl("decant_host_learner_set")
public func decant_host_learner_set(
  _ learner: OpaquePointer!, _ model: OpaquePointer!, _ options: UnsafePointer<decant_host_learner_options>!
) -> decant_status {
  guard let handle = LearnerHandle.of(learner), let model = ModelHandle.of(model) else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  guard let options else { return handle.set(model, NoiseFollower.Options(), estimator: nil, threads: 1) }
  let status = HostStruct.checkInput(
    options, known: MemoryLayout<decant_host_learner_options>.size, reserved: 4 * MemoryLayout<UInt64>.size)
  guard status == decant_status(DECANT_OK) else { return status }
  let given = options.pointee
  guard given.flags & ~UInt32(DECANT_HOST_LEARNER_REPEATING) == 0 else {
    return decant_status(DECANT_UNSUPPORTED)
  }
  guard given.half_life >= 0, given.stretches_per_alarm >= 0,
    given.stretch == 0 || (256...1 << 24 ~= given.stretch)
  else { return decant_status(DECANT_BAD_ARGUMENT) }
  var chosen = NoiseFollower.Options(repeats: given.flags != 0)
  if given.half_life > 0 { chosen.halfLife = given.half_life }
  if given.stretches_per_alarm > 0 { chosen.stretchesPerAlarm = given.stretches_per_alarm }
  if given.stretch > 0 { chosen.stretch = Int(given.stretch) }
  return handle.set(
    model, chosen, estimator: given.estimator.map { String(cString: $0) },
    threads: Int(min(max(given.threads, 1), 1024)))
}

@implementation @_cdecl("decant_host_learner_push")
public func decant_host_learner_push(
  _ learner: OpaquePointer!, _ shots: Int, _ detectors: UnsafePointer<UInt8>!, _ detectors_stride: Int
) -> decant_status {
  guard let handle = LearnerHandle.of(learner) else { return decant_status(DECANT_BAD_ARGUMENT) }
  guard let count = handle.detectors else { return decant_status(DECANT_BAD_STATE) }
  let layout = ShotLayout(detectors: count)
  guard shots >= 0, shots == 0 || detectors != nil, shots == 0 || detectors_stride >= layout.rowBytes,
    shots == 0 || detectors_stride <= Int.max / shots
  else { return decant_status(DECANT_BAD_ARGUMENT) }
  guard let detectors else { return decant_status(DECANT_OK) }
  // All are looked at before any is taken.
  if count % 8 != 0 {
    for shot in 0..<shots
    where detectors[shot * detectors_stride + layout.rowBytes - 1] >> UInt8(count % 8) != 0 {
      return decant_status(DECANT_BAD_ARGUMENT)
    }
  }
  var first = 0
  while first < shots {
    let part = min(shots - first, 8192)
    var rows: [UInt8] = []
    rows.reserveCapacity(part * layout.rowBytes)
    for shot in first..<first + part {
      rows += UnsafeBufferPointer(start: detectors + shot * detectors_stride, count: layout.rowBytes)
    }
    handle.push(ShotBatch(layout: layout, rows: rows, count: part))
    first += part
  }
  return decant_status(DECANT_OK)
}

@implementation @_cdecl("decant_host_learner_learn")
public func decant_host_learner_learn(_ learner: OpaquePointer!, _ model: OpaquePointer!) -> decant_status {
  guard let handle = LearnerHandle.of(learner), let model = ModelHandle.of(model) else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  return handle.learn(into: model)
}

@implementation @_cdecl("decant_host_learner_statistics")
public func decant_host_learner_statistics(
  _ learner: OpaquePointer!, _ statistics: UnsafeMutablePointer<UnsafeRawPointer?>!,
  _ size: UnsafeMutablePointer<Int>!
) -> decant_status {
  guard let handle = LearnerHandle.of(learner), let statistics, let size else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  guard let block = handle.counted() else { return decant_status(DECANT_BAD_STATE) }
  statistics.pointee = UnsafeRawPointer(block.address)
  size.pointee = block.size
  return decant_status(DECANT_OK)
}

@implementation @_cdecl("decant_host_learner_merge")
public func decant_host_learner_merge(
  _ learner: OpaquePointer!, _ statistics: UnsafeRawPointer!, _ size: Int
) -> decant_status {
  guard let handle = LearnerHandle.of(learner), let statistics, size >= 0 else {
    return decant_status(DECANT_BAD_ARGUMENT)
  }
  return handle.merge(Array(UnsafeRawBufferPointer(start: statistics, count: size)))
}

@implementation @_cdecl("decant_host_learner_change")
public func decant_host_learner_change(
  _ learner: OpaquePointer!, _ change: UnsafeMutablePointer<decant_host_change>!
) -> decant_status {
  guard let handle = LearnerHandle.of(learner), let change else { return decant_status(DECANT_BAD_ARGUMENT) }
  guard change.pointee.struct_size >= MemoryLayout<decant_host_change>.size else {
    return decant_status(DECANT_BAD_ABI)
  }
  guard let found = handle.nextChange() else { return decant_status(DECANT_EMPTY) }
  change.pointee = decant_host_change(
    struct_size: change.pointee.struct_size, reserved0: 0, shots: found.shots, since: found.since,
    a: found.detectors[0], b: found.detectors.count > 1 ? found.detectors[1] : UInt32.max,
    before: found.before,
    now: found.now, reserved: (0, 0))
  return decant_status(DECANT_OK)
}
