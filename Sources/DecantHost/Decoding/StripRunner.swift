import CDecant

/// Decodes shots of a patch in strips, on several threads (see `BlockTurns`).
///
/// Each strip has a decoder, which one thread at a time is at.
final class StripRunner: @unchecked Sendable {
  private let images: [AlignedBlock]
  private let decoders: [PlacedDecoder]
  private let crew: ThreadCrew
  private let turns: BlockTurns

  /// images: of all strips of a patch, in order. threads: at least 1.
  init(
    images: [[UInt8]], name: String, _ config: decant_config, threads: Int
  ) throws(DecoderError) {
    var kept: [AlignedBlock] = []
    var decoders: [PlacedDecoder] = []
    for bytes in images {
      guard let image = AlignedBlock(bytes) else { throw .outOfMemory(name, UInt64(bytes.count)) }
      kept.append(image)
      decoders.append(try PlacedDecoder(image, name: name, config))
    }
    self.images = kept
    self.decoders = decoders
    crew = ThreadCrew(min(threads, images.count))
    turns = BlockTurns(windows: images.count)
  }

  /// Decodes a shot.
  ///
  /// shot: its detectors, as `shotSize` bytes of packed bits. observables: receives their flips; room for `size` bytes,
  /// which are zero. Returns the first status that is an error, or OK.
  func decode(
    _ shot: UnsafePointer<UInt8>, shotSize: Int, _ observables: UnsafeMutablePointer<UInt8>, size: Int
  ) -> decant_status {
    let seamSize = Int(decoders[0].needs.seam_size)
    // Seam k is that between strip k and the one before it.
    var seams = [UInt8](repeating: 0, count: max(1, (decoders.count + 1) * seamSize))
    var answers = [UInt8](repeating: 0, count: decoders.count * max(1, size))
    var statuses = [decant_status](repeating: decant_status(DECANT_OK), count: decoders.count)
    seams.withUnsafeMutableBufferPointer { seams in
      answers.withUnsafeMutableBufferPointer { answers in
        statuses.withUnsafeMutableBufferPointer { statuses in
          let work = Work(
            shot: shot, shotSize: shotSize, seams: seams.baseAddress!, seamSize: seamSize,
            answers: answers.baseAddress!, size: size, statuses: statuses.baseAddress!)
          turns.restart()
          crew.run { _ in
            self.turns.takeAll { work.statuses[$0] = self.decode($0, work) }
          }
        }
      }
    }
    for index in decoders.indices {
      for byte in 0..<size { observables[byte] ^= answers[index * max(1, size) + byte] }
    }
    return statuses.first { $0 < 0 } ?? decant_status(DECANT_OK)
  }

  /// What threads share: each writes the parts of the strips that it has taken.
  private struct Work: @unchecked Sendable {
    let shot: UnsafePointer<UInt8>
    let shotSize: Int
    let seams: UnsafeMutablePointer<UInt8>
    let seamSize: Int
    let answers: UnsafeMutablePointer<UInt8>
    let size: Int
    let statuses: UnsafeMutablePointer<decant_status>
  }

  private func decode(_ index: Int, _ work: Work) -> decant_status {
    let decoder = decoders[index]
    let size = Int(decoder.needs.detectors_size)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, size)) { bits in
      let status = decant_strip_gather(decoder.address, work.shot, work.shotSize, bits.baseAddress!, size)
      guard status == decant_status(DECANT_OK) else { return status }
      return decant_strip_decode(
        decoder.address, bits.baseAddress!, size, work.seams + index * work.seamSize,
        work.seams + (index + 1) * work.seamSize, work.seamSize, work.answers + index * max(1, work.size),
        work.size, nil)
    }
  }
}
