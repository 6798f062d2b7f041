extension ByteSource {
  /// Takes all bytes that are left.
  ///
  /// limit: the most bytes that can be meant. Throws when there are more, so that a path such as /dev/zero
  /// does not fill the memory, and for errors of the system.
  public mutating func readAll(limit: Int = 1 << 32) throws(ShotFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(size ?? 0, limit))
    while true {
      let count = try require(1)
      guard count > 0 else { return bytes }
      guard bytes.count + count <= limit else { throw tooLong(limit) }
      bytes.append(contentsOf: UnsafeBufferPointer(start: unread, count: count))
      skip(count)
    }
  }

  /// That there is more than is read.
  func tooLong(_ limit: Int) -> ShotFileError {
    ShotFileError(
      file: name, problem: "holds more than \(limit) bytes", remedy: "Check that it is the file you mean.")
  }
}
