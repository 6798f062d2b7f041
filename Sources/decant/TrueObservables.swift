import DecantHost

/// The true observables of shots, in a file of their own that is read in step with the shots.
struct TrueObservables: ~Copyable {
  /// The observables of the shots that were read last.
  private(set) var batch: ShotBatch
  private var reader: ShotReader
  /// Without observables a shot leaves nothing in some formats, so that there is nothing to read.
  private let isSilent: Bool
  /// Whether observables were read that belong to no shot.
  private var hasSurplus = false

  /// capacity: that of the batches of shots.
  init(_ source: consuming ByteSource, format: ShotFormat, observables: Int, capacity: Int) {
    let layout = ShotLayout(observables: observables)
    batch = ShotBatch(layout: layout, capacity: capacity)
    reader = ShotReader(source, format: format, layout: layout)
    isSilent = !format.countsShots(of: layout)
  }

  /// Reads the observables of a batch of shots.
  ///
  /// Both files are read in batches of one size, so that batches match until one of the files ends.
  mutating func next(for shots: borrowing ShotInput) throws {
    guard !isSilent else { return }
    try reader.read(into: &batch)
    hasSurplus = batch.count > shots.detectors.count
    guard batch.count < shots.detectors.count else { return }
    // A malformed shot also ends a batch; if there is one, reading on tells what is wrong with it.
    try reader.read(into: &batch)
    throw CommandFailure(
      "\(reader.name): the file ends after the observables of \(shotCount(reader.shots)), but "
        + "\(shots.name) has more. Check that the files belong together, and --obs_in_format.")
  }

  /// Makes sure that the observables end where the shots do. decoded: how many shots there were.
  mutating func expectEnd(after decoded: Int, of shots: borrowing ShotInput) throws {
    guard !isSilent else { return }
    if !hasSurplus {
      try reader.read(into: &batch)
      hasSurplus = batch.count > 0
    }
    guard hasSurplus else { return }
    throw CommandFailure(
      "\(reader.name): holds more than the observables of \(shotCount(decoded)), but \(shots.name) has "
        + "no more. Check that the files belong together, and --in_format.")
  }
}
