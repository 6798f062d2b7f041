import Glibc

/// What may go wrong, but not how likely it is: the mechanisms of an error model, told by the detectors they flip.
///
/// Errors that flip the same detectors cannot be told apart by detection events, whatever their observables and
/// their decomposition: they are one mechanism here, and share what is learned of it as the model has them share.
/// Probabilities p are dealt with as *rates* -ln(1 - 2p): rates of mechanisms that flip the same add up, and so do
/// those in the logarithm of a parity.
public struct NoiseStructure: Sendable {
  /// Where mechanisms come from, as errors name it.
  public let source: String
  public let products: DetectorProducts
  /// Observables of the model.
  public let observableCount: Int
  /// Mechanisms, in the order in which the model first has them.
  public var count: Int { starts.count - 1 }
  /// The rate of each in the model that told the structure.
  let modelRates: [Double]
  /// Where detectors stand, and when.
  let coordinates: DetectorCoordinates

  /// By what they flip, ascending.
  private let numbers: [[UInt32]: Int32]
  private let starts: [Int32]
  private let detectors: [UInt32]
  /// For each mechanism, the products of all subsets of what it flips, by their masks from 1.
  private let subsetStarts: [Int32]
  private let subsets: [Int32]

  /// - Parameter model: its probabilities say how errors share what is learned, and nothing else, unless an
  ///   estimator has no other knowledge of the noise.
  /// - Throws: `NoiseLearningError` for a model whose errors flip too many detectors.
  public init(_ model: DetectorErrorModel) throws(NoiseLearningError) {
    source = model.source
    observableCount = model.observableCount
    var numbers: [[UInt32]: Int32] = [:]
    var sets: [[UInt32]] = []
    var rates: [Double] = []
    try model.forEachError { (error) throws(NoiseLearningError) in
      let set = error.flippedDetectors
      guard set.count <= DetectorProducts.maxSetSize else {
        throw NoiseLearningError(
          source: model.source,
          problem: "line \(error.line): an error flips \(set.count) detectors, but learning takes up to "
            + "\(DetectorProducts.maxSetSize)")
      }
      guard !set.isEmpty else { return }
      let number = numbers[set] ?? Int32(sets.count)
      if Int(number) == sets.count {
        numbers[set] = number
        sets.append(set)
        rates.append(0)
      }
      rates[Int(number)] += Rate.of(probability: error.probability)
    }
    guard !sets.isEmpty else {
      throw NoiseLearningError(
        source: model.source, problem: "has no errors that flip a detector; there is nothing to learn")
    }
    guard let products = DetectorProducts(detectorCount: model.detectorCount, sets: sets) else {
      throw NoiseLearningError(
        source: model.source, problem: "has too many errors; learn from fewer rounds")
    }
    self.products = products
    modelRates = rates
    self.numbers = numbers
    coordinates = model.detectorCoordinates()

    var starts: [Int32] = [0]
    var subsetStarts: [Int32] = [0]
    var subsets: [Int32] = []
    for set in sets {
      starts.append(starts[starts.count - 1] + Int32(set.count))
      for mask in 1..<1 << set.count {
        let members = set.indices.lazy.filter { mask >> $0 & 1 == 1 }.map { set[$0] }
        subsets.append(Int32(products.index(of: members)!))
      }
      subsetStarts.append(Int32(subsets.count))
    }
    self.starts = starts
    detectors = Array(sets.joined())
    self.subsetStarts = subsetStarts
    self.subsets = subsets
  }

  /// The mechanism that flips these detectors, ascending; nil if none does.
  func mechanism(flipping detectors: [UInt32]) -> Int? { numbers[detectors].map { Int($0) } }

  /// What a mechanism flips, ascending.
  public func detectors(of mechanism: Int) -> ArraySlice<UInt32> {
    detectors[Int(starts[mechanism])..<Int(starts[mechanism + 1])]
  }

  /// Detectors that a mechanism flips.
  func size(of mechanism: Int) -> Int { Int(starts[mechanism + 1] - starts[mechanism]) }

  /// The products of all subsets of what a mechanism flips: the one at k holds its detectors at the bits of k + 1.
  /// The last one is of all of them.
  func subsets(of mechanism: Int) -> ArraySlice<Int32> {
    subsets[Int(subsetStarts[mechanism])..<Int(subsetStarts[mechanism + 1])]
  }

  /// The product of all that a mechanism flips.
  func product(of mechanism: Int) -> Int { Int(subsets[Int(subsetStarts[mechanism + 1]) - 1]) }
}

/// Rates of mechanisms: the mean number of events of a Poisson process, doubled, an odd number of which is the
/// mechanism's happening.
enum Rate {
  /// A coin's would be infinite; with this one it is fair to 2^-53.
  static let most = 36.0

  static func of(probability: Double) -> Double {
    probability < 0.5 ? min(most, -log1p(-2 * probability)) : most
  }

  static func probability(_ rate: Double) -> Double { -0.5 * expm1(-rate) }
}

extension DetectorErrorModel.Mechanism {
  /// The detectors that its components flip together, ascending.
  var flippedDetectors: [UInt32] {
    targets.compactMap { target in
      target.detector.map { UInt32(UInt64($0).addingSaturated(detectorShift)) }
    }.oddMembers
  }
}
