import CDecant

extension LoadedDecoder {
  /// Finds the edges of the correction of one shot, ascending.
  ///
  /// - Parameters:
  ///   - detectors: packed bits, the padding zero.
  ///   - edges: room for `needs.max_match_edges`.
  /// - Returns: how many there are; none where no set of errors explains the shot.
  func matchEdges(
    _ detectors: UnsafeBufferPointer<UInt8>, into edges: UnsafeMutableBufferPointer<decant_edge>
  ) -> Int {
    var count = 0
    let status = decant_match_edges(
      decoder, detectors.baseAddress, detectors.count, edges.baseAddress, edges.count, &count, nil)
    return status >= 0 ? count : 0
  }
}
