/// How large a graph a decoder works on: that of its image or, of a stream, the largest window.
struct GraphSize {
  let nodes: UInt64
  let edges: UInt64
  /// Rules of all edges; zero without correlations.
  let rules: UInt64

  /// - Parameter image: checked.
  init(_ image: ImageReader, _ configuration: Configuration) {
    if image.isStream {
      let rounds = UInt64(configuration.windowRounds)
      let layer = image.largestLayer
      nodes = rounds &* UInt64(image.stream.largestRound)
      edges = rounds &* UInt64(layer.edges)
      let (product, overflow) = rounds.multipliedReportingOverflow(by: layer.rules)
      rules = overflow ? .max / 4 : min(product, .max / 4)
    } else {
      nodes = UInt64(image.detectors)
      edges = UInt64(image.edgeCount)
      rules = configuration.isCorrelated ? image.ruleSteps : 0
    }
  }
}
