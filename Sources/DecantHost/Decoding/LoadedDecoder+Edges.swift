import CDecant

extension LoadedDecoder {
  /// The edges of the correction of one shot, ascending.
  ///
  /// - Parameter detectors: packed bits, the padding zero.
  /// - Returns: none where no set of errors explains the shot.
  func matchedEdges(_ detectors: ArraySlice<UInt8>) -> [decant_edge] {
    var report = decant_report()
    report.struct_size = UInt32(MemoryLayout<decant_report>.size)
    return Array(unsafeUninitializedCapacity: Int(needs.max_match_edges)) { edges, filled in
      var count = 0
      let status = detectors.withUnsafeBufferPointer { bits in
        decant_match_edges(
          decoder, bits.baseAddress, bits.count, edges.baseAddress, edges.count, &count, &report)
      }
      filled = status >= 0 ? count : 0
    }
  }
}
