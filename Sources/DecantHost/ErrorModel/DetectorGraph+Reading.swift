/// Building the graph of a detector error model while its text is read.
extension DetectorGraph {
  /// Makes the graph of the model that a source holds, as `DetectorGraph(DetectorErrorModel(...))` does.
  ///
  /// The model never stands in memory, but for what of its lines is at hand and for repeat blocks: in long experiments it is
  /// many times larger than what comes of it.
  ///
  /// - Parameter piece: bytes of lines that are at hand at a time, or of the longest line.
  /// - Throws: `ShotFileError` if the source cannot be read, and `ErrorModelError`.
  public init(
    reading source: inout ByteSource, limits: ErrorModelLimits = ErrorModelLimits(),
    options: Options = Options(), piece: Int = 1 << 16
  ) throws {
    var reader = ErrorModelReader(source: source.name, limits: limits)
    // Where no error shares a line with another, and as many share an edge as in a surface code.
    var builder = GraphBuilder(source: source.name, options: options, errors: (source.size ?? 0) / 50)
    var shift: UInt64 = 0
    // What is wrong with the text comes before what is wrong with the graph, wherever it is.
    var flaw: ErrorModelError?
    while true {
      let lines = try source.takeLines(piece: piece)
      if lines.isEmpty { break }
      try reader.read(lines)
      guard reader.openBlocks.isEmpty else { continue }
      if flaw == nil {
        do throws(ErrorModelError) {
          try DetectorErrorModel(of: reader).forEachError(shiftedBy: &shift) {
            (mechanism) throws(ErrorModelError) in try builder.add(mechanism)
          }
        } catch { flaw = error }
      }
      reader.forgetInstructions()
    }
    try reader.finish()
    if let flaw { throw flaw }
    let (edges, correlations) = builder.takeEdges()
    self.init(
      detectorCount: Int(reader.totals.detectorEnd), observableCount: reader.observableCount, edges: edges,
      correlations: correlations, observableSets: builder.sets, census: builder.census, options: options)
  }
}
