import DecantHost

/// Shots to decode, a batch at a time, with the observables split off that may be appended to them.
struct ShotInput: ~Copyable {
  /// The batch that was read last, detectors alone.
  private(set) var detectors: ShotBatch
  /// Its appended observables.
  private(set) var observables: ShotBatch?
  /// The number of the batch's first shot.
  private(set) var firstShot = 0

  private var reader: ShotReader
  /// Detectors and observables together, where observables are appended.
  private var joined: ShotBatch?

  /// appendedObservables: how many there are; nil if none are appended.
  init(
    _ source: consuming ByteSource, format: ShotFormat, detectors: Int, appendedObservables: Int?
  ) {
    let layout = ShotLayout(detectors: detectors, observables: appendedObservables ?? 0)
    let capacity = ShotInput.batchCapacity(layout)
    self.detectors = ShotBatch(layout: ShotLayout(detectors: detectors), capacity: capacity)
    if let appendedObservables {
      observables = ShotBatch(layout: ShotLayout(observables: appendedObservables), capacity: capacity)
      joined = ShotBatch(layout: layout, capacity: capacity)
    }
    reader = ShotReader(source, format: format, layout: layout)
  }

  /// What messages call the file.
  var name: String { reader.name }
  /// Bytes in the file, where that is known, and how many of them were read.
  var size: Int? { reader.size }
  var offset: Int { reader.offset }
  /// Shots that a batch has room for.
  var capacity: Int { detectors.capacity }

  /// Reads the next batch. Returns false if there are no more shots.
  mutating func next() throws(ShotFileError) -> Bool {
    firstShot = reader.shots
    if joined == nil {
      try reader.read(into: &detectors)
    } else if var batch = joined.take() {
      defer { joined = batch }
      try reader.read(into: &batch)
      detectors.copyBits(of: batch, from: 0)
      observables?.copyBits(of: batch, from: detectors.layout.bits)
    }
    return detectors.count > 0
  }

  /// So many shots that a batch is worth a call, and so few that it stays in the cache and progress shows.
  private static func batchCapacity(_ layout: ShotLayout) -> Int {
    let fitting = (1 << 18) / max(1, layout.rowBytes)
    return min(max(fitting, 64), 4096) & ~63
  }
}
