import Synchronization

/// Rows of bits that are read from a file in their order.
///
/// A class, as sources of shots hold whichever kind of file they were given. One thread at a time may read it.
protocol RowFile: AnyObject, Sendable {
  /// What messages call the file.
  var name: String { get }
  /// Rows read so far.
  var rows: Int { get }

  /// Fills the batch with the rows that come next: fewer than it has room for only at the end.
  func read(into batch: inout ShotBatch) throws
}

/// A file in one of Stim's formats.
final class ShotFileRows: RowFile, @unchecked Sendable {
  private var reader: ShotReader
  init(_ reader: consuming ShotReader) { self.reader = reader }

  var name: String { reader.name }
  var rows: Int { reader.shots }

  func read(into batch: inout ShotBatch) throws {
    try reader.read(into: &batch)
  }
}

/// Recorded shots with their true observables, in two files that are read in step, or in one.
public final class RecordedShots: ShotSource {
  public let detectors: Int
  public let observables: Int
  private let state: Mutex<State>

  private struct State {
    let shots: any RowFile
    /// Nil where observables follow a shot's detectors.
    let truth: (any RowFile)?
    /// Detectors, and observables if they are appended; of no size before the first block.
    var joined: ShotBatch
    var left: Int
    var next = 0
  }

  /// Shots in one of Stim's formats. truth: their observables, nil where they are appended to the shots.
  /// limit: shots to take at most.
  public convenience init(
    shots: consuming ByteSource, format: ShotFormat, truth: consuming ByteSource?, truthFormat: ShotFormat,
    detectors: Int, observables: Int, limit: Int = .max
  ) {
    let layout = ShotLayout(observables: observables)
    var truthFile: ShotFileRows?
    if let truth, observables > 0 {  // without any, a shot may leave no trace in their file
      truthFile = ShotFileRows(ShotReader(truth, format: truthFormat, layout: layout))
    }
    let joined = ShotLayout(detectors: detectors, observables: truthFile == nil ? observables : 0)
    self.init(
      shots: ShotFileRows(ShotReader(shots, format: format, layout: joined)), truth: truthFile,
      detectors: detectors, observables: observables, limit: limit)
  }

  init(
    shots: any RowFile, truth: (any RowFile)?, detectors: Int, observables: Int, limit: Int
  ) {
    self.detectors = detectors
    self.observables = observables
    let layout = ShotLayout(detectors: detectors, observables: truth == nil ? observables : 0)
    state = Mutex(
      State(
        shots: shots, truth: truth, joined: ShotBatch(layout: layout, capacity: 0),
        left: limit))
  }

  public func take(into block: inout ShotBlock) throws -> Bool {
    try state.withLock { state in
      guard state.left > 0 else { return false }
      if state.joined.capacity == 0 {
        state.joined = ShotBatch(layout: state.joined.layout, capacity: ShotBlock.capacity)
      }
      try state.shots.read(into: &state.joined)
      if let truth = state.truth {
        try truth.read(into: &block.observables)
        try Self.checkStep(state.shots, state.joined.count, truth, block.observables.count)
      }
      guard state.joined.count > 0 else { return false }
      let shots = min(state.left, state.joined.count)
      state.left -= shots
      if shots < state.joined.count {
        state.joined.cut(to: shots)
        if state.truth != nil { block.observables.cut(to: shots) }
      }
      block.detectors.copyBits(of: state.joined, from: 0)
      if state.truth == nil { block.observables.copyBits(of: state.joined, from: detectors) }
      block.number = state.next
      state.next += 1
      return true
    }
  }

  /// Both files are read in blocks of one size, so that they match until one of them ends.
  private static func checkStep(
    _ shots: any RowFile, _ count: Int, _ truth: any RowFile, _ truthCount: Int
  ) throws {
    guard count != truthCount else { return }
    let (long, short) = count > truthCount ? (shots, truth) : (truth, shots)
    throw ShotFileError(
      file: short.name, problem: "ends after \(short.rows) shots, but \(long.name) has more",
      remedy: "Check that the files belong together, and their formats.")
  }
}

extension ShotBatch {
  /// Forgets all shots but the first ones.
  mutating func cut(to count: Int) {
    let kept = Array(rows.prefix(count * layout.rowBytes))
    refill { room, filled in
      filled = count
      for (index, byte) in kept.enumerated() { room[index] = byte }
    }
  }
}
