/// Where everything stands in a workspace, in bytes from its start.
///
/// Capacities follow from the number of nodes N alone, and hold for every shot:
/// - a region for each event (at most N) and each blossom. Blossoms are nested or apart and each holds at
///   least three regions, so at most (N - 1) / 2 of them exist at once. Union-find has none;
/// - one appointment for each node and each region;
/// - lists run through the records themselves.
struct WorkspaceLayout {
  var nodes = 0
  var places = 0
  var clocks = 0
  var ties = 0
  var appointments = 0
  var searchReachedFrom = 0
  var buckets = 0
  var events = 0
  var owned = 0
  var waiting = 0
  var settled = 0
  var flips = 0
  var parities = 0
  var frame = 0
  /// Present when the image has negative edges: what every shot is first flipped by.
  var baseEvents = 0
  var baseFrame = 0
  /// Present when weights may be changed: see `Overlay` and `Reweighting`.
  var overlayWeights = 0
  var overlayChanged = 0
  var overlayEnds = 0
  var toggledEvents = 0
  var toggledEdges = 0
  var toggledFrame = 0
  /// Present for correlated matching.
  var trail = 0
  /// Present for union-find.
  var clusters = 0
  /// Present for an event network: see `EventNetwork`.
  var boards = 0
  var halves = 0
  var wholeRows = 0
  var rowSummaries = 0
  /// Present for a stream: see `Stream`.
  var waitingEvents = 0
  var windowNodes = 0
  var windowEscapes = 0
  var windowRuleGroups = 0
  var carriedWeights = 0
  /// Of these, present if rounds may be erased.
  var erasedRounds = 0
  var windowAheadSlots = 0
  /// And for an event network.
  var windowPlaces = 0
  var shownEvents = 0
  var pastBoards = 0
  var streamFrames = 0
  var streamObservables = 0
  /// Present for a grid network: see `GridVolumes` and `GridAcceptance`.
  var gridVolumes = 0
  var gridLogits = 0
  var gridBest = 0
  var accepted = 0
  var size = 0
  /// True if a 32-bit machine cannot address a workspace of this size.
  var overflows = false

  var nodeCount: Int
  var regionCount: Int
  var edgeCount: Int
  var parityCount: Int
  var frameSize: Int
  /// Weights that may be changed for one shot; zero if none may.
  var maxReweights: UInt32
  /// Entries of the overlay's rows; zero if there is none.
  var rowEntryCount = 0
  var rowShift: UInt32 = 0
  /// As many as there are edges if callers or a grid network may change weights, else zero.
  var endCount = 0
  /// Weights that committed edges may leave: one for each edge of the rounds that rules reach.
  var carriedCount = 0
  /// What is told over seams; nothing unless windows are blocks.
  var seam = SeamLayout()
  /// Words of the boards, and of what may be read past them.
  var boardWordCount = 0
  /// Words of the boards' rounds before a window.
  var pastWordCount = 0
  /// Words that say which rounds are erased.
  var erasedWordCount = 0
  /// Bytes of a volume.
  var gridVolumeSize = 0

  static var alignment: Int { 64 }

  @_optimize(size)
  init(_ image: ImageReader, _ configuration: Configuration) {
    let graph = GraphSize(image, configuration)
    nodeCount = Int(truncatingIfNeeded: graph.nodes)
    regionCount = configuration.isUnionFind ? nodeCount : nodeCount &+ nodeCount / 2
    edgeCount = Int(truncatingIfNeeded: graph.edges)
    parityCount = Int(truncatingIfNeeded: image.closedComponentCount)
    frameSize = (Int(truncatingIfNeeded: image.observables) &+ 7) / 8

    maxReweights = configuration.maxReweights

    // Nodes and slots are counted in 32 bits, and some tables put regions behind nodes.
    overflows = graph.nodes >= UInt64(ImageReader.maxDetectors) || graph.edges >= UInt64(ImageReader.maxSlots)
    // On a 32-bit machine the counts above may have lost bits, and be negative.
    guard !overflows else { return }
    size = Self.aligned(MemoryLayout<DecoderState>.size)
    nodes = take(NodeState.self, nodeCount)
    places = take(NodePlace.self, nodeCount)
    clocks = take(RegionClock.self, regionCount)
    ties = take(RegionTies.self, regionCount)
    appointments = take(Appointment.self, nodeCount &+ regionCount)
    searchReachedFrom = take(UInt32.self, nodeCount)
    buckets = take(UInt32.self, Timeline.bucketCount)
    events = takeBits(nodeCount)
    owned = takeBits(nodeCount)
    waiting = takeBits(nodeCount &+ regionCount)
    settled = takeBits(nodeCount)
    flips = takeBits(edgeCount)
    parities = takeBits(parityCount)
    frame = take(UInt8.self, frameSize)
    if image.negativeEdgeCount != 0 {
      baseEvents = takeBits(nodeCount)
      baseFrame = take(UInt8.self, frameSize)
    }
    if configuration.isUnionFind { clusters = take(Cluster.self, nodeCount) }
    if configuration.isCorrelated { trail = take(TrailStep.self, nodeCount) }
    let changesMany =
      configuration.isCorrelated || configuration.usesNetwork || configuration.takesErasures
    if (changesMany || maxReweights != 0) && edgeCount != 0 {
      takeOverlay(
        maxDegree: image.maxDegree,
        keepsEnds: maxReweights != 0 || configuration.usesNetwork && image.hasGrid)
    }
    if configuration.usesNetwork && image.hasGrid {
      takeGrid(image)
    } else if configuration.usesNetwork {
      let shape = image.windowNetwork(rounds: configuration.windowRounds)
      boardWordCount = 2 &* Int(truncatingIfNeeded: shape.boardWords) &+ EventKernel.boardSlack
      boards = take(UInt64.self, boardWordCount)
      halves = take(Int32.self, nodeCount &* EventNetwork.rowSize)
      wholeRows = takeBits(nodeCount)
      rowSummaries = take(RowSummary.self, nodeCount)
    }
    if image.isStream {
      seam = SeamLayout(image, configuration)
      waitingEvents = takeBits(nodeCount)
      windowNodes = take(NodeRecord.self, nodeCount &+ 1)
      windowEscapes = take(EscapeRecord.self, nodeCount)
      if configuration.isCorrelated {
        windowRuleGroups = take(UInt32.self, nodeCount)
        if !configuration.isBlocks {
          let rounds = Int(truncatingIfNeeded: StreamRecord.reach)
          carriedCount = min(edgeCount, rounds &* Int(truncatingIfNeeded: image.largestLayer.edges))
          carriedWeights = take(CarriedWeight.self, carriedCount)
        }
      }
      if configuration.takesErasures {
        erasedWordCount = BitSet.wordCount(Int(truncatingIfNeeded: configuration.windowRounds))
        erasedRounds = take(UInt64.self, erasedWordCount)
        windowAheadSlots = take(UInt32.self, nodeCount)
      }
      if configuration.usesNetwork {
        windowPlaces = take(NetworkPlace.self, nodeCount)
        if !configuration.isBlocks {
          shownEvents = takeBits(nodeCount)
          pastWordCount = 2 &* Int(truncatingIfNeeded: image.network.pastWords)
          pastBoards = take(UInt64.self, pastWordCount)
        }
      }
      streamFrames = take(FrameRecord.self, StreamState.maxFrames)
      streamObservables = take(UInt8.self, frameSize &* StreamState.maxFrames)
    }
  }

  private mutating func takeGrid(_ image: ImageReader) {
    guard let volumeSize = Int(exactly: image.gridVolumeSize),
      let logits = Int(exactly: 4 &* image.grid.voxels)
    else {
      overflows = true
      return
    }
    gridVolumeSize = volumeSize
    gridVolumes = take((UInt8, UInt8).self, volumeSize)
    gridLogits = take(Int32.self, logits)
    gridBest = take(GridCandidate.self, nodeCount)
    accepted = take(TrailStep.self, nodeCount)
  }

  private mutating func takeOverlay(maxDegree: UInt32, keepsEnds: Bool) {
    rowShift = RuleRecord.shift(maxDegree: maxDegree)
    let entries = UInt64(nodeCount) &<< UInt64(rowShift)
    // Entries are counted in 32 bits.
    guard entries < 1 &<< 32, let count = Int(exactly: entries) else {
      overflows = true
      return
    }
    rowEntryCount = count
    overlayWeights = take(UInt32.self, rowEntryCount)
    overlayChanged = takeBits(rowEntryCount)
    endCount = keepsEnds ? edgeCount : 0
    overlayEnds = take(EdgeEntries.self, endCount)
    toggledEvents = takeBits(nodeCount)
    toggledEdges = takeBits(edgeCount)
    toggledFrame = take(UInt8.self, frameSize)
  }

  private static func aligned(_ size: Int) -> Int { (size &+ alignment &- 1) / alignment &* alignment }

  @inline(__always)
  private mutating func take<Element>(_ type: Element.Type, _ count: Int) -> Int {
    takeBytes(count, stride: MemoryLayout<Element>.stride)
  }

  /// One function for all parts: they are taken where time does not matter, and code has its size, too.
  @inline(never)
  private mutating func takeBytes(_ count: Int, stride: Int) -> Int {
    let offset = size
    let (bytes, tooMany) = count.multipliedReportingOverflow(by: stride)
    let (end, tooFar) = bytes.addingReportingOverflow(size &+ Self.alignment)
    overflows = overflows || tooMany || tooFar
    if !overflows { size = Self.aligned(end &- Self.alignment) }
    return offset
  }

  @inline(never)
  private mutating func takeBits(_ count: Int) -> Int {
    take(UInt64.self, BitSet.wordCount(count))
  }
}
