import CDecant

/// How shots of a fixed number of rounds are pushed through a decoder of a stream.
struct StreamShots {
  /// Detectors of each round.
  let roundDetectors: [Int]

  var detectors: Int { roundDetectors.reduce(0, +) }
  var rounds: Int { roundDetectors.count }

  /// Nil if the rounds of the stream do not add up to so many detectors, or an experiment of so few rounds cannot be
  /// decoded.
  init?(_ info: decant_stream_info, detectors: Int) {
    let between = detectors - Int(info.first_detectors) - Int(info.last_detectors)
    let usual = Int(info.round_detectors)
    guard between >= 0, between % usual == 0, between / usual + 2 >= Int(info.shortest) else { return nil }
    self.init(info, rounds: between / usual + 2)
  }

  /// - Parameter rounds: at least 2.
  init(_ info: decant_stream_info, rounds: Int) {
    roundDetectors =
      [Int(info.first_detectors)] + Array(repeating: Int(info.round_detectors), count: rounds - 2)
      + [Int(info.last_detectors)]
  }

  /// Decodes a shot.
  ///
  /// shot: its detectors, as packed bits. observables: receives their flips; room for `size` bytes, which are zero.
  /// Returns the first status that is an error, or OK.
  func decode(
    _ decoder: OpaquePointer, _ shot: UnsafePointer<UInt8>, _ observables: UnsafeMutablePointer<UInt8>,
    size: Int
  ) -> decant_status {
    var round = decant_round()
    round.struct_size = UInt32(MemoryLayout<decant_round>.size)
    var bits: [UInt8] = []
    var flips = [UInt8](repeating: 0, count: size)
    var first = 0
    for (index, count) in roundDetectors.enumerated() {
      copyBits(of: shot, from: first, count: count, to: &bits)
      first += count
      round.sequence = UInt64(index)
      round.flags = index == rounds - 1 ? UInt32(DECANT_ROUND_LAST) : 0
      let status = decant_stream_push(decoder, &round, bits, bits.count)
      guard status >= 0 else { return status }
      guard status == decant_status(DECANT_OK) || status == decant_status(DECANT_TRUNCATED) else { continue }
      // The last round may leave two frames, where a window's work is spread.
      var popped = decant_stream_pop(decoder, nil, &flips, size)
      guard popped == decant_status(DECANT_OK) else { return decant_status(DECANT_INTERNAL) }
      while popped == decant_status(DECANT_OK) {
        for byte in 0..<size { observables[byte] ^= flips[byte] }
        popped = decant_stream_pop(decoder, nil, &flips, size)
      }
      guard popped == decant_status(DECANT_EMPTY) else { return decant_status(DECANT_INTERNAL) }
    }
    return decant_status(DECANT_OK)
  }

  /// Puts some bits of a shot at the beginning of `bits`, which becomes as long as they are.
  func copyBits(of shot: UnsafePointer<UInt8>, from first: Int, count: Int, to bits: inout [UInt8]) {
    let size = (count + 7) / 8
    bits.removeAll(keepingCapacity: true)
    let shift = first % 8
    for byte in 0..<size {
      let start = first / 8 + byte
      var value = shot[start] >> UInt8(shift)
      // The byte behind is only read if bits of it belong to the round.
      if shift != 0, 8 * (start + 1) < first + count { value |= shot[start + 1] << UInt8(8 - shift) }
      bits.append(value)
    }
    if count % 8 != 0 { bits[size - 1] &= 1 << UInt8(count % 8) - 1 }
  }
}
