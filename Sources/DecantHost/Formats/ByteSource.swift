import Glibc

/// Bytes that come from a file, a pipe or memory, through a buffer.
///
/// Readers take single bytes with ``next()``, or look at a stretch of them at once with ``require(_:)``. The
/// buffer grows only when a longer stretch is asked for, so memory does not depend on the length of the file.
public struct ByteSource: ~Copyable {
  /// What messages call it: the path, or "standard input".
  public let name: String
  /// Bytes in the file when it was opened, where that is known: of regular files and memory.
  public let size: Int?

  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private var block: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// What was read and not yet taken: block[start..<end].
  private var start = 0
  private var end = 0
  /// The offset in the file of block[0].
  private var blockOffset = 0
  private var reachedEnd = false

  private static var blockSize: Int { 1 << 18 }

  /// Opens a file or a named pipe.
  public init(path: String) throws(ShotFileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ShotFileError(
        file: path, problem: "cannot be opened: \(systemMessage(errno))",
        remedy: "Check the path and that you may read it.")
    }
    self.init(descriptor: descriptor, owned: true, name: path)
  }

  /// Standard input.
  public static func standardInput() -> ByteSource {
    ByteSource(descriptor: 0, owned: false, name: "standard input")
  }

  /// Bytes in memory.
  ///
  /// name: what messages call them.
  public init(bytes: [UInt8], name: String) {
    self.name = name
    size = bytes.count
    descriptor = -1
    ownsDescriptor = false
    capacity = max(bytes.count, 1)
    block = .allocate(capacity: capacity)
    bytes.withUnsafeBufferPointer {
      if let base = $0.baseAddress { block.update(from: base, count: $0.count) }
    }
    end = bytes.count
    reachedEnd = true
  }

  private init(descriptor: Int32, owned: Bool, name: String) {
    self.name = name
    self.descriptor = descriptor
    ownsDescriptor = owned
    var status = stat()
    let regular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    size = regular ? Int(status.st_size) : nil
    capacity = ByteSource.blockSize
    block = .allocate(capacity: capacity)
  }

  deinit {
    block.deallocate()
    if ownsDescriptor { close(descriptor) }
  }

  /// The offset in the file of the byte that comes next.
  public var offset: Int { blockOffset + start }

  /// The bytes that ``require(_:)`` made available. Valid until the next call that changes the source.
  var unread: UnsafePointer<UInt8> { UnsafePointer(block + start) }

  /// Takes one byte, or gives -1 at the end.
  @inline(__always)
  mutating func next() throws(ShotFileError) -> Int {
    if start == end {
      guard try require(1) > 0 else { return -1 }
    }
    let byte = block[start]
    start &+= 1
    return Int(byte)
  }

  /// Makes at least this many bytes available at ``unread``, or, at the end, what there is.
  ///
  /// Returns how many are available: fewer than wanted only at the end.
  @inline(__always)
  mutating func require(_ wanted: Int) throws(ShotFileError) -> Int {
    if end - start < wanted { try readAhead(wanted) }
    return end - start
  }

  /// Takes bytes that ``require(_:)`` made available.
  mutating func skip(_ count: Int) {
    precondition(count <= end - start)
    start += count
  }

  private mutating func readAhead(_ wanted: Int) throws(ShotFileError) {
    guard !reachedEnd else { return }
    if capacity - start < wanted { makeRoom(wanted) }
    while end - start < wanted && !reachedEnd {
      let count = read(descriptor, block + end, capacity - end)
      if count > 0 {
        end += count
      } else if count == 0 {
        reachedEnd = true
      } else if errno != EINTR {
        throw ShotFileError(
          file: name, problem: "cannot be read: \(systemMessage(errno))",
          remedy: "Check that it is a file or a pipe.")
      }
    }
  }

  /// Moves the unread bytes to the front of a block that holds as many as are wanted.
  private mutating func makeRoom(_ wanted: Int) {
    let unreadCount = end - start
    if wanted > capacity {
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: max(wanted, 2 * capacity))
      larger.update(from: block + start, count: unreadCount)
      block.deallocate()
      block = larger
      capacity = max(wanted, 2 * capacity)
    } else {
      memmove(block, block + start, unreadCount)
    }
    blockOffset += start
    start = 0
    end = unreadCount
  }
}

/// The system's words for an error number, without a final stop.
func systemMessage(_ number: Int32) -> String {
  String(cString: strerror(number))
}
