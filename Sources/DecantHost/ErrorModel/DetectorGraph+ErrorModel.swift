/// Building the graph of a detector error model.
extension DetectorGraph {
  /// Makes each component with one or two detectors an edge, merging components with the same detectors.
  ///
  /// As in PyMatching 2.4, each component of an error counts as a mechanism of its own with the error's
  /// probability; same detectors are merged as independent mechanisms in the order of the text, and the
  /// first one's observables are kept. Unlike there, a detector or an observable named twice in a component
  /// cancels, and a probability of 1 is read as 1 - 2^-53. `census` counts what was merged or left out.
  ///
  /// With correlations, the edges of an error that is decomposed say something about each other. An edge that
  /// occurs twice in an error is not flipped by it, and a dropped component leaves the others as they are.
  ///
  /// - Throws: `ErrorModelError` for a component with three or more detectors, unless the options drop those;
  ///   with correlations, as PyMatching, also for an error that is likelier than not, and for a component
  ///   without detectors in a decomposed error.
  public init(_ model: DetectorErrorModel, options: Options = Options()) throws(ErrorModelError) {
    var builder = GraphBuilder(source: model.source, options: options, errors: model.errorCount)
    try model.forEachError { (mechanism) throws(ErrorModelError) in try builder.add(mechanism) }
    let (edges, correlations) = builder.takeEdges()
    self.init(
      detectorCount: model.detectorCount, observableCount: model.observableCount, edges: edges,
      correlations: correlations, observableSets: builder.sets, census: builder.census, options: options)
  }
}
