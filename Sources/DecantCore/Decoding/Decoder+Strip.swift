/// Decoding one strip of a patch that is cut across.
///
/// The rule is that of windows in time (see `Answer.commit`): of the strip's correction, every edge is committed that has
/// an end in the strip's own part. Where its other end is decided by a neighbour, the seam tells that it has flipped.
extension Decoder {
  /// Decodes a strip. The observables that it commits are left in `frame`.
  ///
  /// - Parameters:
  ///   - detectors: `detectorsSize` bytes.
  ///   - seams: that a strip of the first layer writes, and one of the second reads.
  @inline(never)
  mutating func decodeStrip(_ detectors: UnsafePointer<UInt8>, _ seams: Seams) -> ShotResult {
    let image = state.pointee.image
    let strip = image.strip
    let events = matcher.events
    let nodes = matcher.graph.nodeCount
    var result = ShotResult(status: Status.badArgument)
    let used = UInt8(truncatingIfNeeded: nodes & 7)
    guard used == 0 || detectors[detectorsSize &- 1] >> used == 0 else { return result }
    events.take(detectors, size: detectorsSize, from: 0, count: nodes)
    if strip.isSecond {
      guard read(seams.before, from: 0, count: strip.before),
        read(seams.after, from: strip.before, count: strip.after)
      else { return result }
    }
    var digest = state.pointee.totals.digest
    noteEvents(&digest, &result.detectionEvents)
    guard image.closedComponentCount == 0 || hasEvenComponents() else {
      result.status = Status.impossible
      state.pointee.totals.impossible &+= 1
      return result
    }
    matcher.reset()
    var steps = WindowSteps()
    result.status = solve(&steps)
    guard result.status >= 0 else { return result }
    result.work = matcher.work
    result.grownEvents = matcher.grownEvents

    frame.base.update(repeating: 0, count: frameSize)
    // From here on, the detectors that the correction flips and that others decide.
    events.clear(wordCount: BitSet.wordCount(Int(truncatingIfNeeded: nodes)))
    result.weight = commitStrip(image.stripCommitted)
    if !strip.isSecond {
      write(seams.before, from: 0, count: strip.before)
      write(seams.after, from: strip.before, count: strip.after)
    }
    clearReweights()
    record(result, digest)
    return result
  }

  /// Flips the observables of the edges with an end that the strip decides, and in `events` their other ends. Returns what
  /// these edges weigh in the image.
  private func commitStrip(_ own: BitSet) -> Int64 {
    let graph = matcher.graph
    let events = matcher.events
    let answer = answer(keepsFlips: true)
    var weight: Int64 = 0
    answer.forEachFlip { lower, slot in
      let upper = graph.neighbour(of: lower, behind: slot)
      let decidesLower = own.contains(lower)
      let decidesUpper = own.contains(upper)
      guard decidesLower || decidesUpper else { return }
      if !decidesLower { events.flip(lower) }
      if !decidesUpper { events.flip(upper) }
      if graph.slots[slot].flipsObservables { answer.flipObservables(slot) }
      weight &+= Int64(graph.slots[slot].weight)
    }
    return weight
  }

  /// Flips the detectors that a seam names. False if it names one that is not on it.
  private func read(_ seam: UnsafeMutablePointer<UInt8>?, from first: UInt32, count: UInt32) -> Bool {
    guard let seam else { return true }
    let image = state.pointee.image
    let nodes = image.stripSeams
    var byte = 0
    while byte < image.strip.seamSize {
      var bits = seam[byte]
      while bits != 0 {
        let bit = UInt32(truncatingIfNeeded: byte &* 8 &+ bits.trailingZeroBitCount)
        guard bit < count else { return false }
        matcher.events.flip(nodes[first &+ bit])
        bits &= bits &- 1
      }
      byte &+= 1
    }
    return true
  }

  private func write(_ seam: UnsafeMutablePointer<UInt8>?, from first: UInt32, count: UInt32) {
    guard let seam else { return }
    let image = state.pointee.image
    let nodes = image.stripSeams
    seam.update(repeating: 0, count: image.strip.seamSize)
    var bit: UInt32 = 0
    while bit < count {
      if matcher.events.contains(nodes[first &+ bit]) { seam.flip(bit) }
      bit &+= 1
    }
  }
}
