import CDecant

/// Decodes experiments in blocks on several threads (see `BlockTurns`).
///
/// Threads have decoders of their own, so that nothing else is shared but what is only read.
final class BlockRunner: @unchecked Sendable {
  private let decoders: [PlacedDecoder]
  private let shots: StreamShots
  private let needs: decant_requirements
  /// The windows of a shot.
  private let windows: [decant_window]
  private let crew: ThreadCrew
  private let turns: BlockTurns

  /// image: kept by whoever makes the runner. threads: at least 1.
  init(
    image: AlignedBlock, name: String, _ config: decant_config, _ shots: StreamShots, threads: Int
  ) throws(DecoderError) {
    let crew = ThreadCrew(threads)
    var decoders: [PlacedDecoder] = []
    for _ in 0..<crew.count { decoders.append(try PlacedDecoder(image, name: name, config)) }
    var windows: [decant_window] = []
    var status = decant_status(DECANT_OK)
    while true {
      var window = decant_window()
      window.struct_size = UInt32(MemoryLayout<decant_window>.size)
      status = decant_window_plan(
        decoders[0].address, UInt64(shots.rounds), UInt64(windows.count), &window)
      guard status == decant_status(DECANT_OK) else { break }
      windows.append(window)
    }
    guard status == decant_status(DECANT_EMPTY) else { throw .loading(name, status) }
    needs = decoders[0].needs
    self.decoders = decoders
    self.shots = shots
    self.windows = windows
    self.crew = crew
    turns = BlockTurns(windows: windows.count)
  }

  /// Decodes a shot.
  ///
  /// shot: its detectors, as packed bits. observables: receives their flips; room for `size` bytes, which are zero.
  /// Returns the first status that is an error, or OK.
  func decode(_ shot: UnsafePointer<UInt8>, _ observables: UnsafeMutablePointer<UInt8>, size: Int)
    -> decant_status
  {
    let seamSize = Int(needs.seam_size)
    // Seam k is that between window k and the one before it.
    var seams = [UInt8](repeating: 0, count: (windows.count + 1) * seamSize)
    var answers = [UInt8](repeating: 0, count: windows.count * max(1, size))
    var statuses = [decant_status](repeating: decant_status(DECANT_OK), count: decoders.count)
    seams.withUnsafeMutableBufferPointer { seams in
      answers.withUnsafeMutableBufferPointer { answers in
        statuses.withUnsafeMutableBufferPointer { statuses in
          let work = Work(
            shot: shot, seams: seams.baseAddress!, answers: answers.baseAddress!,
            statuses: statuses.baseAddress!)
          turns.restart()
          if windows.count == 1 {
            decode(by: 0, work, size, seamSize)
          } else {
            crew.run { self.decode(by: $0, work, size, seamSize) }
          }
        }
      }
    }
    for index in windows.indices {
      for byte in 0..<size { observables[byte] ^= answers[index * max(1, size) + byte] }
    }
    return statuses.first { $0 < 0 } ?? decant_status(DECANT_OK)
  }

  /// What threads share: each writes its own part.
  private struct Work: @unchecked Sendable {
    let shot: UnsafePointer<UInt8>
    let seams: UnsafeMutablePointer<UInt8>
    let answers: UnsafeMutablePointer<UInt8>
    let statuses: UnsafeMutablePointer<decant_status>
  }

  private func decode(by thread: Int, _ work: Work, _ size: Int, _ seamSize: Int) {
    var bits: [UInt8] = []
    turns.takeAll { index in
      let window = windows[index]
      shots.copyBits(
        of: work.shot, from: Int(window.first_detector), count: Int(window.detectors), to: &bits)
      let status = decant_window_decode(
        decoders[thread].address, UInt64(shots.rounds), UInt64(index), bits, bits.count,
        work.seams + index * seamSize, work.seams + (index + 1) * seamSize, seamSize,
        work.answers + index * max(1, size), size, nil)
      if status < 0, work.statuses[thread] >= 0 { work.statuses[thread] = status }
    }
  }
}
