extension ShotBatch {
  /// Fills this batch with a range of the bits of every shot of another.
  ///
  /// Appended observables are split off with it: a decoder wants its detectors alone, and observables that
  /// begin at bit 0.
  ///
  /// source: as many shots as this batch has room for, or fewer. firstBit: which of its bits becomes bit 0.
  public mutating func copyBits(of source: ShotBatch, from firstBit: Int) {
    let bits = layout.bits
    precondition(firstBit >= 0 && firstBit + bits <= source.layout.bits, "the range must lie in the shot")
    precondition(source.count <= capacity, "the batch must have room for the shots")
    let rowBytes = layout.rowBytes
    let sourceRowBytes = source.layout.rowBytes
    let mask = layout.lastByteMask
    refill { room, count in
      count = source.count
      guard rowBytes > 0 else { return }
      source.withRows { rows in
        guard let base = rows.baseAddress else { return }
        for shot in 0..<source.count {
          copy(
            rowBytes, from: base + shot * sourceRowBytes, sourceRowBytes, firstBit, to: room + shot * rowBytes
          )
          room[shot * rowBytes + rowBytes - 1] &= mask
        }
      }
    }
  }
}

/// Copies bytes' worth of bits that begin anywhere in a row.
///
/// The row ends after rowBytes bytes; beyond it bits count as zero.
private func copy(
  _ count: Int, from row: UnsafePointer<UInt8>, _ rowBytes: Int, _ firstBit: Int,
  to target: UnsafeMutablePointer<UInt8>
) {
  let firstByte = firstBit >> 3
  let shift = UInt8(firstBit & 7)
  if shift == 0 {
    target.update(from: row + firstByte, count: count)
    return
  }
  for index in 0..<count {
    let next = firstByte + index + 1
    let high = next < rowBytes ? row[next] : 0
    target[index] = row[next - 1] >> shift | high << (8 - shift)
  }
}
