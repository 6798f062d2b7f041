/// Samples shots of any detector error model: detectors, observables and, on request, the edges that flipped.
///
/// Every error of the model happens independently with its probability. The edges are those of `graph`, and an
/// edge has flipped if an odd number of its mechanisms happened: what a learned prior of an edge should predict.
public struct ModelSampler: Sendable {
  public let detectorCount: Int
  public let observableCount: Int
  /// The matching graph whose edges are sampled; nil if they are not.
  public let graph: DetectorGraph?
  public let seed: UInt64

  private let faults: FaultTable
  /// Words of a block's rows at which observables and edges begin, and where they end.
  private let firstObservableWord: Int
  private let firstEdgeWord: Int
  private let rowWords: Int

  /// A block's rows then take 2 GB.
  private static let maxRowWords = 1 << 20

  /// - Parameters:
  ///   - seed: which shots; the same give the same.
  ///   - graph: made of this model, to sample edges as well.
  /// - Throws: `ErrorModelError` for a model with more errors than can be sampled; with a graph, where an error
  ///   has a component that is no edge of it.
  public init(
    _ model: DetectorErrorModel, seed: UInt64, graph: DetectorGraph? = nil
  ) throws(ErrorModelError) {
    detectorCount = model.detectorCount
    observableCount = model.observableCount
    self.graph = graph
    self.seed = seed
    firstObservableWord = (model.detectorCount + 63) / 64
    firstEdgeWord = firstObservableWord + (model.observableCount + 63) / 64
    rowWords = firstEdgeWord + ((graph?.edges.count ?? 0) + 63) / 64

    guard rowWords <= Self.maxRowWords else {
      throw ErrorModelError(
        source: model.source, line: nil,
        problem:
          "a shot of it has \(64 * rowWords) bits, but sampling takes at most \(64 * Self.maxRowWords); "
          + "split the experiment")
    }
    let edges = graph.map { EdgeNumbers($0) }
    var table = FaultTable()
    var faults: [(fault: FaultTable.Fault, events: Double)] = []
    let firstObservable = UInt32(64 * firstObservableWord)
    let firstEdge = UInt32(64 * firstEdgeWord)
    try model.forEachError { (error) throws(ErrorModelError) in
      guard error.probability > 0 else { return }
      var flips: [UInt32] = []
      for target in error.targets {
        if let detector = target.detector {
          flips.append(UInt32(UInt64(detector) + error.detectorShift))
        } else if let observable = target.observable {
          flips.append(firstObservable + observable)
        }
      }
      if let edges {
        for edge in try edges.edges(of: error, source: model.source) { flips.append(firstEdge + edge) }
      }
      flips.keepOddMembers()
      // What is likelier than not happens always, and is undone when it does not.
      if error.probability > 0.5 { table.flipAlways(flips) }
      let probability = min(error.probability, 1 - error.probability)
      faults.append((FaultTable.Fault(flips: flips), FaultTable.events(probability: probability)))
    }
    guard table.add(faults) else {
      throw ErrorModelError(
        source: model.source, line: nil,
        problem: "its errors are too many and too likely to be sampled; split the model")
    }
    self.faults = table
  }

  public var edgeCount: Int { graph?.edges.count ?? 0 }

  /// Samples shots by their numbers.
  ///
  /// - Parameters:
  ///   - first: the number of the first shot; a shot's number and the seed say all about it.
  ///   - count: not negative, with `first` at most 2^63.
  ///   - threads: how many to use at most.
  ///   - detectors: rows of `detectorCount` bits; nil to leave them out. Likewise the others.
  public func sample(
    first: UInt64, count: Int, threads: Int = 1, detectors: ShotRows? = nil, observables: ShotRows? = nil,
    edges: ShotRows? = nil
  ) {
    precondition(edges == nil || graph != nil, "edges need a graph")
    ShotRange(first: first, count: count).forEachPart(threads: threads) { _ in
      BlockOfRows(rowWords: rowWords)
    } _: { part, rows in
      fill(&rows, block: part.block)
      for (place, shot) in part.shots.enumerated() {
        let row = part.firstRow + place
        if let detectors { rows.copy(shot, firstWord: 0, bits: detectorCount, to: detectors.row(row)) }
        if let observables {
          rows.copy(shot, firstWord: firstObservableWord, bits: observableCount, to: observables.row(row))
        }
        if let edges { rows.copy(shot, firstWord: firstEdgeWord, bits: edgeCount, to: edges.row(row)) }
      }
    }
  }

  private func fill(_ rows: inout BlockOfRows, block: UInt64) {
    rows.clear()
    let words = rows.words
    let rowWords = rowWords
    for bit in faults.constant {
      for shot in 0..<FaultTable.shotsPerBlock {
        words[shot * rowWords + Int(bit >> 6)] ^= 1 << UInt64(bit & 63)
      }
    }
    faults.sample(seed: seed, block: block) { bit, shot in
      words[shot &* rowWords &+ Int(bit &>> 6)] ^= 1 &<< UInt64(bit & 63)
    }
  }
}

/// The bits of one block's shots, a row of words for each. Its words are its own, and nobody else's.
final class BlockOfRows {
  let words: UnsafeMutablePointer<UInt64>
  private let count: Int
  private let rowWords: Int

  init(rowWords: Int) {
    self.rowWords = rowWords
    count = rowWords * FaultTable.shotsPerBlock
    words = .allocate(capacity: count)
    words.initialize(repeating: 0, count: count)
  }

  deinit { words.deallocate() }

  func clear() { words.update(repeating: 0, count: count) }

  /// Copies bits of a shot that begin with a word.
  func copy(_ shot: Int, firstWord: Int, bits: Int, to row: UnsafeMutablePointer<UInt8>) {
    // Words are little-endian on every processor that the host plane runs on.
    UnsafeMutableRawPointer(row).copyMemory(
      from: words + shot * rowWords + firstWord, byteCount: (bits + 7) / 8)
  }
}
