/// What a matcher knows besides its tables, so that another call can go on where it has paused.
///
/// A pause falls between two words of the warm start or between two appointments: there everything else is in the
/// workspace, no search is under way, and going on does what not pausing would have done.
struct MatcherProgress {
  var regionCount: UInt32 = 0
  var eventCount: UInt32 = 0
  var freeRegions: UInt32 = .none
  var freedRoots: UInt32 = .none
  var treeCount: UInt32 = 0
  var walks: UInt32 = 0
  var grownEvents: UInt32 = 0
  var blossomCount: UInt32 = 0
  var surveyedWords: UInt32 = 0
  var work: UInt64 = 0
  var occupiedBuckets: UInt64 = 0
  var now: Int64 = 0
  var isGrowing = false
  var isSecondPass = false
  var hasRematched = false
  var isOverlaid = false
  var isPartlyOverlaid = false
  var hasSummaries = false
}

extension Matcher {
  var progress: MatcherProgress {
    @inline(__always) get {
      MatcherProgress(
        regionCount: regionCount, eventCount: eventCount, freeRegions: freeRegions, freedRoots: freedRoots,
        treeCount: treeCount, walks: walks, grownEvents: grownEvents, blossomCount: blossomCount,
        surveyedWords: surveyedWords, work: work, occupiedBuckets: timeline.occupied, now: timeline.now,
        isGrowing: isGrowing, isSecondPass: isSecondPass, hasRematched: hasRematched,
        isOverlaid: overlay.isActive, isPartlyOverlaid: overlay.isPartial, hasSummaries: overlay.hasSummaries)
    }
    @inline(__always) set {
      regionCount = newValue.regionCount
      eventCount = newValue.eventCount
      freeRegions = newValue.freeRegions
      freedRoots = newValue.freedRoots
      treeCount = newValue.treeCount
      walks = newValue.walks
      grownEvents = newValue.grownEvents
      blossomCount = newValue.blossomCount
      surveyedWords = newValue.surveyedWords
      work = newValue.work
      timeline.occupied = newValue.occupiedBuckets
      timeline.now = newValue.now
      isGrowing = newValue.isGrowing
      isSecondPass = newValue.isSecondPass
      hasRematched = newValue.hasRematched
      overlay.isActive = newValue.isOverlaid
      overlay.isPartial = newValue.isPartlyOverlaid
      overlay.hasSummaries = newValue.hasSummaries
    }
  }

  /// Forgets a matching that has paused.
  mutating func abandon() {
    timeline.waiting.clear(
      wordCount: BitSet.wordCount(Int(truncatingIfNeeded: appointment(ofRegion: regionCount))))
    isGrowing = false
  }
}
