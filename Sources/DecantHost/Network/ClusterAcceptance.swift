/// Corrects a shot by whole clusters or not at all: where something surely happened within a few detectors, what exactly
/// it was does not matter.
///
/// The rule. An edge is possible if the least logit along its chain is above the threshold, whether its ends fired or
/// not. Possible edges join detectors into clusters. A cluster is accepted if
/// - it can explain its events: they are even in number, or an edge of it leads to the boundary;
/// - it has at most `largest` detectors, so that it is a local matter;
/// - all ways to explain its events flip the observable alike: no cycle of its edges flips it, and all its edges to the
///   boundary lead to the same side.
/// Then its events are taken out, and that flip is part of the frame. All others stay as they were, so that no event is
/// ever created.
///
/// Two pairings of four close events are each doubtful by themselves, but they come to the same; an edge's own confidence
/// cannot tell that, a cluster's can. What must be certain is that nothing leaves it, so the threshold is a low one.
///
/// Clusters are found by union-find, each detector with the flip of the observable on its way to its cluster's root; the
/// outcome does not depend on the order. In parallel hardware the same is a few rounds of labels that spread.
final class ClusterAcceptance {
  static let largest = 12

  private let chains: EdgeChains
  private var parents: [Int32]
  /// Of the way to the parent.
  private var flips: [Bool]
  private var clusters: [Cluster]

  /// Of a root.
  private struct Cluster {
    var size = 1
    /// Flip of the way from the root to the boundary; nil without one.
    var boundary: Bool?
    var isAmbiguous = false
    var events = 0
    /// Of the ways from all events to the root.
    var flip = false
    var isAccepted = false
  }

  init(_ chains: EdgeChains, detectors: Int) {
    self.chains = chains
    parents = (0..<Int32(detectors)).map { $0 }
    flips = Array(repeating: false, count: detectors)
    clusters = Array(repeating: Cluster(), count: detectors)
  }

  /// Writes a shot's residual, and gives its frame: as `GridAcceptance` does.
  func apply(
    _ logits: UnsafePointer<Float>, threshold: Float, to detectors: UnsafePointer<UInt8>, bytes: Int,
    residual: UnsafeMutablePointer<UInt8>
  ) -> UInt8 {
    residual.update(from: detectors, count: bytes)
    for detector in parents.indices {
      parents[detector] = Int32(detector)
      flips[detector] = false
      clusters[detector] = Cluster()
    }
    for (index, edge) in chains.edges.enumerated() where chains.least(index, logits) > threshold {
      if let b = edge.b {
        join(edge.a, b, flip: edge.crosses)
      } else {
        let (root, flip) = root(edge.a)
        let boundary = flip != edge.crosses
        if let known = clusters[root].boundary, known != boundary { clusters[root].isAmbiguous = true }
        clusters[root].boundary = boundary
      }
    }
    forEachOne(detectors) { event in
      let (root, flip) = root(event)
      clusters[root].events += 1
      clusters[root].flip = clusters[root].flip != flip
    }
    var frame = false
    forEachOne(detectors) { event in
      let (root, _) = root(event)
      if !clusters[root].isAccepted {
        guard let flip = flip(clusters[root]) else { return }
        clusters[root].isAccepted = true
        frame = frame != flip
      }
      residual[event >> 3] ^= 1 << UInt8(event & 7)
    }
    return frame ? 1 : 0
  }

  /// Of the observable, if the cluster is accepted; else nil.
  private func flip(_ cluster: Cluster) -> Bool? {
    guard cluster.size <= Self.largest, !cluster.isAmbiguous else { return nil }
    if cluster.events % 2 == 0 { return cluster.flip }
    return cluster.boundary.map { $0 != cluster.flip }
  }

  private func forEachOne(_ bits: UnsafePointer<UInt8>, _ body: (Int) -> Void) {
    for detector in parents.indices where bits[detector >> 3] >> UInt8(detector & 7) & 1 != 0 {
      body(detector)
    }
  }

  /// The root of a detector's cluster, and the flip of the way there.
  private func root(_ detector: Int) -> (Int, Bool) {
    var (at, flip) = (detector, false)
    while Int(parents[at]) != at {
      flip = flip != flips[at]
      at = Int(parents[at])
    }
    return (at, flip)
  }

  private func join(_ a: Int, _ b: Int, flip: Bool) {
    var ((large, flipA), (small, flipB)) = (root(a), root(b))
    let between = (flipA != flipB) != flip
    guard large != small else {
      if between { clusters[large].isAmbiguous = true }
      return
    }
    // The larger one stays, so that ways are short.
    if clusters[large].size < clusters[small].size { swap(&large, &small) }
    parents[small] = Int32(large)
    flips[small] = between
    let joined = clusters[small]
    clusters[large].size += joined.size
    if joined.isAmbiguous { clusters[large].isAmbiguous = true }
    guard let boundary = joined.boundary.map({ $0 != between }) else { return }
    if let known = clusters[large].boundary, known != boundary { clusters[large].isAmbiguous = true }
    clusters[large].boundary = boundary
  }
}
