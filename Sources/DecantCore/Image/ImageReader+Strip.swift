import CDecant

/// The sections of a strip: where they are, their views, and the proof that they fit the graph.
extension ImageReader {
  /// Whether this is the image of one strip of a patch.
  var isStrip: Bool { stripOffset != 0 }

  /// The strip's detectors, in the numbers of the patch.
  var stripBlocks: Table<StripBlock> { table(stripBlocksOffset, StripBlock.count(strip.shotDetectors)) }

  /// A bit for each detector of the strip: whether the strip decides it.
  var stripCommitted: BitSet {
    BitSet(words: table(stripCommittedOffset, isStrip ? (detectors &+ 63) / 64 : 0))
  }

  /// Detectors on the seam with the strip before, ascending, then those on the seam with the strip behind.
  var stripSeams: Table<UInt32> { table(stripSeamsOffset, strip.before &+ strip.after) }

  /// Notes where a section of a strip is, if it has the size that the first of them makes it have.
  mutating func placeStrip(
    _ kind: UInt32, at offset: Int, elementSize: UInt32, count: UInt32
  ) -> decant_status {
    typealias Section = ImageLayout.Section
    var expectedSize: UInt32 = 4
    var expectedCount = strip.before &+ strip.after
    switch kind {
    case Section.strip:
      guard elementSize == UInt32(MemoryLayout<StripRecord>.size), count == 1 else {
        return Status.badImage
      }
      strip = bytes.load(fromByteOffset: offset, as: StripRecord.self)
      stripOffset = offset
      return strip.isSound ? Status.ok : Status.badImage
    case Section.stripBlocks:
      stripBlocksOffset = offset
      expectedSize = UInt32(MemoryLayout<StripBlock>.size)
      expectedCount = StripBlock.count(strip.shotDetectors)
    case Section.stripCommitted:
      stripCommittedOffset = offset
      expectedSize = 8
      expectedCount = (detectors &+ 63) / 64
    case Section.stripSeams:
      stripSeamsOffset = offset
    default:
      return Status.unsupported
    }
    return elementSize == expectedSize && count == expectedCount ? Status.ok : Status.badImage
  }

  /// Blocks count the strip's detectors without gaps; the lists of the seams ascend, and hold every detector that a
  /// committed edge may flip and that others decide. So no event is lost over a seam, and nothing that a seam says leads
  /// out of the strip.
  @_optimize(size)
  func checkStrip() -> Bool {
    guard isStrip else { return true }
    let blocks = stripBlocks
    var seen: UInt32 = 0
    var block: UInt32 = 0
    while block < StripBlock.count(strip.shotDetectors) {
      let here = blocks[block]
      let rest = strip.shotDetectors &- block &<< 6
      guard here.firstNode == seen, here.reserved == 0, rest >= 64 || here.seen &>> UInt64(rest) == 0 else {
        return false
      }
      seen &+= UInt32(truncatingIfNeeded: here.seen.nonzeroBitCount)
      block &+= 1
    }
    guard seen == detectors else { return false }

    let graph = graph
    let own = stripCommitted
    let seams = stripSeams
    var before: UInt32 = 0
    var after = strip.before
    var committed: UInt32 = 0
    var node: UInt32 = 0
    while node < detectors {
      var isOnSeam = false
      if before < strip.before && seams[before] == node {
        before &+= 1
        isOnSeam = true
      }
      if after < strip.before &+ strip.after && seams[after] == node {
        after &+= 1
        isOnSeam = true
      }
      if own.contains(node) {
        guard strip.isSecond || !isOnSeam else { return false }
        committed &+= 1
      } else {
        guard !strip.isSecond else { return false }
        let pattern = graph.pattern(of: node)
        var slot = pattern.firstSlot
        while slot < pattern.firstSlot &+ pattern.degree {
          guard isOnSeam || !own.contains(graph.neighbour(of: node, behind: slot)) else { return false }
          slot &+= 1
        }
      }
      node &+= 1
    }
    while node & 63 != 0 {
      guard !own.contains(node) else { return false }
      node &+= 1
    }
    return committed == strip.committed && before == strip.before && after == strip.before &+ strip.after
  }
}
