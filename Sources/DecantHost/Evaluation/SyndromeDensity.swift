/// Which of an experiment's detectors belong to the checks of the memory's basis, the last group left out,
/// which compares with the data qubits: those on which densities of published systems are counted.
public enum MemoryDetectors {
  /// For the surface code with the published schedule: h in each of `rounds` rounds, h = (distance² - 1) / 2.
  public static func indices(distance: Int, rounds: Int, basis: PauliBasis) -> [Int] {
    let checks = (distance * distance - 1) / 2
    return (0..<rounds).flatMap { round -> Range<Int> in
      let start = round == 0 ? 0 : checks * (2 * round - 1) + (basis == .x ? 0 : checks)
      return start..<start + checks
    }
  }
}

/// Counts detection events, of all detectors or of some.
public struct EventCounter: Sendable {
  /// Detectors that are counted.
  public let detectors: Int
  private let mask: [UInt8]

  /// indices: of detectors below `layout.detectors`, each once; nil for all.
  public init(_ layout: ShotLayout, only indices: [Int]? = nil) {
    var mask = [UInt8](repeating: indices == nil ? 0xFF : 0, count: layout.rowBytes)
    for index in indices ?? [] { mask[index >> 3] |= 1 << UInt8(index & 7) }
    self.mask = mask
    detectors = indices?.count ?? layout.detectors
  }

  /// Events in all shots of a batch.
  public func count(_ batch: ShotBatch) -> Int {
    let rowBytes = batch.layout.rowBytes
    return mask.withUnsafeBytes { mask in
      batch.withRows { rows in
        let rows = UnsafeRawBufferPointer(rows)
        var events = 0
        for row in stride(from: 0, to: rows.count, by: max(1, rowBytes)) {
          var byte = 0
          while byte + 8 <= rowBytes {
            events +=
              (rows.loadUnaligned(fromByteOffset: row + byte, as: UInt64.self)
              & mask.loadUnaligned(fromByteOffset: byte, as: UInt64.self)).nonzeroBitCount
            byte += 8
          }
          while byte < rowBytes {
            events += (rows[row + byte] & mask[byte]).nonzeroBitCount
            byte += 1
          }
        }
        return events
      }
    }
  }
}
