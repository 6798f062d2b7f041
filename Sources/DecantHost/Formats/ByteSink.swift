import Glibc

/// Bytes on their way to a file, a pipe or memory, through a buffer.
///
/// What is still in the buffer when a sink goes away is lost: end with ``finish()``, which also tells of
/// errors that the system reports only when a file is closed.
public struct ByteSink: ~Copyable {
  /// What messages call it: the path, or "standard output".
  public let name: String

  private var descriptor: Int32
  private let ownsDescriptor: Bool
  private var block: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var count = 0
  /// Where bytes go when there is no descriptor.
  private var memory: [UInt8] = []

  private static var blockSize: Int { 1 << 18 }

  /// Creates a file, or empties it, or opens a named pipe.
  public init(path: String) throws(ShotFileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw ShotFileError(
        file: path, problem: "cannot be written: \(systemMessage(errno))",
        remedy: "Check the path and that you may write there.")
    }
    self.init(descriptor: descriptor, owned: true, name: path)
  }

  /// Standard output.
  public static func standardOutput() -> ByteSink {
    ByteSink(descriptor: 1, owned: false, name: "standard output")
  }

  /// Memory; ``takeBytes()`` gives what was written.
  ///
  /// name: what messages call it.
  public init(inMemory name: String) {
    self.init(descriptor: -1, owned: false, name: name)
  }

  private init(descriptor: Int32, owned: Bool, name: String) {
    self.name = name
    self.descriptor = descriptor
    ownsDescriptor = owned
    capacity = ByteSink.blockSize
    block = .allocate(capacity: capacity)
  }

  deinit {
    block.deallocate()
    if ownsDescriptor && descriptor >= 0 { close(descriptor) }
  }

  /// A place for this many bytes, which the caller fills and then hands over with ``advance(_:)``.
  @inline(__always)
  mutating func room(_ wanted: Int) throws(ShotFileError) -> UnsafeMutablePointer<UInt8> {
    if capacity - count < wanted { try makeRoom(wanted) }
    return block + count
  }

  /// Hands over bytes written at ``room(_:)``.
  @inline(__always)
  mutating func advance(_ written: Int) {
    count += written
  }

  @inline(__always)
  mutating func append(_ byte: UInt8) throws(ShotFileError) {
    try room(1).pointee = byte
    advance(1)
  }

  mutating func append(_ bytes: UnsafePointer<UInt8>, count length: Int) throws(ShotFileError) {
    try room(length).update(from: bytes, count: length)
    advance(length)
  }

  /// Writes text.
  public mutating func write(_ text: String) throws(ShotFileError) {
    try write(Array(text.utf8))
  }

  /// Writes bytes.
  public mutating func write(_ bytes: [UInt8]) throws(ShotFileError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(ShotFileError) in
      if let base = bytes.baseAddress { try append(base, count: bytes.count) }
    }
  }

  /// Writes out what is buffered.
  public mutating func flush() throws(ShotFileError) {
    guard descriptor >= 0 else {
      memory.append(contentsOf: UnsafeBufferPointer(start: block, count: count))
      count = 0
      return
    }
    var written = 0
    while written < count {
      let step = Glibc.write(descriptor, block + written, count - written)
      if step >= 0 {
        written += step
      } else if errno != EINTR {
        throw failure(errno)
      }
    }
    count = 0
  }

  /// Writes out what is buffered, and closes the file.
  public mutating func finish() throws(ShotFileError) {
    try flush()
    guard ownsDescriptor && descriptor >= 0 else { return }
    let closing = descriptor
    descriptor = -1
    guard close(closing) == 0 || errno == EINTR else { throw failure(errno) }
  }

  /// What was written to memory since the last call.
  public mutating func takeBytes() throws(ShotFileError) -> [UInt8] {
    try flush()
    defer { memory = [] }
    return memory
  }

  private mutating func makeRoom(_ wanted: Int) throws(ShotFileError) {
    try flush()
    guard wanted > capacity else { return }
    block.deallocate()
    block = .allocate(capacity: wanted)
    capacity = wanted
  }

  private func failure(_ number: Int32) -> ShotFileError {
    ShotFileError(
      file: name, problem: "cannot be written: \(systemMessage(number))",
      remedy: "Make room or choose another place, and run again: what was written is not complete.")
  }
}
