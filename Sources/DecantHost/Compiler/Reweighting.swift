/// An image like another, with other weights: what a decoder goes on with when the noise has changed.
///
/// All that the image before was compiled for is read from it: whole shots or a stream and its windows, correlations or
/// none. The model has to be of the same detectors, edges and observables, so that a decoder of the one image can take over
/// from a decoder of the other, and so that a wrong model is told from a change of the noise. The bytes are those that
/// compiling the model anew would give. Slots stand by their weights, so that sections of structure change with these.
public struct Reweighting {
  public let image: [UInt8]
  /// What the model has lost on the way, a clause each.
  public let notices: [String]

  /// Why there is no such image.
  public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// - Parameters:
  ///   - old: an image without a network, and of no strip.
  ///   - name: how errors call it.
  ///   - options: how the model becomes a graph; whether correlated, the image says.
  /// - Throws: `DecoderError` for bytes that are no image, `ErrorModelError` and what compiling throws, and `Failure`.
  public init(
    _ model: DetectorErrorModel, like old: [UInt8], name: String,
    options: DetectorGraph.Options = DetectorGraph.Options()
  ) throws {
    let before = try ImageStructure(old, name: name)
    guard !before.holdsNetwork else {
      throw Failure(
        description:
          "\(name): holds a network, whose numbers are made for its weights; compile the model anew, "
          + "with the network")
    }
    guard !before.isStrip else {
      throw Failure(
        description: "\(name): is one strip of a patch; cut the model into strips as the patch was")
    }
    let options = DetectorGraph.Options(
      hyperedges: options.hyperedges, distinctWeights: options.distinctWeights,
      correlated: before.holdsCorrelations)
    let graph = try DetectorGraph(model, options: options)
    notices = graph.census.notices
    if let stream = before.stream {
      image = try StreamCompiler.compile(
        model, graph, commit: Int(stream.commitRounds), buffer: Int(stream.bufferRounds))
    } else {
      image = try ImageCompiler.compile(graph)
    }
    let after = try ImageStructure(image, name: model.source)
    if let difference = before.difference(after, own: name) {
      throw Failure(
        description: "\(model.source): is not the model of \(name) with other probabilities: \(difference). "
          + "Compile it anew")
    }
  }
}
