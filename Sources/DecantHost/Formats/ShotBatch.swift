/// Some shots in memory, each a row of packed bits.
///
/// Bit k of a shot is bit k % 8, least significant first, of byte k / 8 of its row, and padding is zero: what
/// decant_decode_batch takes and gives, with a stride of `layout.rowBytes`.
public struct ShotBatch: Sendable {
  public let layout: ShotLayout
  /// How many shots there is room for.
  public let capacity: Int
  /// How many shots there are.
  public private(set) var count = 0
  /// Room for `capacity` rows, of which the first `count` are shots, and the others zero. One more byte gives
  /// even a batch of empty rows an address.
  private var storage: [UInt8]

  public init(layout: ShotLayout, capacity: Int) {
    self.layout = layout
    self.capacity = max(0, capacity)
    storage = Array(repeating: 0, count: self.capacity * layout.rowBytes + 1)
  }

  /// Shots whose rows are given one after the other. Bits that belong to the padding are dropped.
  ///
  /// rows: `count` times `layout.rowBytes` bytes.
  public init(layout: ShotLayout, rows: [UInt8], count: Int) {
    precondition(count >= 0 && rows.count == count * layout.rowBytes, "rows must hold exactly count shots")
    self.layout = layout
    self.capacity = count
    self.count = count
    storage = rows + [0]
    for last in stride(from: layout.rowBytes - 1, to: rows.count, by: max(1, layout.rowBytes))
    where layout.rowBytes > 0 { storage[last] &= layout.lastByteMask }
  }

  /// The rows of all shots.
  public var rows: ArraySlice<UInt8> { storage[..<(count * layout.rowBytes)] }

  /// One shot's row. index: below `count`.
  public subscript(index: Int) -> ArraySlice<UInt8> {
    precondition(index >= 0 && index < count, "there is no such shot in the batch")
    return storage[(index * layout.rowBytes)..<((index + 1) * layout.rowBytes)]
  }

  /// Lends the rows.
  public func withRows<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withUnsafeBufferPointer { (all) throws(Failure) in
      try body(UnsafeBufferPointer(rebasing: all[..<(count * layout.rowBytes)]))
    }
  }

  /// Empties the batch, and lends its room to a body that fills the beginning of it.
  ///
  /// room: `capacity` rows of zeros, whose padding must be left zero. count: what the body sets to the number
  /// of rows it filled, right even when it throws.
  public mutating func refill<Failure: Error>(
    _ body: (_ room: UnsafeMutablePointer<UInt8>, _ count: inout Int) throws(Failure) -> Void
  ) throws(Failure) {
    var filled = 0
    defer { count = min(max(0, filled), capacity) }
    let used = count * layout.rowBytes
    try storage.withUnsafeMutableBufferPointer { (all) throws(Failure) in
      guard let room = all.baseAddress else { return }
      room.update(repeating: 0, count: used)
      try body(room, &filled)
    }
  }
}
