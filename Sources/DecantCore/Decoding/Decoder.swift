import CDecant

/// What became of a shot.
struct ShotResult {
  var status: decant_status
  var weight: Int64 = 0
  var work: UInt64 = 0
  var detectionEvents: UInt32 = 0
  var grownEvents: UInt32 = 0
  var preDecoding = PreDecoding()
}

/// A decoder at work: a view of its workspace, made anew by each call.
struct Decoder {
  let state: UnsafeMutablePointer<DecoderState>
  var matcher: Matcher
  let frame: Table<UInt8>
  let flips: BitSet
  /// Edges of this shot that a grid network has accepted.
  var acceptedCount: UInt32 = 0
  /// What the neighbours of a block have told about their edges; nil for all else.
  var toldSeams: UnsafePointer<ToldSeams>?

  /// `state` heads an initialised workspace.
  @inline(__always)
  init(_ state: UnsafeMutablePointer<DecoderState>) {
    let base = UnsafeMutableRawPointer(state)
    let layout = state.pointee.layout
    func bits(_ offset: Int, _ count: Int) -> BitSet {
      BitSet(words: Table(base + offset, count: BitSet.wordCount(count)))
    }
    self.state = state
    matcher = Matcher(
      graph: layout.windowNodes == 0 ? state.pointee.image.graph : Self.windowGraph(state),
      nodes: Table(base + layout.nodes, count: layout.nodeCount),
      places: Table(base + layout.places, count: layout.nodeCount),
      clocks: Table(base + layout.clocks, count: layout.regionCount),
      ties: Table(base + layout.ties, count: layout.regionCount),
      events: bits(layout.events, layout.nodeCount),
      owned: bits(layout.owned, layout.nodeCount),
      clusters: Table(base + layout.clusters, count: layout.nodeCount),
      timeline: Timeline(
        appointments: Table(base + layout.appointments, count: layout.nodeCount &+ layout.regionCount),
        waiting: bits(layout.waiting, layout.nodeCount &+ layout.regionCount),
        buckets: Table(base + layout.buckets, count: Timeline.bucketCount)),
      search: SearchTables(
        reachedFrom: Table(base + layout.searchReachedFrom, count: layout.nodeCount),
        settled: bits(layout.settled, layout.nodeCount)),
      overlay: Overlay(
        weights: Table(base + layout.overlayWeights, count: layout.rowEntryCount),
        changed: bits(layout.overlayChanged, layout.rowEntryCount),
        ends: Table(base + layout.overlayEnds, count: layout.endCount),
        toggled: bits(layout.toggledEdges, layout.edgeCount),
        whole: bits(layout.wholeRows, layout.boardWordCount == 0 ? 0 : layout.nodeCount),
        summaries: Table(
          base + layout.rowSummaries, count: layout.boardWordCount == 0 ? 0 : layout.nodeCount),
        rowShift: layout.rowShift,
        isActive: state.pointee.reweighting.count != 0),
      isUnionFind: state.pointee.configuration.isUnionFind,
      workLimit: state.pointee.configuration.workLimit)
    frame = Table(base + layout.frame, count: layout.frameSize)
    flips = bits(layout.flips, layout.edgeCount)
  }

  var detectorsSize: Int { (state.pointee.layout.nodeCount &+ 7) / 8 }
  var frameSize: Int { state.pointee.layout.frameSize }

  /// Decodes one shot of `detectorsSize` bytes, under the network's weights if the decoder has one and
  /// `preDecodes`. The predicted observables are left in `frame` and, if asked for, the edges of the correction
  /// in `flips`.
  @inline(__always)
  mutating func decode(_ detectors: UnsafePointer<UInt8>, keepsFlips: Bool, preDecodes: Bool = true)
    -> ShotResult
  {
    var digest = state.pointee.totals.digest
    var result = ShotResult(status: Status.ok)
    guard load(detectors, &digest, &result.detectionEvents) else {
      result.status = Status.badArgument
      return result
    }
    acceptedCount = 0
    startFrame()
    flipBaseEvents()
    guard state.pointee.image.closedComponentCount == 0 || hasEvenComponents() else {
      result.status = Status.impossible
      state.pointee.totals.impossible &+= 1
      return result
    }
    if preDecodes && state.pointee.configuration.usesNetwork {
      result.preDecoding = state.pointee.image.hasGrid ? preDecodeGrid() : preDecode()
      flipAcceptedObservables()
    }
    solve(keepsFlips: keepsFlips, &result)
    if result.status >= 0 { record(result, digest) }
    return result
  }

  /// Decodes the events that are there, as `decode` does, and says in `result` what came of it.
  @inline(__always)
  mutating func solve(keepsFlips: Bool, _ result: inout ShotResult) {
    matcher.reset()
    var end = matcher.match()
    var settled: Trail?
    if end == Status.ok && state.pointee.configuration.isCorrelated {
      end = matchCorrelated(settled: &settled)
    }
    guard end >= 0 else {
      clearReweights()
      result.status = end
      return
    }
    var answer = answer(keepsFlips: keepsFlips)
    var complete = end == Status.ok
    if complete {
      clearFlips(of: answer)
      if let settled {
        answer.flip(settled)
      } else {
        complete = matcher.collect(into: &answer, searches: true)
      }
    } else {
      matcher.finishTrees()
    }
    if !complete {
      // Ways out may cross each other and the paths: only the edges themselves say what they weigh.
      result.status = Status.truncated
      answer.keepsFlips = true
      startFrame()
      flipAcceptedObservables()
      clearFlips(of: answer)
      _ = matcher.collect(into: &answer, searches: false)
      answer.weighFlips()
    }
    if keepsFlips {
      flipNegativeEdges()
      flipAcceptedEdges()
    }

    result.weight =
      answer.weight &+ state.pointee.image.negativeWeight &+ state.pointee.reweighting.negativeWeight
    result.work = matcher.work
    result.grownEvents = matcher.grownEvents
  }

  /// An answer in this workspace: the one begun next, or the one that `decode` has left.
  @inline(__always)
  func answer(keepsFlips: Bool) -> Answer {
    Answer(
      graph: matcher.graph, sets: state.pointee.image.sets, overlay: matcher.overlay, frame: frame,
      flips: flips,
      keepsFlips: keepsFlips)
  }

  @inline(__always)
  private func clearFlips(of answer: Answer) {
    if answer.keepsFlips { flips.clear(wordCount: BitSet.wordCount(state.pointee.layout.edgeCount)) }
  }

  @inline(__always)
  mutating func record(_ result: ShotResult, _ digest: Digest) {
    var digest = digest
    var totals = state.pointee.totals
    totals.shots &+= 1
    if result.status == Status.truncated { totals.truncated &+= 1 }
    totals.detectionEvents &+= UInt64(result.detectionEvents)
    totals.maxDetectionEvents = max(totals.maxDetectionEvents, result.detectionEvents)
    totals.grownEvents &+= UInt64(result.grownEvents)
    totals.blossoms &+= UInt64(matcher.blossomCount)
    totals.work &+= result.work
    totals.maxWork = max(totals.maxWork, result.work)
    var byte = 0
    while byte < frameSize {
      digest.add(UInt64(frame.base[byte]))
      byte &+= 1
    }
    digest.add(UInt64(bitPattern: result.weight))
    digest.add(result.work)
    totals.digest = digest
    state.pointee.totals = totals
  }
}
