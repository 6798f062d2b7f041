import CDecant

/// Weighted union-find (Delfosse and Nickerson, arXiv:1709.06218; weighted as by Huang, Newman and Brown,
/// arXiv:2004.04693), for callers who would rather have little bounded work than a lightest correction.
///
/// It begins where matching begins, from the pairs of the warm start, which stand still. Around each event
/// that is left grows a cluster, at the same speed everywhere, as regions do in `Matcher+Flooding`. But
/// clusters that meet become one, for good: nothing shrinks, and no tree is kept. A cluster grows while it
/// holds an odd number of events and has not touched the boundary. When none does, every cluster can be
/// explained by its own edges, and `Matcher+Peeling` finds some that do.
///
/// A cluster is a region whose number is one of its events' regions; its nodes are on the region's shell.
extension Matcher {
  /// Makes a cluster of each event that is left.
  mutating func startClusters() {
    var region: UInt32 = 0
    while region < eventCount {
      if clocks[region].rate > 0 {
        clusters[region] = Cluster(heap: .none, size: 1, exit: .none)
        wait(clocks[region].shell, in: region, for: 0)
        timeline.set(appointment(ofRegion: region), at: 0)
      }
      region &+= 1
    }
  }

  /// Grows clusters until none is left that must. Returns as `match` does.
  mutating func growClusters() -> decant_status {
    keepAppointments { $0.grow($1 &- $0.graph.nodeCount) }
  }

  /// The time of a growing cluster has come: does what is due there, and puts its next time on the timeline.
  private mutating func grow(_ region: UInt32) {
    var top = region
    repeat {
      top = lookAround(takeFirst(of: top), from: top)
      let first = clusters[top].heap
      guard clocks[top].rate > 0, first != .none else { return }
      let time = timeline.appointments[first].time &- clocks[top].intercept
      guard time == timeline.now else { return timeline.set(appointment(ofRegion: top), at: time) }
    } while work < workLimit
  }

  /// Forgets the clusters, to decode the same events under other weights.
  mutating func forgetClusters() {
    owned.clear(wordCount: BitSet.wordCount(Int(truncatingIfNeeded: graph.nodeCount)))
    regionCount = 0
    eventCount = 0
  }
}

/// What a cluster knows of itself, besides its clock.
struct Cluster {
  /// The node that looks around next, or `none`; see `ClusterHeap`.
  var heap: UInt32
  /// Nodes; zero if it has become part of another cluster.
  var size: UInt32
  /// The node whose boundary edge is covered, or `none`. There is one at most, since then the cluster stands
  /// still.
  var exit: UInt32
}
