import Synchronization

/// A file of shots that several threads take batches of. Which of them gets which is chance: sums do not depend on it.
final class SharedShots: Sendable {
  private let state: Mutex<State>
  private let layout: ShotLayout
  private let capacity: Int
  private let progress: @Sendable (_ shots: Int, _ offset: Int) -> Void

  private struct State {
    let file: Opened
    var failure: ShotFileError?
  }

  /// Read under the lock alone.
  private final class Opened: @unchecked Sendable {
    var reader: ShotReader
    init(_ reader: consuming ShotReader) { self.reader = reader }
  }

  init(_ reader: consuming ShotReader, progress: @escaping @Sendable (_ shots: Int, _ offset: Int) -> Void) {
    let layout = reader.layout
    self.layout = layout
    // A block of the counter's, or several of short shots.
    let fitting = (1 << 20) / max(1, layout.rowBytes)
    capacity = max(1, min(8, fitting / ProductCounter.blockSize)) * ProductCounter.blockSize
    self.progress = progress
    state = Mutex(State(file: Opened(reader), failure: nil))
  }

  /// What the file could not be read for.
  var failure: ShotFileError? { state.withLock { $0.failure } }

  func batch() -> ShotBatch { ShotBatch(layout: layout, capacity: capacity) }

  /// Takes the next shots; false if there are none.
  func read(into batch: inout ShotBatch) -> Bool {
    state.withLock { state in
      guard state.failure == nil else { return false }
      do throws(ShotFileError) {
        try state.file.reader.read(into: &batch)
      } catch {
        state.failure = error
        return false
      }
      progress(state.file.reader.shots, state.file.reader.offset)
      return batch.count > 0
    }
  }
}

/// What threads found, handed in as they end.
final class SharedParts: Sendable {
  private let parts = Mutex<[Part]>([])

  struct Part: Sendable {
    let statistics: SyndromeStatistics
    let windows: WindowCounts?
  }

  func add(_ statistics: SyndromeStatistics, _ windows: WindowCounts?) {
    let part = Part(statistics: statistics, windows: windows)
    parts.withLock { $0.append(part) }
  }

  var all: [Part] { parts.withLock { $0 } }
}
