import Glibc

/// A binary file of CUDA-Q QEC's test data: a few 32-bit counts, then arrays whose size follows from them. All
/// of it is little-endian.
///
/// The size is held against the counts before anything is allocated for them: a header is easily damaged.
struct CudaqFile: ~Copyable {
  /// The file's name in its directory.
  let name: String
  let header: [Int]
  private var source: ByteSource

  /// counts: what the header's words count. body: the bytes that follow, from the header; nil for too many.
  init(
    directory: String, _ name: String, counts: [String], body: ([Int]) -> Int?
  ) throws(DataSetError) {
    func failure(_ problem: String) -> DataSetError {
      DataSetError(source: directory, problems: ["\(name): \(problem)"])
    }
    var source = try Self.open(directory, name)
    guard let size = source.size else { throw failure("is not an ordinary file") }
    let headerSize = 4 * counts.count
    guard size >= headerSize else {
      throw failure(
        "ends after \(size) of the \(headerSize) bytes of its header (\(counts.joined(separator: ", ")))")
    }
    let header: [Int]
    do throws(ShotFileError) {
      header = try source.integers(counts.count).map { Int(UInt32(bitPattern: $0)) }
    } catch {
      throw failure(error.problem)
    }
    let told = zip(counts, header).map { "\($0) \($1)" }.joined(separator: ", ")
    guard let bodySize = body(header) else { throw failure("its header is absurd: \(told)") }
    guard size == headerSize + bodySize else {
      throw failure(
        "has \(size) bytes, but its header (\(told)) makes \(headerSize + bodySize); "
          + (size < headerSize + bodySize ? "it is cut short" : "something follows the data"))
    }
    self.name = name
    self.header = header
    self.source = source
  }

  private static func open(_ directory: String, _ name: String) throws(DataSetError) -> ByteSource {
    do throws(ShotFileError) {
      return try ByteSource(path: "\(directory)/\(name)")
    } catch {
      throw DataSetError(source: directory, problems: ["\(name): \(error.problem)"])
    }
  }

  /// How many rows and bits a row a file of bits holds. bytesPerBit: 4 or 1.
  init(directory: String, bits name: String, bytesPerBit: Int) throws(DataSetError) {
    try self.init(directory: directory, name, counts: ["shots", "bits"]) { header in
      let (bits, overflow) = header[0].multipliedReportingOverflow(by: header[1] * bytesPerBit)
      return overflow || bits > 1 << 60 ? nil : bits
    }
  }

  /// The next numbers.
  mutating func integers(_ count: Int) throws(ShotFileError) -> [Int32] { try source.integers(count) }

  mutating func doubles(_ count: Int) throws(ShotFileError) -> [Double] {
    let words = try source.integers(2 * count)
    return (0..<count).map { index in
      let low = UInt64(UInt32(bitPattern: words[2 * index]))
      return Double(bitPattern: UInt64(UInt32(bitPattern: words[2 * index + 1])) << 32 | low)
    }
  }

  /// Reads the next row of numbers that are 0 or 1, and sets its bits in `row`. Gives the place of a number that
  /// is neither.
  mutating func readBits(
    _ count: Int, bytesPerBit: Int, into row: UnsafeMutablePointer<UInt8>
  ) throws(ShotFileError) -> (bit: Int, value: Int)? {
    let bytes = count * bytesPerBit
    guard try source.require(bytes) >= bytes else { throw source.shrank }
    let unread = UnsafeRawPointer(source.unread)
    for bit in 0..<count {
      let value =
        bytesPerBit == 1
        ? Int(unread.load(fromByteOffset: bit, as: UInt8.self))
        : Int(Int32(littleEndian: unread.loadUnaligned(fromByteOffset: 4 * bit, as: Int32.self)))
      guard value & ~1 == 0 else { return (bit, value) }
      row[bit >> 3] |= UInt8(value) << UInt8(bit & 7)
    }
    source.skip(bytes)
    return nil
  }
}

extension ByteSource {
  fileprivate mutating func integers(_ count: Int) throws(ShotFileError) -> [Int32] {
    guard try require(4 * count) >= 4 * count else { throw shrank }
    let raw = UnsafeRawPointer(unread)
    let numbers = (0..<count).map {
      Int32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self))
    }
    skip(4 * count)
    return numbers
  }

  fileprivate var shrank: ShotFileError {
    ShotFileError(
      file: name, problem: "became shorter while it was read", remedy: "Run again when nobody writes to it.")
  }
}

/// The rows of a file of bits.
final class CudaqRows: RowFile, @unchecked Sendable {
  let name: String
  private(set) var rows = 0
  let count: Int
  let bits: Int
  private let bytesPerBit: Int
  private var file: CudaqFile

  /// name: of the file in its directory. bytesPerBit: 4 for int32, 1 for uint8.
  init(directory: String, _ name: String, bytesPerBit: Int = 4) throws(DataSetError) {
    self.name = "\(directory)/\(name)"
    file = try CudaqFile(directory: directory, bits: name, bytesPerBit: bytesPerBit)
    (count, bits) = (file.header[0], file.header[1])
    self.bytesPerBit = bytesPerBit
  }

  func read(into batch: inout ShotBatch) throws {
    guard batch.layout.bits == bits else {
      throw DataSetError(
        source: name, problems: ["changed while it was read; run again when nobody writes to it"])
    }
    let rowBytes = batch.layout.rowBytes
    let wanted = min(batch.capacity, count - rows)
    try batch.refill { room, filled in
      for row in 0..<wanted {
        if let wrong = try file.readBits(bits, bytesPerBit: bytesPerBit, into: room + row * rowBytes) {
          throw DataSetError(
            source: name, problems: ["bit \(wrong.bit) of shot \(rows + row) is \(wrong.value), not 0 or 1"])
        }
        filled = row + 1
      }
    }
    rows += wanted
  }
}
