import DecantModels
import Glibc

/// A network that reads the 25 parameters of a surface code's noise off its detection events.
///
/// Its first layer is a list of sets of detectors in a window (`BulkWindows`), whose parities are averaged over all windows
/// of all shots. As in `LocalRates`, the logarithms of these make the rates of all that flips a set or more. Relative to
/// the mean rate of single detectors, s, they go through asinh(steepness * rate / s) and, with log s, through three layers
/// (GELU between them), which make 25 logits; each parameter is exp(log low + (log high - log low) sigmoid(logit)).
/// `python -m decant.train.noise` trains it, and says in what it differs from arXiv:2604.12841, section V.
public struct NoiseNetwork: Sendable {
  static let version = "decant_noise_v1"
  static let shippedName = "noise"

  private let sets: [WindowSet]
  /// For each set its subsets, by their numbers, with what their logarithms count in its rate.
  private let inclusion: [[(set: Int, share: Double)]]
  private let layers: [Layer]
  private let low: Double
  private let high: Double
  private let steepness: Double
  /// On noises that it was not trained on, how far off the parameters' logarithms are (root of the mean square).
  let deviations: [Double]
  /// Likewise for the probabilities of edges and hyperedges, weighted with these.
  let rateDeviation: Double

  private struct Layer {
    let weights: [Float]
    let biases: [Float]
  }

  /// Widths that a file may have.
  private static let widest = 1024
  /// Parities below this count as this: their logarithms say nothing.
  private static let leastParity = 0.02
  private static let parameters = NoiseParameters.names.count

  static var shippedFile: [UInt8] {
    let model = decant_shipped_noise()
    return Array(UnsafeBufferPointer(start: model.bytes, count: Int(model.size)))
  }

  /// - Parameter name: `shippedName`, or a path.
  /// - Throws: `ShotFileError` if it cannot be read, and `NetworkError` if it is damaged or no noise network.
  public init(named name: String) throws {
    if name == Self.shippedName {
      try self.init(SafeTensors(bytes: Self.shippedFile, source: name), source: name)
    } else {
      var source = try ByteSource(path: name)
      try self.init(SafeTensors(bytes: try source.readAll(limit: 1 << 26), source: name), source: name)
    }
  }

  /// - Parameter source: how errors name the file.
  /// - Throws: `NetworkError` for tensors that are missing, or whose shapes or values do not fit together.
  public init(_ file: SafeTensors, source: String) throws(NetworkError) {
    func refuse(_ problem: String) -> NetworkError { NetworkError(source: source, problem) }
    let version = file.metadata["model_version"] ?? "missing"
    guard version == Self.version else {
      throw refuse("is no noise network: its model_version is \(version), not \(Self.version)")
    }
    func tensor(_ name: String, _ shape: [Int?]) throws(NetworkError) -> SafeTensors.Tensor {
      guard let tensor = file[name] else { throw refuse("has no tensor \(name)") }
      guard tensor.shape.count == shape.count,
        zip(shape, tensor.shape).allSatisfy({ ($0 ?? $1) == $1 })
      else {
        let wanted = shape.map { $0.map { "\($0)" } ?? "any" }.joined(separator: ", ")
        throw refuse("tensor \(name) has shape \(tensor.shape), but the others make it [\(wanted)]")
      }
      return tensor
    }
    func number(_ key: String, _ range: ClosedRange<Double>) throws(NetworkError) -> Double {
      guard let text = file.metadata[key], let value = Double(text), range ~= value else {
        throw refuse(
          "its \(key) is \(file.metadata[key] ?? "missing"), not a number from \(range.lowerBound) to "
            + "\(range.upperBound)")
      }
      return value
    }
    let types = try tensor("sets.types", [nil]).values
    let masks = try tensor("sets.masks", [types.count]).values
    var sets: [WindowSet] = []
    for (type, mask) in zip(types, masks) {
      guard type == 0 || type == 1, let mask = UInt32(exactly: mask), 1..<1 << BulkWindows.bits ~= mask else {
        throw refuse(
          "set \(sets.count) is of type \(type) with the mask \(mask), "
            + "and no set of a window's detectors")
      }
      sets.append(WindowSet(type: Int(type), mask: mask))
    }
    guard (2...4096) ~= sets.count, sets.filter({ $0.mask == 1 }).count == 2 else {
      throw refuse("has \(sets.count) sets of detectors; single ones of both types are among them")
    }
    inclusion = try Self.inclusion(sets, source)
    self.sets = sets
    let width = try tensor("1.weight", [sets.count + 1, nil]).shape[1]
    guard (1...Self.widest) ~= width else {
      throw refuse("its layers are \(width) wide; that is from 1 to \(Self.widest)")
    }
    var layers: [Layer] = []
    for (above, below) in [(sets.count + 1, width), (width, width), (width, Self.parameters)] {
      let name = "\(layers.count + 1)"
      layers.append(
        Layer(
          weights: try tensor(name + ".weight", [above, below]).values,
          biases: try tensor(name + ".bias", [below]).values))
    }
    self.layers = layers
    deviations = try tensor("deviations", [Self.parameters]).values.map { Double($0) }
    low = try number("low", 1e-9...1e-2)
    high = try number("high", 1e-3...0.03)
    steepness = try number("steepness", 1e-3...1e6)
    rateDeviation = (try number("held_out_loss", 0...100)).squareRoot()
    guard low < high, deviations.allSatisfy({ $0 >= 0 }) else {
      throw refuse("its low is \(low) and its high \(high), or a deviation is negative")
    }
  }

  /// The 25 parameters, as `NoiseParameters.names` orders them.
  func parameters(_ counts: WindowCounts) -> [Double] {
    let logarithms = counts.parities(sets).map { -log(max($0, Self.leastParity)) }
    let rates = inclusion.map { $0.reduce(0) { $0 + $1.share * logarithms[$1.set] } }
    let single = max(1e-9, sets.indices.reduce(0) { sets[$1].mask == 1 ? $0 + 0.5 * rates[$1] : $0 })
    var values = rates.map { asinh(steepness * $0 / single) } + [log(single)]
    for (index, layer) in layers.enumerated() {
      var sums = layer.biases.map { Double($0) }
      for (input, value) in values.enumerated() {
        let row = input * sums.count
        for output in sums.indices { sums[output] += value * Double(layer.weights[row + output]) }
      }
      values = index + 1 < layers.count ? sums.map(Self.gelu) : sums
    }
    return values.map { exp(log(low) + (log(high) - log(low)) / (1 + exp(-$0))) }
  }

  /// By the hyperbolic tangent, as it was trained.
  private static func gelu(_ x: Double) -> Double {
    0.5 * x * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
  }

  /// The rate of all that flips S or more is -2^(1-k) times the sum over T in S of (-1)^|T| K(T): see `LocalRates`.
  private static func inclusion(_ sets: [WindowSet], _ source: String)
    throws(NetworkError) -> [[(set: Int, share: Double)]]
  {
    var numbers: [WindowSet: Int] = [:]
    for (number, set) in sets.enumerated() { numbers[set] = number }
    var rows: [[(set: Int, share: Double)]] = []
    for set in sets {
      guard set.mask.nonzeroBitCount <= DetectorProducts.maxSetSize else {
        throw NetworkError(
          source: source, "set \(rows.count) has \(set.mask.nonzeroBitCount) detectors, too many")
      }
      let share = 1 / Double(1 << (set.mask.nonzeroBitCount - 1))
      var row: [(set: Int, share: Double)] = []
      var part = set.mask
      while part != 0 {
        let subset = WindowSet(type: set.type, mask: part).inFirstCorner
        guard let number = numbers[subset] else {
          throw NetworkError(source: source, "set \(rows.count) has a subset that is not among the sets")
        }
        row.append((number, part.nonzeroBitCount % 2 == 0 ? -share : share))
        part = (part - 1) & set.mask
      }
      rows.append(row)
    }
    return rows
  }
}

/// Some detectors of a window.
struct WindowSet: Hashable, Sendable {
  /// Of the check in the middle: 0 for X, 1 for Z.
  var type: Int
  /// As a pattern of `WindowCounts`.
  var mask: UInt32

  /// The same detectors in another window: the one whose first round, row and column they touch.
  var inFirstCorner: WindowSet {
    var (type, mask) = (type, mask)
    // Bits of the first round, row and column.
    while mask & 0o777 == 0 { mask >>= 9 }
    while mask & 0o007007 == 0 {
      mask >>= 3
      type ^= 1
    }
    while mask & 0o111111 == 0 {
      mask >>= 1
      type ^= 1
    }
    return WindowSet(type: type, mask: mask)
  }
}

extension WindowCounts {
  /// The mean of (-1)^(detectors of the set that fired), over all windows of the set's type.
  func parities(_ sets: [WindowSet]) -> [Double] {
    var odd = [UInt64](repeating: 0, count: sets.count)
    var whole: [UInt64] = [0, 0]
    for type in 0..<2 {
      let own = sets.indices.filter { sets[$0].type == type }
      for (pattern, seen) in counts[type].enumerated() where seen > 0 {
        whole[type] += seen
        for set in own where (UInt32(pattern) & sets[set].mask).nonzeroBitCount & 1 == 1 { odd[set] += seen }
      }
    }
    return sets.indices.map { 1 - 2 * Double(odd[$0]) / Double(max(1, whole[sets[$0].type])) }
  }
}
