/// The windows that a noise network looks through: a check and its eight neighbours in two consecutive rounds, none of
/// which is on a boundary of the patch or among the first and the last rounds.
///
/// Such windows look alike wherever they are and however large the code is, but for the type of the check in the middle. So
/// all that is kept of shots is how often each pattern is seen: of the same size for any number of shots, and additive.
public struct BulkWindows: Sendable {
  /// Detectors of a window.
  static let bits = 18

  /// Detectors of a shot.
  let detectorCount: Int
  /// Rounds whose detectors are those of the bulk.
  let rounds: Int
  /// Checks in a row and in a column that are not on a boundary.
  let size: Int
  /// For each detector, where it stands among those of the bulk, or -1.
  fileprivate let places: [Int32]

  /// - Parameter source: how errors name the experiment.
  /// - Throws: `NoiseLearningError` where there are no such windows.
  init(_ memory: SurfaceCodeMemory, source: String) throws(NoiseLearningError) {
    let distance = memory.lattice.distance
    guard distance >= 5, memory.rounds >= 4 else {
      throw NoiseLearningError(
        source: source,
        problem:
          "distance \(distance) and \(memory.rounds) rounds have no bulk, which a noise network looks at; "
          + "it takes distance 5 and 4 rounds at least. Take another --estimator")
    }
    guard memory.lattice.orientation == .xv else {
      throw NoiseLearningError(
        source: source,
        problem:
          "the orientation is \(memory.lattice.orientation.number), but noise networks are trained for O1. "
          + "Take another --estimator")
    }
    detectorCount = memory.detectorCount
    rounds = memory.rounds - 2
    size = distance - 1
    let checks = memory.lattice.xChecks + memory.lattice.zChecks
    var places = [Int32](repeating: -1, count: detectorCount)
    let limits = 2..<2 * distance
    for round in 0..<rounds {
      for (index, check) in checks.enumerated() where limits ~= check.row && limits ~= check.column {
        let place = (round * size + check.row / 2 - 1) * size + check.column / 2 - 1
        places[memory.lattice.checkCount + round * checks.count + index] = Int32(place)
      }
    }
    self.places = places
  }
}

/// How often each pattern was seen in windows around X-checks, and around Z-checks.
///
/// Bit 9 t + 3 r + c of a pattern is the check that stands r rows and c columns behind the window's first one, t rounds
/// later.
public struct WindowCounts: Equatable, Sendable {
  /// Of X, then of Z.
  var counts = [[UInt64]](repeating: [UInt64](repeating: 0, count: 1 << BulkWindows.bits), count: 2)

  mutating func merge(_ other: WindowCounts) {
    for kind in counts.indices {
      for pattern in counts[kind].indices { counts[kind][pattern] += other.counts[kind][pattern] }
    }
  }
}

/// Counts patterns of windows, on one thread at a time.
public final class WindowCounter {
  let windows: BulkWindows
  public private(set) var seen = WindowCounts()
  private var board: [UInt32]

  public init(_ windows: BulkWindows) {
    self.windows = windows
    board = Array(repeating: 0, count: windows.rounds * windows.size * windows.size)
  }

  public func count(_ batch: ShotBatch) {
    precondition(batch.layout.bits >= windows.detectorCount, "a shot lacks detectors")
    let rowBytes = batch.layout.rowBytes
    let usedBytes = (windows.detectorCount + 7) / 8
    batch.withRows { rows in
      for shot in 0..<batch.count {
        let row = UnsafeBufferPointer(rebasing: rows[(shot * rowBytes)..<(shot * rowBytes + usedBytes)])
        count(row)
      }
    }
  }

  private func count(_ row: UnsafeBufferPointer<UInt8>) {
    let (rounds, size) = (windows.rounds, windows.size)
    let area = size * size
    board.withUnsafeMutableBufferPointer { board in
      board.update(repeating: 0)
      windows.places.withUnsafeBufferPointer { places in
        for (index, byte) in row.enumerated() {
          var left = byte
          while left != 0 {
            let detector = 8 * index + left.trailingZeroBitCount
            left &= left - 1
            guard detector < places.count, places[detector] >= 0 else { continue }
            board[Int(places[detector])] = 1
          }
        }
      }
      // Three columns, then three rows, in place: what is read stands behind what is written.
      for place in 0..<max(0, board.count - 2) {
        board[place] |= board[place + 1] << 1 | board[place + 2] << 2
      }
      for place in 0..<max(0, board.count - 2 * size) {
        board[place] |= board[place + size] << 3 | board[place + 2 * size] << 6
      }
      for round in 0..<(rounds - 1) {
        for r in 0..<(size - 2) {
          for c in 0..<(size - 2) {
            let place = round * area + r * size + c
            // The middle of the first window is an X-check.
            seen.counts[(r + c) & 1][Int(board[place] | board[place + area] << 9)] += 1
          }
        }
      }
    }
  }

  func add(_ other: WindowCounts) { seen.merge(other) }
}
