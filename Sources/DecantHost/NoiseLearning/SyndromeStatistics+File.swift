import DecantCore

/// Statistics as bytes, so that machines can count apart and what was counted outlives its shots.
///
/// All numbers are little-endian:
///
///     8 bytes   "DECANTSS"
///     uint32    version, 1
///     uint32    CRC-32 of all bytes after this one
///     uint64    detectors of a shot
///     uint64    products
///     float64   weights of the shots, summed
///     float64   their squares, summed
///     products times:  uint32 detector, uint32 depth   (see DetectorProducts)
///     products times:  float64 count
extension SyndromeStatistics {
  private static let magic = Array("DECANTSS".utf8)
  private static let version: UInt32 = 1
  private static let headerSize = 48
  private static let mostShots = 0x1p53

  public var bytes: [UInt8] {
    var bytes = Self.magic
    bytes.reserveCapacity(Self.headerSize + 16 * products.count)
    bytes.append(littleEndian: Self.version)
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: UInt64(products.detectorCount))
    bytes.append(littleEndian: UInt64(products.count))
    bytes.append(littleEndian: shots.bitPattern)
    bytes.append(littleEndian: squaredWeights.bitPattern)
    for node in products.nodes {
      bytes.append(littleEndian: node.detector)
      bytes.append(littleEndian: node.depth)
    }
    for count in counts { bytes.append(littleEndian: count.bitPattern) }
    let checksum = Self.checksum(bytes)
    withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(12..<16, with: $0) }
    return bytes
  }

  /// Reads statistics.
  ///
  /// - Parameter source: how errors name them, such as a path.
  /// - Throws: `NoiseLearningError` for anything but the bytes of statistics, whole.
  public init(bytes: [UInt8], source: String) throws(NoiseLearningError) {
    func refuse(_ problem: String) -> NoiseLearningError {
      NoiseLearningError(source: source, problem: problem)
    }
    guard bytes.count >= Self.headerSize, bytes.starts(with: Self.magic) else {
      throw refuse("holds no statistics; give a file that decant learn --statistics made")
    }
    let version = UInt32(truncatingIfNeeded: bytes.littleEndian(at: 8))
    guard version == Self.version else {
      throw refuse("holds statistics of version \(version), but this program reads version \(Self.version)")
    }
    let damaged = refuse("is cut short or damaged; make it again with decant learn --statistics")
    guard UInt32(truncatingIfNeeded: bytes.littleEndian(at: 8) >> 32) == Self.checksum(bytes) else {
      throw damaged
    }
    let detectors = bytes.littleEndian(at: 16)
    let count = bytes.littleEndian(at: 24)
    guard detectors <= count, count <= UInt64(DetectorProducts.maxNodes),
      bytes.count == Self.headerSize + 16 * Int(count)
    else { throw damaged }
    let nodes = (0..<Int(count)).map { index in
      let word = bytes.littleEndian(at: Self.headerSize + 8 * index)
      return DetectorProducts.Node(
        detector: UInt32(truncatingIfNeeded: word), depth: UInt32(truncatingIfNeeded: word >> 32))
    }
    let firstCount = Self.headerSize + 8 * Int(count)
    let counts = (0..<Int(count)).map { Double(bitPattern: bytes.littleEndian(at: firstCount + 8 * $0)) }
    let shots = Double(bitPattern: bytes.littleEndian(at: 32))
    let squaredWeights = Double(bitPattern: bytes.littleEndian(at: 40))
    // A shot weighs at most 1, and no more of them can be told apart in doubles.
    guard let products = DetectorProducts(detectorCount: Int(detectors), nodes: nodes),
      (0...Self.mostShots).contains(shots), (0...shots * (1 + 1e-9)).contains(squaredWeights),
      shots * shots <= squaredWeights * Self.mostShots,
      counts.allSatisfy({ (0...shots * (1 + 1e-9)).contains($0) })
    else { throw damaged }
    self.init(products, shots: shots, squaredWeights: squaredWeights, counts: counts)
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var checksum = CRC32()
    bytes.withUnsafeBytes { checksum.update($0.baseAddress! + 16, count: $0.count - 16) }
    return checksum.value
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }

  fileprivate func littleEndian(at offset: Int) -> UInt64 {
    withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
  }
}
