import CDecant

/// Exact minimum-weight perfect matching by sparse blossom (Higgott and Gidney, arXiv:2303.15933), begun
/// from a greedy matching whose duals are feasible.
///
/// Around each detection event grows a region, at the same speed everywhere. Regions that meet form
/// alternating trees, pair up, or close into blossoms; when no tree is left, the pairs are a lightest
/// matching. Everything lives in the workspace; this struct is a view of it, made anew by each call, with
/// the counters of the shot at hand.
///
/// Data flows through the extensions in this order: warm start, flooding, trees, blossoms, answer.
struct Matcher {
  let graph: Graph
  let nodes: Table<NodeState>
  let places: Table<NodePlace>
  let clocks: Table<RegionClock>
  let ties: Table<RegionTies>
  /// Detectors that fired in this shot, after the flips of negative edges.
  let events: BitSet
  /// Nodes that lie in some region.
  let owned: BitSet
  /// What clusters know of themselves; see `Matcher+UnionFind`.
  let clusters: Table<Cluster>
  var timeline: Timeline
  let search: SearchTables
  /// Nodes that a region covers and at which a second pass has lowered weights. It shares its room with the searches,
  /// and is empty like theirs when not in use.
  var suspects: BitSet { search.settled }
  var overlay: Overlay

  /// Whether to unite clusters instead of matching; see `Matcher+UnionFind`.
  let isUnionFind: Bool
  /// Regions of single events come first; blossoms use what is behind them.
  var regionCount: UInt32 = 0
  var eventCount: UInt32 = 0
  /// Regions given back by shattered blossoms, linked by `chain`.
  var freeRegions: UInt32 = .none
  /// Regions that a second pass has unmatched, linked by `link`.
  var freedRoots: UInt32 = .none
  /// Trees that still grow. At zero the matching is complete.
  var treeCount: UInt32 = 0
  /// The number of walks so far; see `RegionTies.mark`.
  var walks: UInt32 = 0
  var grownEvents: UInt32 = 0
  var blossomCount: UInt32 = 0
  var work: UInt64 = 0
  /// Where to stop; `UInt64.max` for nowhere.
  let workLimit: UInt64
  /// Where to pause, for another call to go on; see `MatcherProgress`.
  var pauseAt = UInt64.max
  /// Words of events that the warm start goes through before it may pause.
  var wordsAtOnce = UInt32.max
  /// Words of events that it has gone through.
  var surveyedWords: UInt32 = 0
  /// Whether trees were growing when it paused.
  var isGrowing = false
  /// Whether regions are left from matching the same events under other weights; see `Matcher+SecondPass`.
  var isSecondPass = false
  /// Whether a second pass had to change the matching of the first, or a way in it.
  var hasRematched = false
  /// Whether lost paths are still searched for; see `collect`.
  var searches = true

  /// Appointments of regions stand behind those of nodes.
  @inline(__always)
  func appointment(ofRegion region: UInt32) -> UInt32 { graph.nodeCount &+ region }

  /// Forgets the last shot. `events` is the caller's to fill; the timeline was left empty.
  @inline(__always)
  mutating func reset() {
    owned.clear(wordCount: BitSet.wordCount(Int(truncatingIfNeeded: graph.nodeCount)))
    regionCount = 0
    eventCount = 0
    freeRegions = .none
    freedRoots = .none
    treeCount = 0
    walks = 0
    grownEvents = 0
    blossomCount = 0
    work = 0
    isSecondPass = false
    hasRematched = false
    surveyedWords = 0
    isGrowing = false
  }

  /// Matches the shot in `events`, or goes on with it. Leaves the timeline empty, unless it pauses.
  ///
  /// Returns OK; PENDING if it is to pause; TRUNCATED if the work limit came first, when trees are left and
  /// `finishTrees` gives their roots a way out; or INTERNAL if no partner can be found for the trees that are left,
  /// because the image told an untruth about its components.
  mutating func match() -> decant_status {
    if !isGrowing {
      guard warmStart() else { return Status.pending }
      if isSecondPass { plantFreedRoots() }
      guard treeCount != 0 else { return Status.ok }
      timeline.reset()
      if isUnionFind { startClusters() } else { startTrees() }
    }
    if isUnionFind { return growClusters() }
    return keepAppointments { matcher, id in
      if id < matcher.graph.nodeCount {
        matcher.look(id)
      } else {
        matcher.shrink(id &- matcher.graph.nodeCount)
      }
    }
  }

  /// Calls `body` with whoever is due, until no tree is left or the work limit is reached. Returns as `match` does, and
  /// leaves the timeline empty, unless it pauses.
  @inline(__always)
  mutating func keepAppointments(_ body: (inout Matcher, UInt32) -> Void) -> decant_status {
    var end = Status.ok
    let stopAt = min(workLimit, pauseAt)
    isGrowing = false
    while treeCount != 0 {
      if work >= stopAt {
        if work < workLimit {
          isGrowing = true
          return Status.pending
        }
        end = Status.truncated
        break
      }
      let id = timeline.pop()
      if id == .none {
        end = Status.internalError
        break
      }
      body(&self, id)
    }
    timeline.waiting.clear(
      wordCount: BitSet.wordCount(Int(truncatingIfNeeded: appointment(ofRegion: regionCount))))
    return end
  }
}
