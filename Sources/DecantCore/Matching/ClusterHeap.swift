/// The nodes of a cluster that have something left to look for, the next one first: a skew heap.
///
/// A cluster that stands still for a while and then grows on would otherwise have to tell all its nodes. So
/// its nodes wait by the cluster's radius instead of by time, and only the cluster has an appointment on the
/// timeline. Clusters merge, and so do their heaps. (D. Sleator and R. Tarjan, Self-adjusting heaps, SIAM J.
/// Comput. 15, 1986.)
///
/// A node's own appointment, which the timeline has no use for here, holds its place: the radius to wait for
/// in `time`, the left and the right child in `next` and `previous`.
///
/// Invariant of the work: melding heaps of n nodes in all takes at most 3 log2 n + 2 steps, spread evenly
/// over all melds since the heaps were empty. Call a node light if it holds at most half of what its parent
/// holds. A right path has at most log2 n light nodes, and each heavy one on it, when a meld turns it to the
/// left, pays for one that became a right child before; at most log2 n become so in a meld, each beside a
/// light node on the new left path.
extension Matcher {
  /// The first node of the heap that holds all nodes of two.
  mutating func meld(_ first: UInt32, _ second: UInt32) -> UInt32 {
    if first == .none { return second }
    if second == .none { return first }
    let places = timeline.appointments
    let isSwapped = places[second].time < places[first].time
    let root = isSwapped ? second : first
    var node = root
    var rest = isSwapped ? first : second
    while true {
      work &+= 1
      let right = places[node].previous
      places[node].previous = places[node].next
      if right == .none {
        places[node].next = rest
        return root
      }
      if places[rest].time < places[right].time {
        places[node].next = rest
        node = rest
        rest = right
      } else {
        places[node].next = right
        node = right
      }
    }
  }

  /// Takes the first node from the heap of `region`.
  @inline(__always)
  mutating func takeFirst(of region: UInt32) -> UInt32 {
    let node = clusters[region].heap
    let place = timeline.appointments[node]
    clusters[region].heap = meld(place.next, place.previous)
    return node
  }

  /// Lets `node` look around when its cluster has grown by `room`.
  @inline(__always)
  mutating func wait(_ node: UInt32, in region: UInt32, for room: Int64) {
    let radius = clocks[region].radius(at: timeline.now)
    timeline.appointments[node] = Appointment(time: radius &+ room, next: .none, previous: .none)
    clusters[region].heap = meld(clusters[region].heap, node)
  }
}
