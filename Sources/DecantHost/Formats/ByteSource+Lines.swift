/// Whole lines in pieces: text that is read line by line need not be in memory as a whole.
extension ByteSource {
  /// Takes the lines that come next: as many as fit in a piece, and at least one.
  ///
  /// piece: bytes, as many as caches hold.
  /// limit: the most bytes that can be meant in all. Throws when there are more, and for errors of the system.
  /// Returns none at the end. All lines are whole, but the file's last may lack its end.
  mutating func takeLines(piece: Int, limit: Int = 1 << 32) throws(ShotFileError) -> [UInt8] {
    var count = min(try require(1), piece)
    var searched = 0
    while true {
      let new = UnsafeBufferPointer(start: unread + searched, count: count - searched)
      if let feed = new.lastIndex(of: UInt8(ascii: "\n")) {
        count = searched + feed + 1
        break
      }
      searched = count
      count = try require(searched + 1)
      if count == searched { break }
      guard offset + count <= limit else { throw tooLong(limit) }
    }
    guard offset + count <= limit else { throw tooLong(limit) }
    let lines = Array(UnsafeBufferPointer(start: unread, count: count))
    skip(count)
    return lines
  }
}
