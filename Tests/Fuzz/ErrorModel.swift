// Any bytes as the text of a detector error model: refused with a sentence, or compiled to an image that the
// real-time plane accepts and decodes with; in the same words, or to the same bytes, if it is read in pieces.

import CDecant
import DecantHost

/// Small enough that no input takes long; how large models may be is a test's question, not a fuzzer's.
private let limits = ErrorModelLimits(detectors: 2000, observables: 200, expandedInstructions: 20_000)

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzErrorModel(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  let text = Array(UnsafeBufferPointer(start: data, count: size))
  let options = DetectorGraph.Options(hyperedges: size % 2 == 0 ? .drop : .refuse, correlated: size % 4 >= 2)
  let whole = compiled {
    try DetectorGraph(DetectorErrorModel(bytes: text, source: "fuzz", limits: limits), options: options)
  }
  let inPieces = compiled {
    var source = ByteSource(bytes: text, name: "fuzz")
    return try DetectorGraph(reading: &source, limits: limits, options: options, piece: 1 + size % 50)
  }
  precondition(whole.image == inPieces.image && whole.refusal == inPieces.refusal)
  if let graph = whole.graph { decode(whole.image, of: graph, shotsFrom: text) }
  return 0
}

private func compiled(_ make: () throws -> DetectorGraph) -> (
  graph: DetectorGraph?, image: [UInt8], refusal: String
) {
  do {
    let graph = try make()
    guard let image = try? ImageCompiler.compile(graph) else { fatalError("a small graph did not compile") }
    return (graph, image, "")
  } catch {
    precondition(error is ErrorModelError && !"\(error)".isEmpty)
    return (nil, [], "\(error)")
  }
}

/// Shots are slices of the text, sparse ones first.
private func decode(_ image: [UInt8], of graph: DetectorGraph, shotsFrom text: [UInt8]) {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: image.count, alignment: 8)
  defer { memory.deallocate() }
  memory.copyBytes(from: image)
  var info = decant_image_info()
  info.struct_size = UInt32(MemoryLayout.size(ofValue: info))
  precondition(decant_image_inspect(memory.baseAddress, memory.count, &info) == DECANT_OK)
  precondition(info.detectors == graph.detectorCount && info.observables == graph.observableCount)
  precondition(info.edges == graph.edges.count)

  var config = decant_config()
  config.struct_size = UInt32(MemoryLayout.size(ofValue: config))
  config.flags = graph.correlations == nil ? 0 : UInt32(DECANT_CONFIG_CORRELATED)
  var needs = decant_requirements()
  needs.struct_size = UInt32(MemoryLayout.size(ofValue: needs))
  precondition(decant_decoder_measure(memory.baseAddress, memory.count, &config, &needs) == DECANT_OK)
  let workspace = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(needs.workspace_size), alignment: 64)
  defer { workspace.deallocate() }
  var decoder: OpaquePointer?
  precondition(
    decant_decoder_init(
      workspace.baseAddress, workspace.count, memory.baseAddress, memory.count, &config, &decoder)
      == DECANT_OK)

  var observables = [UInt8](repeating: 0, count: Int(needs.observables_size) + 1)
  for shot in 0..<4 {
    var detectors = [UInt8](repeating: 0, count: Int(needs.detectors_size))
    for index in detectors.indices where !text.isEmpty {
      let byte = text[(index * (shot + 1) + shot * 13) % text.count]
      detectors[index] = shot < 2 ? byte & (byte &* 37) : byte
    }
    if graph.detectorCount % 8 != 0 {
      detectors[detectors.count - 1] &= (1 << UInt8(graph.detectorCount % 8)) - 1
    }
    let status = decant_decode(decoder, detectors, detectors.count, &observables, observables.count, nil)
    precondition(status == DECANT_OK || status == DECANT_IMPOSSIBLE)
  }
}
