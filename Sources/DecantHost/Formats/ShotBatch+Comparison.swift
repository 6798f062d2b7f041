extension ShotBatch {
  /// How many shots differ in any bit from their counterparts in another batch.
  ///
  /// other: of the same layout, with at least as many shots.
  public func countDifferences(from other: ShotBatch) -> Int {
    precondition(layout == other.layout, "the batches must have one layout")
    let rowBytes = layout.rowBytes
    guard rowBytes > 0 else { return 0 }
    precondition(other.count >= count, "every shot must have a counterpart")
    return withRows { mine in
      other.withRows { theirs in
        var differing = 0
        for start in stride(from: 0, to: mine.count, by: rowBytes) {
          var difference: UInt8 = 0
          for byte in start..<start + rowBytes { difference |= mine[byte] ^ theirs[byte] }
          if difference != 0 { differing += 1 }
        }
        return differing
      }
    }
  }
}
