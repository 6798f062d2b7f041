/// What became of the mechanisms of a model on their way into a graph.
///
/// Some need no edge and some lose part of what they said; none of that stops decoding, but whoever compiles
/// the model should hear of it.
public struct MechanismCensus: Equatable, Sendable {
  /// How often something happened, and the line where it first did.
  public struct Count: Equatable, Sendable {
    public private(set) var count = 0
    public private(set) var firstLine: Int?

    mutating func record(line: Int?) {
      if count == 0 { firstLine = line }
      count += 1
    }
  }

  /// Components that went into edges.
  public internal(set) var used = 0
  /// Errors of probability 0, which were skipped.
  public internal(set) var impossible = Count()
  /// Errors of probability 1, which were read as 1 - 2^-53.
  public internal(set) var certain = Count()
  /// Components of three or more detectors, which were left out.
  public internal(set) var hyperedges = Count()
  /// Components that flip an observable and no detector, which no decoder can see.
  public internal(set) var undetectable = Count()
  /// Components in which a detector occurs more than once; pairs of it were cancelled.
  public internal(set) var repeatedDetectors = Count()
  /// Components that met an edge with the same detectors and other observables. The edge keeps those of its
  /// first component.
  public internal(set) var conflicting = Count()

  /// What a user should know, one sentence without its full stop each.
  public var notices: [String] {
    var notices: [String] = []
    func add(_ entry: Count, _ singular: String, _ plural: String) {
      guard entry.count > 0 else { return }
      let first = entry.count == 1 ? ", on line " : ", the first on line "
      let place = entry.firstLine.map { first + String($0) } ?? ""
      notices.append((entry.count == 1 ? singular : "\(entry.count) \(plural)") + place)
    }
    add(
      hyperedges, "1 component flips three or more detectors and was left out",
      "components flip three or more detectors and were left out")
    add(
      undetectable, "1 component flips an observable but no detector, so that no decoder can see it",
      "components flip observables but no detector, so that no decoder can see them")
    add(
      conflicting,
      "1 component flips the same detectors as an earlier one but other observables, which were ignored",
      "components flip the same detectors as earlier ones but other observables, which were ignored")
    add(
      repeatedDetectors, "1 component names a detector more than once; pairs of it cancel",
      "components name a detector more than once; pairs of it cancel")
    add(
      certain, "1 error has probability 1, read as 1 - 2^-53",
      "errors have probability 1, read as 1 - 2^-53")
    return notices
  }
}
