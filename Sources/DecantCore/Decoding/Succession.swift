/// Going on with another image, between two calls and in bounded time.
///
/// What takes long about an image is checking it, and laying out in a workspace what follows from it. That is done where
/// a second decoder is initialised, out of the loop. All that the second decoder lacks then is what came before: this is
/// copied, and nothing is trusted that was not checked.
struct Succession {
  let heir: UnsafeMutablePointer<DecoderState>
  let origin: UnsafeMutablePointer<DecoderState>

  /// Makes the heir go on where the origin stands, on its own image. The heir must be able to.
  func take() {
    heir.pointee.totals = origin.pointee.totals
    guard heir.pointee.slides else { return }
    Stream(heir).abandonWindow()
    let layout = origin.pointee.layout
    var part = 0
    while part < StreamParts.count {
      let own = StreamParts(heir.pointee.layout).part(part)
      let other = StreamParts(layout).part(part)
      (UnsafeMutableRawPointer(heir) + own.offset).copyMemory(
        from: UnsafeRawPointer(origin) + other.offset, byteCount: own.size)
      part &+= 1
    }
    // Which window the tables show, and whether there are detectors that no error flips, the heir knows of its image.
    let window = heir.pointee.stream.window
    let hasIdleDetectors = heir.pointee.stream.hasIdleDetectors
    heir.pointee.stream = origin.pointee.stream
    heir.pointee.stream.window = window
    heir.pointee.stream.hasIdleDetectors = hasIdleDetectors
    takeCarriedWeights()
  }

  /// Weights that committed edges have left mean something to an image of the same scale alone.
  private func takeCarriedWeights() {
    let own = heir.pointee.layout
    let other = origin.pointee.layout
    let count = Int(truncatingIfNeeded: origin.pointee.stream.carriedCount)
    guard count <= own.carriedCount, heir.pointee.image.scaleBits == origin.pointee.image.scaleBits else {
      heir.pointee.stream.carriedCount = 0
      return
    }
    (UnsafeMutableRawPointer(heir) + own.carriedWeights).copyMemory(
      from: UnsafeRawPointer(origin) + other.carriedWeights,
      byteCount: count &* MemoryLayout<CarriedWeight>.stride)
  }

  /// Bytes that `take` copies, whatever they hold.
  static func size(_ layout: WorkspaceLayout, slides: Bool) -> Int {
    MemoryLayout<Totals>.size &+ (slides ? StreamParts(layout).size : 0)
  }

  /// Whether the heir's bits mean what the origin's do, and have room.
  var isPossible: Bool {
    let own = heir.pointee.configuration
    let other = origin.pointee.configuration
    guard heir.pointee.image.isStream == origin.pointee.image.isStream, own.isBlocks == other.isBlocks,
      heir.pointee.image.observables == origin.pointee.image.observables,
      heir.pointee.layout.nodeCount == origin.pointee.layout.nodeCount,
      heir.pointee.image.strip == origin.pointee.image.strip
    else { return false }
    guard heir.pointee.image.isStream else { return true }
    let stream = heir.pointee.image.stream
    let before = origin.pointee.image.stream
    guard stream.firstDetectors == before.firstDetectors, stream.roundDetectors == before.roundDetectors,
      stream.lastDetectors == before.lastDetectors, own.commitRounds == other.commitRounds,
      own.bufferRounds == other.bufferRounds, own.windowRounds == other.windowRounds
    else { return false }
    // Rounds that wait may be erased, and a network looks back on events as they came.
    guard own.takesErasures == other.takesErasures else { return false }
    guard own.usesNetwork else { return true }
    let network = heir.pointee.image.network
    let known = origin.pointee.image.network
    return other.usesNetwork && network.roundRadius == known.roundRadius
      && network.rowRadius == known.rowRadius && network.columnRadius == known.columnRadius
      && network.boardRows == known.boardRows
  }
}

extension DecoderState {
  /// Whether it decodes a stream window by window, each of which leaves something to the next.
  var slides: Bool { image.isStream && !configuration.isBlocks }
}

/// Where the bits of a stream are that outlive a call, beside `StreamState`.
struct StreamParts {
  let layout: WorkspaceLayout

  init(_ layout: WorkspaceLayout) { self.layout = layout }

  static var count: Int { 6 }

  /// - Parameter index: below `count`.
  /// - Returns: where it begins, and its bytes: none if it is absent.
  func part(_ index: Int) -> (offset: Int, size: Int) {
    let events = 8 &* BitSet.wordCount(layout.nodeCount)
    switch index {
    case 0: return (layout.waitingEvents, events)
    case 1: return (layout.shownEvents, layout.shownEvents == 0 ? 0 : events)
    case 2: return (layout.pastBoards, 8 &* layout.pastWordCount)
    case 3: return (layout.erasedRounds, 8 &* layout.erasedWordCount)
    case 4: return (layout.streamFrames, MemoryLayout<FrameRecord>.stride &* StreamState.maxFrames)
    default: return (layout.streamObservables, layout.frameSize &* StreamState.maxFrames)
    }
  }

  /// Bytes of a stream that a succession copies.
  var size: Int {
    var size = MemoryLayout<StreamState>.size &+ layout.carriedCount &* MemoryLayout<CarriedWeight>.stride
    var index = 0
    while index < Self.count {
      size &+= part(index).size
      index &+= 1
    }
    return size
  }
}
