import DecantHost

/// One run of a decoder over an input: decodes its batches, and keeps the time and the user informed.
struct DecodingPass {
  private(set) var timer = DecodingTimer()
  /// Shots decoded so far.
  private(set) var shots = 0
  private let decoder: LoadedDecoder
  private var progress = ProgressBar()

  init(_ decoder: LoadedDecoder) {
    self.decoder = decoder
  }

  /// Decodes the batch that the input holds.
  ///
  /// Returns what to tell the user of a shot that cannot be decoded; `predictions` then holds those of the
  /// shots before it.
  mutating func decode(_ input: borrowing ShotInput, into predictions: inout ShotBatch) -> CommandFailure? {
    defer {
      shots += predictions.count
      progress.update(shots: shots, offset: input.offset, size: input.size)
    }
    do throws(DecoderError) {
      try timer.measure { [decoder] () throws(DecoderError) in
        try decoder.decode(input.detectors, into: &predictions)
      }
      return nil
    } catch {
      guard let shot = error.shot else { return CommandFailure(error.description) }
      return CommandFailure("\(input.name): shot \(input.firstShot + shot): \(error)")
    }
  }

  /// Clears the progress bar away. Call it before anything else is printed.
  mutating func end() {
    progress.clear()
  }
}
