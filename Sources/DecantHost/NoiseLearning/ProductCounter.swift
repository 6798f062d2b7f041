import DecantKernels

/// Counts products of detectors in shots, 1024 shots at a time, a word of bits for 64 of them.
///
/// Counts are integers and know nothing of weights: whoever wants to forget old shots drains the counter after
/// each stretch of shots that shall weigh the same. For one thread; each has a counter of its own.
public final class ProductCounter {
  /// Shots that are counted at once.
  public static let blockSize = 64 * wordsPerPlane
  private static let wordsPerPlane = Int(DECANT_PRODUCTS_WORDS)

  public let products: DetectorProducts
  /// Shots since the counter was made or drained.
  public private(set) var shots = 0

  private let nodes: [decant_products_node]
  private var counts: [UInt32]
  /// A plane for each detector: its bits in all shots of the block.
  private let planes: UnsafeMutablePointer<UInt64>
  private let planeWords: Int

  /// So many shots fit the counts.
  static let maxShots = 1 << 31

  public init(_ products: DetectorProducts) {
    self.products = products
    nodes = products.nodes.map { decant_products_node(detector: $0.detector, depth: $0.depth) }
    counts = Array(repeating: 0, count: products.count)
    // Whole squares of 64 detectors are written.
    planeWords = (products.detectorCount + 63) / 64 * 64 * Self.wordsPerPlane
    planes = .allocate(capacity: max(1, planeWords))
    planes.initialize(repeating: 0, count: planeWords)
  }

  deinit { planes.deallocate() }

  /// Whether the counter must be drained before it counts a batch of so many shots.
  public func isFull(for shots: Int) -> Bool { self.shots + shots > Self.maxShots }

  /// Counts all shots of a batch.
  ///
  /// - Parameter batch: its shots begin with as many detectors as the products are of; other bits may follow.
  public func count(_ batch: ShotBatch) {
    precondition(batch.layout.bits >= products.detectorCount, "a shot lacks detectors")
    let rowBytes = batch.layout.rowBytes
    batch.withRows { rows in
      for first in stride(from: 0, to: batch.count, by: Self.blockSize) {
        let shots = min(Self.blockSize, batch.count - first)
        countBlock(rows.baseAddress.map { $0 + first * rowBytes }, rowBytes: rowBytes, shots: shots)
      }
    }
  }

  private func countBlock(_ rows: UnsafePointer<UInt8>?, rowBytes: Int, shots: Int) {
    precondition(!isFull(for: shots), "the counter must be drained first")
    self.shots += shots
    guard let rows, products.detectorCount > 0 else { return }
    for word in 0..<Self.wordsPerPlane {
      let first = 64 * word
      transpose(rows + min(first, shots) * rowBytes, rowBytes, max(0, min(64, shots - first)), toWord: word)
    }
    nodes.withUnsafeBufferPointer { nodes in
      counts.withUnsafeMutableBufferPointer { counts in
        decant_products_count(nodes.baseAddress, nodes.count, planes, counts.baseAddress)
      }
    }
  }

  /// Fills one word of all planes from up to 64 rows.
  private func transpose(_ rows: UnsafePointer<UInt8>, _ rowBytes: Int, _ shots: Int, toWord word: Int) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 64) { square in
      let square = square.baseAddress!
      for firstDetector in stride(from: 0, to: products.detectorCount, by: 64) {
        let firstByte = firstDetector / 8
        let bytes = min(8, rowBytes - firstByte)
        for shot in 0..<shots {
          var bits: UInt64 = 0
          let place = UnsafeRawPointer(rows + shot &* rowBytes + firstByte)
          if bytes == 8 {
            bits = place.loadUnaligned(as: UInt64.self)
          } else {
            withUnsafeMutableBytes(of: &bits) { $0.baseAddress!.copyMemory(from: place, byteCount: bytes) }
          }
          square[shot] = UInt64(littleEndian: bits)
        }
        for shot in shots..<64 { square[shot] = 0 }
        BitSquare.transpose(square)
        let plane = planes + firstDetector &* Self.wordsPerPlane + word
        for detector in 0..<64 { plane[detector &* Self.wordsPerPlane] = square[detector] }
      }
    }
  }

  /// Tells all counts, in the order of the products, and goes on.
  func withCounts(_ body: (_ counts: UnsafeBufferPointer<UInt32>, _ shots: Int) -> Void) {
    counts.withUnsafeBufferPointer { body($0, shots) }
  }

  /// Gives all counts away, in the order of the products, and begins anew.
  func drain(_ body: (_ counts: UnsafeBufferPointer<UInt32>, _ shots: Int) -> Void) {
    counts.withUnsafeBufferPointer { body($0, shots) }
    shots = 0
    counts.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
  }
}
