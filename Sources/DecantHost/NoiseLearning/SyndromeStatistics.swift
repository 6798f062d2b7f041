/// What is kept of shots to learn noise from: in how many of them the detectors of each product fired.
///
/// Sufficient for every estimate in this room, of the same size for any number of shots, and additive: statistics
/// of files, threads and machines are merged by adding them, and forgotten by scaling them down. Counts are
/// doubles, which hold integers exactly up to 2^53.
public struct SyndromeStatistics: Equatable, Sendable {
  public let products: DetectorProducts
  /// The weights of all shots, summed: how many there are, if nothing was forgotten.
  public private(set) var shots = 0.0
  /// The squares of these weights, summed.
  public private(set) var squaredWeights = 0.0
  /// For each product, the weights of the shots in which all of its detectors fired.
  public private(set) var counts: [Double]

  /// No shots.
  public init(_ products: DetectorProducts) {
    self.products = products
    counts = Array(repeating: 0, count: products.count)
  }

  init(_ products: DetectorProducts, shots: Double, squaredWeights: Double, counts: [Double]) {
    self.products = products
    self.shots = shots
    self.squaredWeights = squaredWeights
    self.counts = counts
  }

  /// So many shots of one weight say as much.
  public var effectiveShots: Double { squaredWeights > 0 ? shots * shots / squaredWeights : 0 }

  /// Adds what a counter of the same products has counted, and drains it.
  public mutating func add(_ counter: ProductCounter) {
    precondition(counter.products.count == products.count, "the counter is of other products")
    counter.drain { add($0, shots: $1) }
  }

  /// Adds what a counter has counted so far, and leaves it there.
  mutating func add(copyOf counter: ProductCounter) {
    precondition(counter.products.count == products.count, "the counter is of other products")
    counter.withCounts { add($0, shots: $1) }
  }

  private mutating func add(_ counted: UnsafeBufferPointer<UInt32>, shots: Int) {
    self.shots += Double(shots)
    squaredWeights += Double(shots)
    for index in counted.indices where counted[index] != 0 { counts[index] += Double(counted[index]) }
  }

  /// Lets all shots so far weigh less.
  ///
  /// - Parameter share: what is left of a shot's weight, from 0 to 1.
  public mutating func forget(keeping share: Double) {
    precondition((0...1).contains(share), "a share is from 0 to 1")
    shots *= share
    squaredWeights *= share * share
    for index in counts.indices { counts[index] *= share }
  }

  /// Adds the statistics of other shots.
  ///
  /// - Returns: false, with nothing changed, if they are of other products.
  @discardableResult
  public mutating func merge(_ other: SyndromeStatistics) -> Bool {
    guard other.products == products else { return false }
    shots += other.shots
    squaredWeights += other.squaredWeights
    for index in counts.indices { counts[index] += other.counts[index] }
    return true
  }
}

extension SyndromeStatistics {
  /// Counts all shots of a file, on several threads.
  ///
  /// - Parameters:
  ///   - rows: of the products' detectors, and observables perhaps.
  ///   - windows: what else to count in the same shots.
  ///   - progress: called now and then with the shots and the bytes read so far, never twice at a time.
  /// - Throws: what reading throws; nothing was added then.
  public mutating func add(
    _ reader: consuming ShotReader, windows: WindowCounter? = nil, threads: Int = 1,
    progress: @escaping @Sendable (_ shots: Int, _ offset: Int) -> Void = { _, _ in }
  ) throws(ShotFileError) {
    let source = SharedShots(reader, progress: progress)
    let parts = SharedParts()
    let products = products
    let places = windows?.windows
    WorkerThreads.run(max(1, threads)) { _ in
      let counter = ProductCounter(products)
      var part = SyndromeStatistics(products)
      let seen = places.map { WindowCounter($0) }
      var batch = source.batch()
      while source.read(into: &batch) {
        if counter.isFull(for: batch.count) { part.add(counter) }
        counter.count(batch)
        seen?.count(batch)
      }
      part.add(counter)
      parts.add(part, seen?.seen)
    }
    if let failure = source.failure { throw failure }
    for part in parts.all {
      merge(part.statistics)
      if let seen = part.windows { windows?.add(seen) }
    }
  }
}
