// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Decoder" of decant.h.

extension Configuration {
  /// Reads `config`, where null means defaults. Leaves `self` alone unless the status is OK.
  fileprivate mutating func read(_ config: UnsafePointer<decant_config>?) -> decant_status {
    guard let config else { return Status.ok }
    let status = Struct.checkInput(
      config, known: MemoryLayout<decant_config>.size,
      reserved: MemoryLayout.size(ofValue: config.pointee.reserved))
    guard status == Status.ok else { return status }
    let correlated = UInt32(DECANT_CONFIG_CORRELATED)
    let unionFind = UInt32(DECANT_CONFIG_UNION_FIND)
    let network = UInt32(DECANT_CONFIG_NETWORK)
    let blocks = UInt32(DECANT_CONFIG_BLOCKS)
    let erasures = UInt32(DECANT_CONFIG_ERASURES)
    guard config.pointee.flags & ~(correlated | unionFind | network | blocks | erasures) == 0 else {
      return Status.unsupported
    }
    if config.pointee.work_limit != 0 { workLimit = config.pointee.work_limit }
    maxReweights = config.pointee.max_reweights
    sliceWork = config.pointee.slice_work
    isCorrelated = config.pointee.flags & correlated != 0
    isUnionFind = config.pointee.flags & unionFind != 0
    usesNetwork = config.pointee.flags & network != 0
    isBlocks = config.pointee.flags & blocks != 0
    takesErasures = config.pointee.flags & erasures != 0
    commitRounds = config.pointee.commit_rounds
    bufferRounds = config.pointee.buffer_rounds
    return Status.ok
  }

  /// Reads `config` and checks all of `reader`'s image, which must hold what the configuration asks for. Returns
  /// the layout that both make, or nil and why.
  fileprivate mutating func plan(
    _ config: UnsafePointer<decant_config>?, _ reader: inout ImageReader, available: Int,
    _ status: inout decant_status
  ) -> WorkspaceLayout? {
    status = read(config)
    guard status == Status.ok else { return nil }
    status = reader.check(available: available)
    guard status == Status.ok else { return nil }
    guard completeWindow(reader), reader.hasCorrelations || !isCorrelated,
      reader.hasNetwork || reader.hasGrid || !usesNetwork
    else {
      status = Status.unsupported
      return nil
    }
    let layout = WorkspaceLayout(reader, self)
    if layout.overflows { status = Status.unsupported }
    return status == Status.ok ? layout : nil
  }
}

extension Configuration {
  /// Settles how many rounds the windows of a stream have. False if the image is not for that.
  fileprivate mutating func completeWindow(_ reader: ImageReader) -> Bool {
    guard reader.isStream else {
      return commitRounds == 0 && bufferRounds == 0 && sliceWork == 0 && !isBlocks && !takesErasures
        && !(reader.isStrip && maxReweights != 0)
    }
    let stream = reader.stream
    if commitRounds == 0 { commitRounds = stream.commitRounds }
    if bufferRounds == 0 { bufferRounds = stream.bufferRounds }
    guard stream.allows(commit: commitRounds, buffer: bufferRounds), maxReweights == 0,
      !(isBlocks && (takesErasures || sliceWork != 0))
    else {
      return false
    }
    windowRounds =
      isBlocks ? BlockPlan(reader, self).longestWindow : stream.firstCommit(commitRounds) &+ bufferRounds
    let boardRounds = UInt64(windowRounds) &+ 2 &* UInt64(reader.network.roundRadius)
    guard !usesNetwork || UInt64(reader.network.boardRows) &* boardRounds < 1 << 28 else { return false }
    if isBlocks { return windowRounds <= StreamRecord.maxRounds }
    return reader.layers.hasShape(WindowKind(past: .end, future: .open), rounds: windowRounds, stream)
      && reader.layers.hasShape(
        WindowKind(past: .committed, future: .open), rounds: commitRounds &+ bufferRounds, stream)
  }
}

@_optimize(size)
@implementation @_cdecl("decant_decoder_measure")
public func decant_decoder_measure(
  _ image: UnsafeRawPointer!, _ image_size: Int, _ config: UnsafePointer<decant_config>!,
  _ needs: UnsafeMutablePointer<decant_requirements>!
) -> decant_status {
  guard let image, let needs else { return Status.badArgument }
  let known = MemoryLayout<decant_requirements>.size
  guard Struct.checkOutput(needs, known: known) == Status.ok else { return Status.badABI }
  var configuration = Configuration()
  var reader = ImageReader(image)
  var status = Status.ok
  guard let layout = configuration.plan(config, &reader, available: image_size, &status) else {
    return status
  }
  let round = Int(truncatingIfNeeded: reader.stream.largestRound)
  needs.pointee = decant_requirements(
    struct_size: needs.pointee.struct_size,
    alignment: UInt32(WorkspaceLayout.alignment),
    workspace_size: UInt64(truncatingIfNeeded: layout.size),
    image_size: UInt64(truncatingIfNeeded: reader.size),
    detectors_size: UInt64(truncatingIfNeeded: ((reader.isStream ? round : layout.nodeCount) &+ 7) / 8),
    observables_size: UInt64(truncatingIfNeeded: layout.frameSize),
    max_match_edges: reader.isStream ? 0 : UInt64(reader.edgeCount),
    worst_case_work: Decoder.worstCaseWork(reader, configuration),
    max_weight_changes: configuration.usesNetwork ? UInt64(reader.edgeCount) : 0,
    network_multiplications: configuration.usesNetwork ? reader.gridMultiplications : 0,
    window_size: configuration.isBlocks ? windowSize(reader, configuration) : 0,
    seam_size: UInt64(truncatingIfNeeded: reader.isStrip ? reader.strip.seamSize : layout.seam.size),
    carried_size: UInt64(
      truncatingIfNeeded: Succession.size(layout, slides: reader.isStream && !configuration.isBlocks)),
    reserved: (0))
  return Status.ok
}

/// Most bytes of the detectors that are given with a block.
private func windowSize(_ reader: ImageReader, _ configuration: Configuration) -> UInt64 {
  let around = 2 &* BlockPlan(reader, configuration).shownAround
  return ((UInt64(configuration.windowRounds) &+ around) &* UInt64(reader.stream.largestRound) &+ 7) / 8
}

@implementation @_cdecl("decant_decoder_init")
public func decant_decoder_init(
  _ workspace: UnsafeMutableRawPointer!, _ workspace_size: Int, _ image: UnsafeRawPointer!, _ image_size: Int,
  _ config: UnsafePointer<decant_config>!, _ decoder: UnsafeMutablePointer<OpaquePointer?>!
) -> decant_status {
  guard let workspace, let image, let decoder else { return Status.badArgument }
  guard UInt(bitPattern: workspace) % UInt(WorkspaceLayout.alignment) == 0 else { return Status.misaligned }
  var configuration = Configuration()
  var reader = ImageReader(image)
  var status = Status.ok
  guard let layout = configuration.plan(config, &reader, available: image_size, &status) else {
    return status
  }
  guard workspace_size >= layout.size else { return Status.bufferTooSmall }
  Decoder.setUp(workspace, image: reader, layout: layout, configuration)
  decoder.pointee = OpaquePointer(workspace)
  return Status.ok
}

@_optimize(size)
@implementation @_cdecl("decant_decoder_reset")
public func decant_decoder_reset(_ decoder: OpaquePointer!) -> decant_status {
  var state = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  let status = findState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  var decoder = Decoder(state)
  decoder.clearReweights()
  if state.pointee.image.isStream { Stream(state).reset() }
  state.pointee.totals = Totals()
  return Status.ok
}

/// The state of a decoder for whole shots.
@inline(__always)
func findShotState(
  _ decoder: OpaquePointer?, _ state: inout UnsafeMutablePointer<DecoderState>?
) -> decant_status {
  let status = findState(decoder, &state)
  guard status == Status.ok, let state else { return status }
  return state.pointee.image.isStream ? Status.unsupported : Status.ok
}

/// The state behind a handle, if it is one.
@inline(__always)
func findState(
  _ decoder: OpaquePointer?, _ state: inout UnsafeMutablePointer<DecoderState>?
) -> decant_status {
  guard let decoder else { return Status.badArgument }
  guard UInt(bitPattern: decoder) % UInt(WorkspaceLayout.alignment) == 0 else { return Status.misaligned }
  let found = UnsafeMutablePointer<DecoderState>(decoder)
  guard found.pointee.magic == DecoderState.magic else { return Status.badState }
  state = found
  return Status.ok
}
