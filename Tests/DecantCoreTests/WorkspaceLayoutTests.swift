import DecantHost
import Testing

@testable import DecantCore

@Suite struct WorkspaceLayoutTests {
  /// Parts stand apart, aligned, and inside the size that `decant_decoder_measure` tells.
  @Test func partsDoNotOverlap() throws {
    var image = ImageReader(UnsafeRawPointer(bitPattern: 64)!)
    image.detectors = 101
    image.edgeCount = 333
    image.observables = 70
    image.closedComponentCount = 3
    image.negativeEdgeCount = 2
    let layout = WorkspaceLayout(image, Configuration())
    #expect(!layout.overflows)
    #expect(layout.regionCount == 151)
    let parts = [
      (0, MemoryLayout<DecoderState>.size),
      (layout.nodes, 101 * MemoryLayout<NodeState>.stride),
      (layout.places, 101 * MemoryLayout<NodePlace>.stride),
      (layout.clocks, 151 * MemoryLayout<RegionClock>.stride),
      (layout.ties, 151 * MemoryLayout<RegionTies>.stride),
      (layout.appointments, 252 * MemoryLayout<Appointment>.stride),
      (layout.searchReachedFrom, 101 * 4),
      (layout.buckets, Timeline.bucketCount * 4),
      (layout.events, 16), (layout.owned, 16), (layout.waiting, 32), (layout.settled, 16),
      (layout.flips, 48), (layout.parities, 8), (layout.frame, 9), (layout.baseEvents, 16),
      (layout.baseFrame, 9),
    ]
    for (part, next) in zip(parts, parts.dropFirst() + [(layout.size, 0)]) {
      #expect(part.0 % WorkspaceLayout.alignment == 0)
      #expect(part.0 + part.1 <= next.0)
    }
  }

  /// Union-find has no blossoms, and brings clusters instead.
  @Test func unionFindNeedsLess() {
    var image = ImageReader(UnsafeRawPointer(bitPattern: 64)!)
    image.detectors = 1000
    image.edgeCount = 5000
    let matching = WorkspaceLayout(image, Configuration())
    let unionFind = WorkspaceLayout(image, Configuration(isUnionFind: true))
    #expect(unionFind.regionCount == 1000)
    #expect(unionFind.clusters % WorkspaceLayout.alignment == 0)
    #expect(unionFind.clusters + 1000 * MemoryLayout<Cluster>.stride <= unionFind.size)
    #expect(unionFind.size < matching.size)
    #expect(matching.clusters == 0)
  }

  /// What a 64-bit machine can address but a 32-bit one cannot must be refused there, not wrap around.
  @Test func hugeGraphsDoNotWrap() {
    var image = ImageReader(UnsafeRawPointer(bitPattern: 64)!)
    image.detectors = ImageReader.maxDetectors - 1
    image.edgeCount = ImageReader.maxSlots - 1
    let layout = WorkspaceLayout(image, Configuration())
    #expect(layout.overflows == (Int.bitWidth == 32))
    #expect(layout.overflows || layout.size > Int(image.detectors) * 100)
  }
}
