import DecantHost
import Foundation
import Testing

/// Files and pipes: bytes that come in pieces, and bytes that do not fit a buffer.
@Suite struct FormatsStreamTests {
  /// Lines longer than any buffer, so that the source must grow its own.
  @Test(arguments: ShotFormat.allCases)
  func wideShotsThroughFile(format: ShotFormat) throws {
    let layout = ShotLayout(detectors: 300_001)
    let rows = makeRows(64, bits: layout.bits) { ($0 + $1) % 1001 == 0 }
    let path = FileManager.default.temporaryDirectory.appending(path: "shots-\(UUID()).\(format.rawValue)")
      .path
    defer { unlink(path) }
    var writer = ShotWriter(try ByteSink(path: path), format: format, layout: layout)
    try writer.write(ShotBatch(layout: layout, rows: rows, count: 64))
    try writer.finish()

    var reader = ShotReader(try ByteSource(path: path), format: format, layout: layout)
    let size = reader.size
    #expect(size != nil)
    var batch = ShotBatch(layout: layout, capacity: 100)
    try reader.read(into: &batch)
    #expect(batch.count == 64)
    #expect(Array(batch.rows) == rows)
    try reader.read(into: &batch)
    #expect(batch.count == 0)
    let offset = reader.offset
    #expect(offset == size)
  }

  /// A pipe gives what there is, seldom a whole shot, and does not know its size.
  @Test(arguments: ShotFormat.allCases)
  func throughNamedPipe(format: ShotFormat) throws {
    let layout = ShotLayout(detectors: 13)
    let rows = makeRows(64, bits: 13, goldenBit)
    let file = try writeShots(rows, count: 64, format, layout)
    let path = FileManager.default.temporaryDirectory.appending(path: "pipe-\(UUID())").path
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let feeder = Thread {
      guard let handle = FileHandle(forWritingAtPath: path) else { return }
      for byte in file { handle.write(Data([byte])) }
      try? handle.close()
    }
    feeder.start()
    var reader = ShotReader(try ByteSource(path: path), format: format, layout: layout)
    let size = reader.size
    #expect(size == nil)
    var batch = ShotBatch(layout: layout, capacity: 64)
    try reader.read(into: &batch)
    #expect(Array(batch.rows) == rows)
  }

  @Test func fileThatIsNotThere() {
    var sentence = ""
    do throws(ShotFileError) { _ = try ByteSource(path: "/none/shots.b8") } catch {
      sentence = error.description
    }
    #expect(
      sentence == "/none/shots.b8: cannot be opened: No such file or directory. "
        + "Check the path and that you may read it.")
  }

  @Test func diskThatIsFull() throws {
    guard access("/dev/full", W_OK) == 0 else { return }
    var sentence = ""
    var sink = try ByteSink(path: "/dev/full")
    do throws(ShotFileError) {
      try sink.write("shot\n")
      try sink.finish()
    } catch { sentence = error.description }
    #expect(
      sentence == "/dev/full: cannot be written: No space left on device. "
        + "Make room or choose another place, and run again: what was written is not complete.")
  }

  @Test func wholeFiles() throws {
    var source = ByteSource(bytes: [1, 2, 3], name: "three")
    #expect(try source.readAll() == [1, 2, 3])
    var long = ByteSource(bytes: [1, 2, 3], name: "three")
    #expect(throws: ShotFileError.self) { try long.readAll(limit: 2) }
  }
}
