/// One bit of each of a block's 256 shots.
typealias ShotBits = SIMD4<UInt64>

/// The bit planes of a block: everything that is worked out for its shots is worked out for all at once.
///
/// Memory of its own, without checks of bounds, for hot loops; whoever uses it takes plane numbers that
/// are below `count`.
final class BitPlanes {
  let planes: UnsafeMutablePointer<ShotBits>
  let count: Int
  /// The same memory, four words a plane.
  let words: UnsafeMutablePointer<UInt64>

  init(count: Int) {
    self.count = count
    planes = .allocate(capacity: count)
    planes.initialize(repeating: .zero, count: count)
    words = UnsafeMutableRawPointer(planes).assumingMemoryBound(to: UInt64.self)
  }

  deinit { planes.deallocate() }

  func clear() { planes.update(repeating: .zero, count: count) }

  @inline(__always)
  func flip(_ plane: Int, shot: Int) { words[plane &* 4 &+ shot &>> 6] ^= 1 &<< UInt64(shot & 63) }

  /// Writes some planes' bits of some shots as packed rows.
  ///
  /// - Parameters:
  ///   - order: the plane of each bit.
  ///   - shots: of the block. The first goes to row `firstRow`.
  func write(_ order: [Int32], shots: Range<Int>, to rows: ShotRows, firstRow: Int) {
    guard !order.isEmpty, !shots.isEmpty else { return }
    let rowBytes = (order.count + 7) / 8
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { block in
      let square = block.baseAddress!
      for word in shots.lowerBound / 64...(shots.upperBound - 1) / 64 {
        let begin = max(shots.lowerBound, 64 * word)
        let end = min(shots.upperBound, 64 * word + 64)
        for firstBit in stride(from: 0, to: order.count, by: 64) {
          let width = min(64, order.count - firstBit)
          for bit in 0..<width { square[bit] = words[Int(order[firstBit &+ bit]) &* 4 &+ word] }
          for bit in width..<64 { square[bit] = 0 }
          BitSquare.transpose(square)
          let bytes = min(8, rowBytes - firstBit / 8)
          for shot in begin..<end {
            let place = UnsafeMutableRawPointer(rows.row(firstRow &+ shot &- shots.lowerBound)) + firstBit / 8
            let bits = square[shot &- 64 &* word].littleEndian
            if bytes == 8 {
              place.storeBytes(of: bits, as: UInt64.self)
            } else {
              withUnsafeBytes(of: bits) { place.copyMemory(from: $0.baseAddress!, byteCount: bytes) }
            }
          }
        }
      }
    }
  }
}

/// A square of 64 times 64 bits, bit c of word r in row r and column c.
enum BitSquare {
  /// Swaps rows and columns: halves the square, swaps the quarters off the diagonal, and does the same within
  /// each quarter, all quarters of a size at once.
  @inline(__always)
  static func transpose(_ words: UnsafeMutablePointer<UInt64>) {
    var size = 32
    var mask: UInt64 = 0x0000_0000_FFFF_FFFF
    while size > 0 {
      var first = 0
      while first < 64 {
        for row in first..<first &+ size {
          let moved = (words[row] &>> UInt64(size) ^ words[row &+ size]) & mask
          words[row &+ size] ^= moved
          words[row] ^= moved &<< UInt64(size)
        }
        first &+= 2 &* size
      }
      size >>= 1
      mask ^= mask &<< UInt64(size)
    }
  }
}
