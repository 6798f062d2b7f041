import CDecant

/// The sections of a strip: where they are, their views, and the proof that they fit the graph.
extension ImageReader {
  /// Whether this is the image of one strip of a patch.
  var isStrip: Bool { stripOffset != 0 }

  /// The strip's detectors, in the numbers of the patch.
  var stripDetectors: Table<StripDetector> { table(stripDetectorsOffset, isStrip ? detectors : 0) }

  /// Detectors on the seam with the strip before, ascending, then those on the seam with the strip behind.
  var stripSeams: Table<UInt32> { table(stripSeamsOffset, strip.before &+ strip.after) }

  /// Notes where a section of a strip is, if it has the size that the first of them makes it have.
  mutating func placeStrip(
    _ kind: UInt32, at offset: Int, elementSize: UInt32, count: UInt32
  ) -> decant_status {
    typealias Section = ImageLayout.Section
    var expectedCount = detectors
    switch kind {
    case Section.strip:
      guard elementSize == UInt32(MemoryLayout<StripRecord>.size), count == 1 else {
        return Status.badImage
      }
      strip = bytes.load(fromByteOffset: offset, as: StripRecord.self)
      stripOffset = offset
      return strip.isSound ? Status.ok : Status.badImage
    case Section.stripDetectors:
      stripDetectorsOffset = offset
    case Section.stripSeams:
      stripSeamsOffset = offset
      expectedCount = strip.before &+ strip.after
    default:
      return Status.unsupported
    }
    return elementSize == 4 && count == expectedCount ? Status.ok : Status.badImage
  }

  /// Numbers ascend; the lists of the seams do, and hold every detector that a committed edge may flip and that others
  /// decide. So no event is lost over a seam, and nothing that a seam says leads out of the strip.
  @_optimize(size)
  func checkStrip() -> Bool {
    guard isStrip else { return true }
    let graph = graph
    let own = stripDetectors
    let seams = stripSeams
    var before: UInt32 = 0
    var after = strip.before
    var committed: UInt32 = 0
    var least: UInt32 = 0
    var node: UInt32 = 0
    while node < detectors {
      let detector = own[node]
      guard detector.number >= least, detector.number < strip.shotDetectors else { return false }
      least = detector.number &+ 1
      var isOnSeam = false
      if before < strip.before && seams[before] == node {
        before &+= 1
        isOnSeam = true
      }
      if after < strip.before &+ strip.after && seams[after] == node {
        after &+= 1
        isOnSeam = true
      }
      if detector.isCommitted {
        guard strip.isSecond || !isOnSeam else { return false }
        committed &+= 1
      } else {
        guard !strip.isSecond else { return false }
        let pattern = graph.pattern(of: node)
        var slot = pattern.firstSlot
        while slot < pattern.firstSlot &+ pattern.degree {
          guard isOnSeam || !own[graph.neighbour(of: node, behind: slot)].isCommitted else { return false }
          slot &+= 1
        }
      }
      node &+= 1
    }
    return committed == strip.committed && before == strip.before && after == strip.before &+ strip.after
  }
}
