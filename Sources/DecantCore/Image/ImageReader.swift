import CDecant

#if _endian(big)
  #error("images are little-endian and read in place")
#endif

/// An image whose header and section table have been found sound: where its parts are.
///
/// `ImageReader` checks the frame, `ImageReader+Contents` every number inside the sections. Only what has
/// passed both is decoded with.
struct ImageReader {
  let bytes: UnsafeRawPointer
  var size = 0
  var detectors: UInt32 = 0
  var observables: UInt32 = 0
  var edgeCount: UInt32 = 0
  var slotCount: UInt32 = 0
  var patternCount: UInt32 = 0
  var ownSlotCount: UInt32 = 0
  var boundaryEdges: UInt32 = 0
  var negativeEdgeCount: UInt32 = 0
  var closedComponentCount: UInt32 = 0
  var setCount: UInt32 = 0
  var memberCount: UInt32 = 0
  var ruleGroupCount: UInt32 = 0
  var ruleStartCount: UInt32 = 0
  var ruleCount: UInt32 = 0
  var longestEscape: UInt32 = 0
  var maxDegree: UInt32 = 0
  var negativeWeight: Int64 = 0
  /// Meaningless unless `hasNetwork`.
  var network = NetworkRecord.absent
  var networkBiasRowCount: UInt32 = 0
  var networkSlotGroupCount: UInt32 = 0
  /// Meaningless unless `isStream`.
  var stream = StreamRecord.absent
  var layerCount: UInt32 = 0
  var shapeLayerCount: UInt32 = 0
  /// Meaningless unless `hasGrid`.
  var grid = GridRecord.absent
  var gridLayerCount: UInt32 = 0
  var gridStartCount: UInt32 = 0
  var gridChainCount: UInt32 = 0
  /// Meaningless unless `isStrip`.
  var strip = StripRecord.absent
  /// Offsets of the sections; zero for those that are absent.
  var nodesOffset = 0
  var patternsOffset = 0
  var slotsOffset = 0
  var detailsOffset = 0
  var ownSlotsOffset = 0
  var setsOffset = 0
  var membersOffset = 0
  var escapesOffset = 0
  var closedComponentsOffset = 0
  var negativeEdgesOffset = 0
  var ruleGroupsOffset = 0
  var ruleGroupRecordsOffset = 0
  var ruleStartsOffset = 0
  var rulesOffset = 0
  var networkOffset = 0
  var networkPlacesOffset = 0
  var networkBiasesOffset = 0
  var networkRowsOffset = 0
  var networkDenseOffset = 0
  var networkSlotsOffset = 0
  var streamOffset = 0
  var layersOffset = 0
  var shapesOffset = 0
  var shapeLayersOffset = 0
  var aheadSlotsOffset = 0
  var gridOffset = 0
  var gridLayersOffset = 0
  var gridWeightsOffset = 0
  var gridParametersOffset = 0
  var gridInputOffset = 0
  var gridPlacesOffset = 0
  var gridStartsOffset = 0
  var gridChainsOffset = 0
  var stripOffset = 0
  var stripBlocksOffset = 0
  var stripCommittedOffset = 0
  var stripSeamsOffset = 0

  /// More than this the format does not address.
  static var maxDetectors: UInt32 { 1 << 28 }
  static var maxSlots: UInt32 { 1 << 30 }
  static var maxObservables: UInt32 { 1 << 24 }

  /// A view of bytes that are not yet trusted.
  init(_ bytes: UnsafeRawPointer) {
    self.bytes = bytes
  }

  @inline(__always)
  func u32(_ offset: Int) -> UInt32 { bytes.load(fromByteOffset: offset, as: UInt32.self) }

  @inline(__always)
  func u64(_ offset: Int) -> UInt64 { bytes.load(fromByteOffset: offset, as: UInt64.self) }

  /// Bits of the factor from log odds to weights, to be compared.
  var scaleBits: UInt64 { u64(ImageLayout.Header.weightScale) }

  /// Checks everything. On success the reader is filled in.
  mutating func check(available: Int) -> decant_status {
    let status = checkFrame(available: available)
    return status == Status.ok ? checkContents() : status
  }

  @_optimize(size)
  private mutating func checkFrame(available: Int) -> decant_status {
    typealias Header = ImageLayout.Header
    guard UInt(bitPattern: bytes) % UInt(ImageLayout.imageAlignment) == 0 else { return Status.misaligned }
    guard available >= ImageLayout.headerSize, u64(Header.magic) == ImageLayout.magic else {
      return Status.badImage
    }
    guard u32(Header.formatVersion) <= ImageLayout.formatVersion else { return Status.unsupported }
    guard u32(Header.formatVersion) != 0, u32(Header.headerSize) == UInt32(ImageLayout.headerSize),
      u64(Header.imageSize) >= UInt64(ImageLayout.headerSize), u64(Header.imageSize) <= UInt64(available)
    else { return Status.badImage }
    size = Int(truncatingIfNeeded: u64(Header.imageSize))
    guard CRC32.ofImage(bytes, count: size) == u32(Header.crc32) else { return Status.badImage }
    guard u32(Header.flags) == 0 else { return Status.unsupported }
    var offset = Header.end
    while offset < ImageLayout.headerSize {
      guard u64(offset) == 0 else { return Status.unsupported }
      offset &+= 8
    }

    detectors = u32(Header.detectors)
    observables = u32(Header.observables)
    edgeCount = u32(Header.edges)
    slotCount = u32(Header.slots)
    boundaryEdges = u32(Header.boundaryEdges)
    negativeEdgeCount = u32(Header.negativeEdges)
    closedComponentCount = u32(Header.closedComponents)
    longestEscape = u32(Header.longestEscape)
    maxDegree = u32(Header.maxDegree)
    negativeWeight = Int64(bitPattern: u64(Header.negativeWeight))
    guard detectors < Self.maxDetectors, slotCount < Self.maxSlots, observables < Self.maxObservables,
      boundaryEdges <= edgeCount, edgeCount < Self.maxSlots,
      negativeEdgeCount <= edgeCount, closedComponentCount <= detectors,
      negativeWeight <= 0, negativeWeight > Int64.min / 4
    else { return Status.badImage }
    return checkSections()
  }

  @_optimize(size)
  private mutating func checkSections() -> decant_status {
    typealias Entry = ImageLayout.SectionEntry
    let sectionCount = Int(truncatingIfNeeded: min(u32(ImageLayout.Header.sectionCount), 1 << 16))
    var end = ImageLayout.headerSize &+ sectionCount &* ImageLayout.sectionEntrySize
    guard end <= size else { return Status.badImage }
    var kindBefore: UInt32 = 0
    var index = 0
    while index < sectionCount {
      let entry = ImageLayout.headerSize &+ index &* ImageLayout.sectionEntrySize
      let kind = u32(entry &+ Entry.kind)
      let elementSize = UInt64(u32(entry &+ Entry.elementSize))
      let offset = u64(entry &+ Entry.offset)
      let count = u64(entry &+ Entry.count)
      guard u64(entry &+ Entry.end) == 0 else { return Status.unsupported }
      guard kind > kindBefore, offset % UInt64(ImageLayout.sectionAlignment) == 0, offset >= UInt64(end),
        offset <= UInt64(size), count <= UInt64(UInt32.max)
      else { return Status.badImage }
      let room = UInt64(size) &- offset
      guard elementSize != 0, count <= room / elementSize else { return Status.badImage }
      kindBefore = kind
      end = Int(truncatingIfNeeded: offset &+ count &* elementSize)
      let status = place(
        kind, at: Int(truncatingIfNeeded: offset), elementSize: UInt32(truncatingIfNeeded: elementSize),
        count: UInt32(truncatingIfNeeded: count))
      guard status == Status.ok else { return status }
      index &+= 1
    }
    let whole =
      nodesOffset != 0 && patternsOffset != 0 && slotsOffset != 0 && detailsOffset != 0
      && ownSlotsOffset != 0 && setsOffset != 0 && membersOffset != 0 && escapesOffset != 0
      && (closedComponentsOffset != 0) == (closedComponentCount != 0)
      && (negativeEdgesOffset != 0) == (negativeEdgeCount != 0)
      && (ruleGroupsOffset != 0) == (rulesOffset != 0) && (ruleStartsOffset != 0) == (rulesOffset != 0)
      && (ruleGroupRecordsOffset != 0) == (rulesOffset != 0)
      && (networkOffset != 0) == hasNetwork && (networkPlacesOffset != 0) == hasNetwork
      && (networkBiasesOffset != 0) == hasNetwork && (networkRowsOffset != 0) == hasNetwork
      && (networkSlotsOffset != 0) == hasNetwork && isGridWhole
      && (layersOffset != 0) == isStream && (shapesOffset != 0) == isStream
      && (shapeLayersOffset != 0) == isStream && (aheadSlotsOffset != 0) == isStream
      && (stripBlocksOffset != 0) == isStrip && (stripCommittedOffset != 0) == isStrip
      && (stripSeamsOffset != 0) == isStrip
      && !(isStrip && (isStream || hasNetwork || hasGrid || negativeEdgeCount != 0))
    return whole ? Status.ok : Status.badImage
  }

  /// Notes where a section is, if it has the size that the header makes it have.
  private mutating func place(
    _ kind: UInt32, at offset: Int, elementSize: UInt32, count: UInt32
  ) -> decant_status {
    typealias Section = ImageLayout.Section
    var expectedSize: UInt32 = 4
    var expectedCount = count
    switch kind {
    case Section.nodes:
      nodesOffset = offset
      expectedSize = UInt32(MemoryLayout<NodeRecord>.size)
      expectedCount = detectors &+ 1
    case Section.patterns:
      patternsOffset = offset
      patternCount = count
      expectedSize = UInt32(MemoryLayout<PatternRecord>.size)
    case Section.slots:
      slotsOffset = offset
      expectedSize = UInt32(MemoryLayout<SlotRecord>.size)
      expectedCount = slotCount
    case Section.slotDetails:
      detailsOffset = offset
      expectedSize = UInt32(MemoryLayout<SlotDetail>.size)
      expectedCount = slotCount
    case Section.ownSlots:
      ownSlotsOffset = offset
      ownSlotCount = count
    case Section.observableSets:
      setsOffset = offset
      guard count >= 2 else { return Status.badImage }
      setCount = count &- 1
    case Section.observableIDs:
      membersOffset = offset
      memberCount = count
    case Section.escapes:
      escapesOffset = offset
      expectedSize = UInt32(MemoryLayout<EscapeRecord>.size)
      expectedCount = detectors
    case Section.closedComponents:
      closedComponentsOffset = offset
      expectedCount = detectors
    case Section.negativeEdges:
      negativeEdgesOffset = offset
      expectedCount = negativeEdgeCount
    case Section.ruleGroups:
      ruleGroupsOffset = offset
      expectedCount = detectors
    case Section.ruleStarts:
      ruleStartsOffset = offset
      ruleStartCount = count
    case Section.rules:
      rulesOffset = offset
      ruleCount = count
      expectedSize = UInt32(MemoryLayout<RuleRecord>.size)
    case Section.ruleGroupRecords:
      ruleGroupRecordsOffset = offset
      ruleGroupCount = count
      expectedSize = UInt32(MemoryLayout<RuleGroupRecord>.size)
    default:
      return placeNetwork(kind, at: offset, elementSize: elementSize, count: count)
    }
    return elementSize == expectedSize && count == expectedCount ? Status.ok : Status.badImage
  }

  /// The same for the sections of a network: the first of them says how large the others are.
  @_optimize(size)
  private mutating func placeNetwork(
    _ kind: UInt32, at offset: Int, elementSize: UInt32, count: UInt32
  ) -> decant_status {
    typealias Section = ImageLayout.Section
    var expectedSize = 2 &* network.hidden
    var expectedCount = count
    switch kind {
    case Section.network:
      guard elementSize == UInt32(MemoryLayout<NetworkRecord>.size), count == 1 else {
        return Status.badImage
      }
      network = bytes.load(fromByteOffset: offset, as: NetworkRecord.self)
      networkOffset = offset
      return network.isSound ? Status.ok : Status.badImage
    case Section.networkPlaces:
      networkPlacesOffset = offset
      expectedSize = UInt32(MemoryLayout<NetworkPlace>.size)
      expectedCount = detectors
    case Section.networkBiases:
      networkBiasesOffset = offset
      networkBiasRowCount = count
    case Section.networkRows:
      networkRowsOffset = offset
      expectedCount = network.features
    case Section.networkDense:
      networkDenseOffset = offset
      expectedSize = 4
      expectedCount = UInt32(truncatingIfNeeded: network.denseSize / 4)
    case Section.networkSlots:
      networkSlotsOffset = offset
      networkSlotGroupCount = count
      expectedSize = UInt32(MemoryLayout<NetworkSlot>.size &* NetworkSlot.groupSize)
    default:
      return placeGrid(kind, at: offset, elementSize: elementSize, count: count)
    }
    return elementSize == expectedSize && count == expectedCount ? Status.ok : Status.badImage
  }
}

extension ImageReader {
  var graph: Graph {
    Graph(
      nodes: table(nodesOffset, detectors &+ 1), patterns: table(patternsOffset, patternCount),
      slots: table(slotsOffset, slotCount), details: table(detailsOffset, slotCount),
      ownSlots: table(ownSlotsOffset, ownSlotCount), escapes: table(escapesOffset, detectors),
      nodeCount: detectors, edgeCount: edgeCount)
  }

  var sets: ObservableSets {
    ObservableSets(begins: table(setsOffset, setCount &+ 1), members: table(membersOffset, memberCount))
  }

  var closedComponents: Table<UInt32> {
    table(closedComponentsOffset, closedComponentCount == 0 ? 0 : detectors)
  }

  var hasCorrelations: Bool { rulesOffset != 0 }

  var correlations: Correlations {
    Correlations(
      groups: table(ruleGroupsOffset, hasCorrelations ? detectors : 0),
      records: table(ruleGroupRecordsOffset, ruleGroupCount),
      starts: table(ruleStartsOffset, ruleStartCount), rules: table(rulesOffset, ruleCount))
  }

  var negativeEdges: Table<UInt32> { table(negativeEdgesOffset, negativeEdgeCount) }

  func table<Element>(_ offset: Int, _ count: UInt32) -> Table<Element> {
    Table(reading: bytes + offset, count: Int(truncatingIfNeeded: count))
  }
}
