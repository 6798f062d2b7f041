import CDecant
import DecantCoreKernels
import DecantHost

@testable import DecantCore

/// A decoder used through decant.h, whose kernels can be chosen.
final class NetworkRig {
  private let image: UnsafeMutableRawPointer
  private let workspace: UnsafeMutableRawPointer
  let decoder: OpaquePointer
  let needs: decant_requirements

  struct Answer: Equatable {
    var status: decant_status
    var observables: [UInt8]
    var weight: Int64
    var work: UInt64
    var features: UInt32
    var changed: UInt32
  }

  /// The levels that this machine has.
  static var levels: ClosedRange<Int32> { 0...core_kernels_level() }

  init(_ bytes: [UInt8], flags: Int, maxReweights: Int = 0, workLimit: UInt64 = 0, level: Int32? = nil) {
    let image = UnsafeMutableRawPointer.allocate(byteCount: bytes.count, alignment: 64)
    bytes.withUnsafeBytes { image.copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
    self.image = image
    var config = decant_config()
    config.struct_size = UInt32(MemoryLayout<decant_config>.size)
    config.flags = UInt32(flags)
    config.max_reweights = UInt32(maxReweights)
    config.work_limit = workLimit
    var needs = decant_requirements()
    needs.struct_size = UInt32(MemoryLayout<decant_requirements>.size)
    var status = decant_decoder_measure(image, bytes.count, &config, &needs)
    precondition(status == Status.ok, "the image must be good for these flags")
    workspace = .allocate(byteCount: Int(needs.workspace_size), alignment: 64)
    var decoder: OpaquePointer?
    status = decant_decoder_init(workspace, Int(needs.workspace_size), image, bytes.count, &config, &decoder)
    precondition(status == Status.ok, "the workspace must be large enough")
    self.decoder = decoder!
    self.needs = needs
    if let level { workspace.assumingMemoryBound(to: DecoderState.self).pointee.kernelLevel = level }
  }

  deinit {
    image.deallocate()
    workspace.deallocate()
  }

  func detectors(_ events: [Int]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(needs.detectors_size))
    for event in events { bytes[event / 8] |= 1 << UInt8(event % 8) }
    return bytes
  }

  private func report() -> decant_report {
    var report = decant_report()
    report.struct_size = UInt32(MemoryLayout<decant_report>.size)
    return report
  }

  func decode(_ events: [Int], matchOnly: Bool = false) -> Answer {
    let detectors = detectors(events)
    var observables = [UInt8](repeating: 0xA5, count: Int(needs.observables_size))
    var report = report()
    let function = matchOnly ? decant_match : decant_decode
    let status = function(decoder, detectors, detectors.count, &observables, observables.count, &report)
    return Answer(
      status: status, observables: observables, weight: report.weight, work: report.work,
      features: report.network_features, changed: report.changed_weights)
  }

  /// The edges of the correction as pairs.
  func edges(_ events: [Int]) -> (status: decant_status, edges: [[UInt32]], weight: Int64) {
    let detectors = detectors(events)
    var edges = [decant_edge](repeating: decant_edge(), count: Int(needs.max_match_edges))
    var count = 0
    var report = report()
    let status = decant_match_edges(decoder, detectors, detectors.count, &edges, edges.count, &count, &report)
    return (status, edges[..<count].map { [$0.a, $0.b] }, report.weight)
  }

  func changes(_ events: [Int]) -> (changes: [decant_reweight], features: UInt32) {
    let detectors = detectors(events)
    var changes = [decant_reweight](repeating: decant_reweight(), count: Int(needs.max_weight_changes))
    var count = 0
    var report = report()
    let status = decant_predecode(
      decoder, detectors, detectors.count, nil, 0, nil, 0, &changes, changes.count, &count, &report)
    precondition(status == Status.ok && Int(report.changed_weights) == count)
    return (Array(changes[..<count]), report.network_features)
  }

  /// All that `decant_predecode` tells. The frame is left to `decode`.
  func preDecode(_ events: [Int]) -> (residual: [UInt8], changes: [decant_reweight], accepted: Int) {
    var residual = detectors(events)
    var changes = [decant_reweight](repeating: decant_reweight(), count: Int(needs.max_weight_changes))
    var count = 0
    var report = report()
    let status = residual.withUnsafeMutableBufferPointer { bytes in
      decant_predecode(
        decoder, bytes.baseAddress, bytes.count, bytes.baseAddress, bytes.count, nil, 0, &changes,
        changes.count, &count, &report)
    }
    precondition(status == Status.ok && Int(report.changed_weights) == count)
    return (residual, Array(changes[..<count]), Int(report.accepted_edges))
  }

  func stage(_ changes: [decant_reweight]) -> decant_status {
    decant_reweight_next(decoder, changes, changes.count)
  }

  var digest: UInt64 {
    var digest: UInt64 = 0
    precondition(decant_digest(decoder, &digest) == Status.ok)
    return digest
  }
}
