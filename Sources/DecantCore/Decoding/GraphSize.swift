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
      // Those of the edges next to a seam are read a second time: for the window to come, or by a block, which reads those of
      // its neighbours on both sides.
      let reading = rounds &+ (configuration.isBlocks ? 3 : 2) &* UInt64(StreamRecord.reach)
      let (product, overflow) = reading.multipliedReportingOverflow(by: layer.rules)
      let carried = 2 &* UInt64(StreamRecord.reach) &* UInt64(layer.edges)
      rules = overflow ? .max / 4 : min(product, .max / 4 &- carried) &+ carried
    } else {
      nodes = UInt64(image.detectors)
      edges = UInt64(image.edgeCount)
      rules = configuration.isCorrelated ? image.ruleSteps : 0
    }
  }
}
