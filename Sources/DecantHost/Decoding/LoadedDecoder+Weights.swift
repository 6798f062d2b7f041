import CDecant

/// Decoding under weights that hold for one shot.
extension LoadedDecoder {
  /// Decodes one shot under changed weights. The decoder must have been made with room for as many.
  ///
  /// - Parameters:
  ///   - shot: its packed detectors, `needs.detectors_size` bytes.
  ///   - weights: edges, none twice, with weights that are even as in an image.
  ///   - observables: receives the answer, `needs.observables_size` bytes.
  func decode(
    _ shot: UnsafePointer<UInt8>, weights: [decant_reweight], into observables: UnsafeMutablePointer<UInt8>
  ) throws(DecoderError) {
    var status = decant_reweight_next(decoder, weights, weights.count)
    if status >= 0 {
      status = decant_decode(
        decoder, shot, Int(needs.detectors_size), observables, Int(needs.observables_size), nil)
    }
    guard status >= 0 else { throw .decoding(name, status, shot: 0) }
  }
}
