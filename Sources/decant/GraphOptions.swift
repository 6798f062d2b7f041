import ArgumentParser
import DecantHost

/// How a model becomes a matching graph: the flags that `compile` and the decoding verbs share.
struct GraphOptions: ParsableArguments {
  @Flag(
    name: .customLong("drop_hyperedges"),
    help: "Leave out components of the model that flip three or more detectors, instead of refusing it.")
  var dropHyperedges = false

  @Option(
    name: .customLong("distinct_weights"),
    help: ArgumentHelp(
      "Absolute weights to tell apart, zero included: 2 to 16777216 (the default). For comparisons.",
      valueName: "count"))
  var distinctWeights: Int?

  /// Whether any of them was given.
  var areGiven: Bool { dropHyperedges || distinctWeights != nil }

  /// correlated: whether to keep what errors say about each other, which the verbs ask for by different flags.
  func graph(correlated: Bool) -> DetectorGraph.Options {
    let hyperedges: DetectorGraph.Options.Hyperedges = dropHyperedges ? .drop : .refuse
    guard let distinctWeights else {
      return DetectorGraph.Options(hyperedges: hyperedges, correlated: correlated)
    }
    return DetectorGraph.Options(
      hyperedges: hyperedges, distinctWeights: distinctWeights, correlated: correlated)
  }

  func validate() throws {
    if let distinctWeights, !(2...1 << 24).contains(distinctWeights) {
      throw ValidationError("--distinct_weights \(distinctWeights) is not between 2 and 16777216.")
    }
  }
}
