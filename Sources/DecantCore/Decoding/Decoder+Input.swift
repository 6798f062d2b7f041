/// What a shot brings, and where its answer begins: events in, negative edges flipped, parities checked.
extension Decoder {
  /// Copies the shot into `events`, one bit per node. False if a bit past the last detector is set.
  @inline(__always)
  mutating func load(
    _ detectors: UnsafePointer<UInt8>, _ digest: inout Digest, _ count: inout UInt32
  ) -> Bool {
    let bytes = UnsafeRawPointer(detectors)
    let size = detectorsSize
    let words = matcher.events.words
    let wholeWords = size / 8
    var index = 0
    while index < wholeWords {
      let word = bytes.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
      words.base[index] = word
      if word != 0 { note(word, index, &digest, &count) }
      index &+= 1
    }
    var rest: UInt64 = 0
    var byte = size
    while byte > wholeWords &* 8 {
      byte &-= 1
      rest = rest &<< 8 | UInt64(detectors[byte])
    }
    let used = UInt64(truncatingIfNeeded: state.pointee.layout.nodeCount & 63)
    if byte < size {
      words.base[wholeWords] = rest
      if rest != 0 { note(rest, wholeWords, &digest, &count) }
      return used == 0 || rest &>> used == 0
    }
    return true
  }

  /// Counts the events in a word of the shot, and adds them to the digest.
  @inline(__always)
  func note(_ word: UInt64, _ index: Int, _ digest: inout Digest, _ count: inout UInt32) {
    digest.add(word ^ UInt64(truncatingIfNeeded: index) &<< 32)
    count &+= UInt32(truncatingIfNeeded: word.nonzeroBitCount)
  }

  /// The same for all events that are there.
  func noteEvents(_ digest: inout Digest, _ count: inout UInt32) {
    var index = 0
    while index < BitSet.wordCount(Int(truncatingIfNeeded: matcher.graph.nodeCount)) {
      let word = matcher.events.words.base[index]
      if word != 0 { note(word, index, &digest, &count) }
      index &+= 1
    }
  }

  /// Begins the answer: nothing flipped, or what the negative edges flip.
  @inline(__always)
  func startFrame() {
    let layout = state.pointee.layout
    let base = UnsafeMutableRawPointer(state)
    if layout.baseFrame == 0 {
      frame.base.update(repeating: 0, count: layout.frameSize)
    } else {
      frame.base.update(
        from: (base + layout.baseFrame).assumingMemoryBound(to: UInt8.self), count: layout.frameSize)
    }
    guard state.pointee.reweighting.toggles != 0 else { return }
    let toggled = (base + layout.toggledFrame).assumingMemoryBound(to: UInt8.self)
    var index = 0
    while index < layout.frameSize {
      frame.base[index] ^= toggled[index]
      index &+= 1
    }
  }

  /// Flips the detectors of negative edges: what remains is matched on absolute weights.
  @inline(__always)
  func flipBaseEvents() {
    let layout = state.pointee.layout
    if layout.baseEvents != 0 { flipEvents(layout.baseEvents) }
    if state.pointee.reweighting.toggles != 0 { flipToggledEvents() }
  }

  /// Flips the detectors of edges whose weight has changed sign for this shot.
  func flipToggledEvents() { flipEvents(state.pointee.layout.toggledEvents) }

  private func flipEvents(_ offset: Int) {
    let flipped = (UnsafeMutableRawPointer(state) + offset).assumingMemoryBound(to: UInt64.self)
    var index = 0
    while index < BitSet.wordCount(state.pointee.layout.nodeCount) {
      matcher.events.words.base[index] ^= flipped[index]
      index &+= 1
    }
  }

  /// Whether every component without a boundary has an even number of events.
  func hasEvenComponents() -> Bool {
    let layout = state.pointee.layout
    let parities = BitSet(
      words: Table(
        UnsafeMutableRawPointer(state) + layout.parities, count: BitSet.wordCount(layout.parityCount)))
    let components = state.pointee.image.closedComponents
    parities.clear(wordCount: BitSet.wordCount(layout.parityCount))
    var index = 0
    while index < BitSet.wordCount(layout.nodeCount) {
      var word = matcher.events.words.base[index]
      while word != 0 {
        let node = UInt32(truncatingIfNeeded: index &* 64 &+ word.trailingZeroBitCount)
        if components[node] != .none { parities.flip(components[node]) }
        word &= word &- 1
      }
      index &+= 1
    }
    index = 0
    while index < BitSet.wordCount(layout.parityCount) {
      if parities.words.base[index] != 0 { return false }
      index &+= 1
    }
    return true
  }

  /// Adds the negative edges to the correction: there, they are flipped unless matching flips them back.
  func flipNegativeEdges() {
    let image = state.pointee.image
    var index: UInt32 = 0
    while index < image.negativeEdgeCount {
      flips.flip(image.negativeEdges[index])
      index &+= 1
    }
    if state.pointee.reweighting.toggles != 0 { flipToggledEdges() }
  }

  /// The same for edges whose weight has changed sign for this shot.
  func flipToggledEdges() {
    let toggled = matcher.overlay.toggled
    var index = 0
    while index < BitSet.wordCount(state.pointee.layout.edgeCount) {
      flips.words.base[index] ^= toggled.words.base[index]
      index &+= 1
    }
  }
}
