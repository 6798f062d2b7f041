/// Corrects a shot by whole edges of its matching graph or not at all.
///
/// The rule. An edge is a candidate if its ends have both fired, the boundary counting as fired always. Its score is the
/// sum of the logits along its chain: the log odds that all of the chain happened against that none of it did, if its
/// parts were independent. It is accepted if its score is at least the threshold and above that of each other candidate
/// at either detector; of equal ones, the first in the order of (a, b) is above. Accepted edges share no detector; theirs
/// are taken out, and their observables make the frame. All others stay as they were, so that no event is ever created.
///
/// One pass, in which an edge looks at its chain and at the edges that share an end with it: as local as a network's layer.
final class GridAcceptance {
  private let chains: EdgeChains
  /// The best candidate of each detector, and its score.
  private var best: [Int32]
  private var scores: [Float]
  private var candidates: [Int32] = []
  /// Those of the last shot, ascending.
  private(set) var accepted: [Int] = []

  init(_ chains: EdgeChains, detectors: Int) {
    self.chains = chains
    best = Array(repeating: -1, count: detectors)
    scores = Array(repeating: 0, count: chains.edges.count)
  }

  /// Writes a shot's residual, and gives its frame.
  ///
  /// - Parameters:
  ///   - detectors: packed bits of all of a shot's.
  ///   - residual: as many, of zeros.
  func apply(
    _ logits: UnsafePointer<Float>, threshold: Float, to detectors: UnsafePointer<UInt8>, bytes: Int,
    residual: UnsafeMutablePointer<UInt8>
  ) -> UInt8 {
    residual.update(from: detectors, count: bytes)
    candidates.removeAll(keepingCapacity: true)
    accepted.removeAll(keepingCapacity: true)
    func fired(_ detector: Int) -> Bool { detectors[detector >> 3] >> UInt8(detector & 7) & 1 != 0 }
    for (index, edge) in chains.edges.enumerated() {
      guard fired(edge.a), edge.b.map(fired) ?? true else { continue }
      candidates.append(Int32(index))
      scores[index] = chains.sum(index, logits)
      for end in [edge.a, edge.b].compactMap({ $0 })
      where best[end] < 0 || scores[index] > scores[Int(best[end])] { best[end] = Int32(index) }
    }
    var frame: UInt8 = 0
    for candidate in candidates {
      let edge = chains.edges[Int(candidate)]
      guard scores[Int(candidate)] >= threshold, best[edge.a] == candidate,
        edge.b.map({ best[$0] == candidate }) ?? true
      else { continue }
      accepted.append(Int(candidate))
      if edge.crosses { frame ^= 1 }
      for end in [edge.a, edge.b].compactMap({ $0 }) { residual[end >> 3] ^= 1 << UInt8(end & 7) }
    }
    for candidate in candidates {
      let edge = chains.edges[Int(candidate)]
      best[edge.a] = -1
      if let b = edge.b { best[b] = -1 }
    }
    return frame
  }
}

/// Edges, and where their chains stand among the logits of an engine.
struct EdgeChains {
  let edges: [GridEdges.Edge]
  private let starts: [Int]
  private let places: [Int]

  /// - Parameter places: of each decision's logit.
  init(_ edges: GridEdges, places: [Int]) {
    self.edges = edges.edges
    var starts = [0]
    var all: [Int] = []
    for edge in edges.edges {
      all += edge.chain.map { places[$0] }
      starts.append(all.count)
    }
    (self.starts, self.places) = (starts, all)
  }

  func sum(_ edge: Int, _ logits: UnsafePointer<Float>) -> Float {
    var sum: Float = 0
    for index in starts[edge]..<starts[edge + 1] { sum += logits[places[index]] }
    return sum
  }

  func least(_ edge: Int, _ logits: UnsafePointer<Float>) -> Float {
    var least = Float.infinity
    for index in starts[edge]..<starts[edge + 1] {
      let logit = logits[places[index]]
      // No number makes it none.
      if !(logit >= least) { least = logit }
    }
    return least
  }
}
