import DecantHost
import Testing

/// What is written is read back, whatever the width, the density and the size of batches.
@Suite struct FormatsRoundTripTests {
  @Test(arguments: ShotFormat.allCases, [0, 1, 7, 8, 9, 63, 64, 65, 130])
  func roundTrip(format: ShotFormat, width: Int) throws {
    for (count, spacing) in [(0, 1), (64, 1), (192, 2), (128, 5), (64, 97), (64, 1 << 40)] {
      let rows = makeRows(count, bits: width) { (31 * $0 + 17 * $1 + $0 * $1) % spacing == 0 }
      for observables in [0, width / 3, width] {
        let layout = ShotLayout(detectors: width - observables, observables: observables)
        let file = try writeShots(rows, count: count, format, layout)
        for batchSize in [1, 63, 64, 1000] {
          let read = try readShots(file, format, layout, batchSize: batchSize)
          #expect(read.rows == rows)
          #expect(read.count == (format.countsShots(of: layout) ? count : 0))
        }
      }
    }
  }

  @Test(arguments: ShotFormat.allCases)
  func paddingIsNotWritten(format: ShotFormat) throws {
    let layout = ShotLayout(detectors: 3)
    let stray = [UInt8](repeating: 0xFA, count: 64)
    let clean = [UInt8](repeating: 0x02, count: 64)
    #expect(
      try writeShots(stray, count: 64, format, layout) == writeShots(clean, count: 64, format, layout))
  }

  @Test func ptb64WantsWholeGroups() throws {
    var writer = ShotWriter(
      ByteSink(inMemory: "output"), format: .ptb64, layout: ShotLayout(detectors: 2))
    try writer.write(ShotBatch(layout: writer.layout, rows: [UInt8](repeating: 1, count: 70), count: 70))
    var sentence = ""
    do throws(ShotFileError) { try writer.finish() } catch { sentence = error.description }
    #expect(
      sentence
        == "output: ptb64 holds shots in groups of 64, and the last 6 do not fill a group, so they are "
        + "missing. Write another format, or a multiple of 64 shots.")
    #expect(try writer.sink.takeBytes().count == 16)
  }

  /// Widths around whole bytes, split at every bit.
  @Test func splittingOffObservables() throws {
    for width in [1, 8, 9, 16, 23, 64] {
      let whole = ShotBatch(
        layout: ShotLayout(detectors: width), rows: makeRows(3, bits: width, goldenBit), count: 3)
      for first in 0...width {
        for bits in 0...(width - first) {
          var part = ShotBatch(layout: ShotLayout(observables: bits), capacity: 3)
          part.copyBits(of: whole, from: first)
          #expect(
            Array(part.rows) == makeRows(3, bits: bits) { goldenBit(shot: $0, position: first + $1) })
        }
      }
    }
  }

  @Test func countingDifferences() {
    let layout = ShotLayout(observables: 10)
    let some = ShotBatch(layout: layout, rows: [1, 2, 0, 0, 5, 1], count: 3)
    let others = ShotBatch(layout: layout, rows: [1, 2, 0, 1, 4, 1, 9, 9], count: 4)
    #expect(some.countDifferences(from: others) == 2)
    #expect(some.countDifferences(from: some) == 0)
  }
}
