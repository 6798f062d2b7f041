import DecantHost

/// Small random graphs of every kind that an image must hold, the same in every run.
struct RandomGraphs {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(state: seed) }

  /// Up to 30 detectors, some of them alone; zero, negative and equal weights; parallel edges. If `manySets`,
  /// a larger graph with more observable sets than slots have numbers for.
  mutating func next(manySets: Bool = false) throws -> DetectorGraph {
    let detectors = manySets ? 80 : Int.random(in: 1...30, using: &random)
    let observables = manySets ? 200 : 3
    let integerWeights = Bool.random(using: &random)
    let withBoundary = Int.random(in: 0...3, using: &random) > 0
    let edges = (0..<(manySets ? 400 : Int.random(in: 0...60, using: &random))).compactMap { _ in
      edge(detectors, observables, integerWeights, withBoundary)
    }
    return try DetectorGraph(detectors: detectors, observables: observables, edges: edges)
  }

  private mutating func edge(
    _ detectors: Int, _ observables: Int, _ integerWeights: Bool, _ withBoundary: Bool
  ) -> DetectorGraph.GivenEdge? {
    let a = Int.random(in: 0..<detectors, using: &random)
    // Near neighbours, so that components stay apart.
    let b = a + Int.random(in: -3...3, using: &random)
    if a == b && !withBoundary || b < 0 || b >= detectors { return nil }
    let weight =
      integerWeights
      ? Double(Int.random(in: -2...4, using: &random)) : Double.random(in: -1...5, using: &random)
    let members = (0..<Int.random(in: 0...2, using: &random)).map { _ in
      Int.random(in: 0..<observables, using: &random)
    }
    return DetectorGraph.GivenEdge(a, a == b ? nil : b, weight: weight, observables: members)
  }
}

/// Steele, Lea and Flood's SplitMix64: Swift's own generator cannot be seeded.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
