/// What an event network should say of an edge: how likely it flipped, given what truly happened to the other check
/// type.
///
/// The network sees the other type's detection events only, which are a function of what happened to that type. So the
/// expectation of this label, given what the network sees, is that of "the edge flipped"; but it is far
/// less noisy, since the toss that decided between a Y error and an X error is not in it. (It is the Rao-Blackwell
/// theorem at work.)
///
/// Errors are grouped by their part of the other type: the set of that type's edges which they flip. Given whether an
/// odd number of a group's errors happened, with a the probability that an odd number of those happened which flip the edge,
/// and b that of the rest,
///
///     P(odd | group odd) = a (1 - b) / (a (1 - b) + (1 - a) b),    P(odd | group even) = a b / (a b + (1 - a)(1 - b))
///
/// and groups are independent, so that 1 - 2P is the product over them.
struct ExtrinsicLabels: Sendable {
  /// Groups of errors, of both types.
  private(set) var groupCount = 0
  /// What each error of the model flips, with its probability: `groups` are those of its parts, at most two.
  private(set) var errors: [(detectors: [UInt32], groups: [UInt32], probability: Double)] = []

  /// Where each edge's entries begin in the following; one more for the end.
  private(set) var starts: [UInt32] = [0]
  private(set) var groups: [UInt32] = []
  /// 1 - 2P if the group is even, and if it is odd.
  private(set) var even: [Float] = []
  private(set) var odd: [Float] = []
  /// For each edge, 1 - 2P of the errors that have no part of the other type.
  private(set) var alone: [Float]

  /// - Parameters:
  ///   - graph: made of the model.
  ///   - typeOfEdge: 0 or 1 for each edge.
  /// - Throws: `ErrorModelError` for an error that is likelier than not or has a component that is no edge.
  init(
    _ model: DetectorErrorModel, _ graph: DetectorGraph, typeOfEdge: [Int]
  ) throws(ErrorModelError) {
    let numbers = EdgeNumbers(graph)
    var groupNumbers: [[UInt32]: UInt32] = [:]
    var evenness: [Double] = []  // 1 - 2P(odd) of each group
    var alone = Array(repeating: 1.0, count: graph.edges.count)
    var shares = Array(repeating: [UInt32: Double](), count: graph.edges.count)
    var errors: [(detectors: [UInt32], groups: [UInt32], probability: Double)] = []
    try model.forEachError { (error) throws(ErrorModelError) in
      guard error.probability > 0 else { return }
      guard error.probability <= 0.5 else {
        throw ErrorModelError(
          source: model.source, line: error.line,
          problem:
            "error probability \(error.probability) is above 0.5; training needs errors that are at most as likely "
            + "as not")
      }
      let edges = try numbers.edges(of: error, source: model.source)
      var detectors: [UInt32] = []
      for target in error.targets {
        if let detector = target.detector { detectors.append(UInt32(UInt64(detector) + error.detectorShift)) }
      }
      let parts = (0...1).map { type in edges.filter { typeOfEdge[Int($0)] == type }.oddMembers }
      let factor = 1 - 2 * error.probability
      let groups = parts.map { part -> UInt32? in
        guard !part.isEmpty else { return nil }
        let number = groupNumbers[part] ?? UInt32(groupNumbers.count)
        if number == evenness.count {
          groupNumbers[part] = number
          evenness.append(1)
        }
        evenness[Int(number)] *= factor
        return number
      }
      for type in 0...1 {
        for edge in parts[type] {
          if let group = groups[1 - type] {
            shares[Int(edge)][group, default: 1] *= factor
          } else {
            alone[Int(edge)] *= factor
          }
        }
      }
      errors.append((detectors.oddMembers, groups.compactMap { $0 }, error.probability))
    }
    self.errors = errors
    groupCount = evenness.count
    self.alone = alone.map { Float($0) }
    for shares in shares {
      for (group, share) in shares.sorted(by: { $0.key < $1.key }) {
        let a = (1 - share) / 2
        let b = (1 - evenness[Int(group)] / share) / 2
        let whenOdd = a * (1 - b) / (a * (1 - b) + (1 - a) * b)
        let whenEven = a * b / (a * b + (1 - a) * (1 - b))
        groups.append(group)
        odd.append(Float(1 - 2 * whenOdd))
        even.append(Float(1 - 2 * whenEven))
      }
      starts.append(UInt32(groups.count))
    }
  }
}
