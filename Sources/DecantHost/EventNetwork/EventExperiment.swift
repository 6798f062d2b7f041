import DecantKernels
import Glibc

/// An experiment that event networks are trained on or judged by: its model, and what each detector sees of a shot.
public struct EventExperiment: Sendable {
  public let model: DetectorErrorModel
  public let graph: DetectorGraph
  public let lattice: EventLattice
  let window: EventWindow
  /// Detectors of the lattice.
  let nodes: [UInt32]
  /// For each detector and output, the edge, or -1: `EventNetwork.Parts.outputs` a detector.
  let edges: [Int32]
  /// For each edge, its log odds of having flipped, as compiled.
  let bases: [Float]
  let placeFeatures: [UInt16]

  /// - Throws: `NetworkError` if the lattice is none for the network; `ErrorModelError` for a model that cannot be
  ///   matched.
  public init(_ model: DetectorErrorModel, _ shape: EventNetwork.Shape) throws {
    let graph = try DetectorGraph(model)
    try self.init(model, graph, shape)
  }

  init(_ model: DetectorErrorModel, _ graph: DetectorGraph, _ shape: EventNetwork.Shape) throws(NetworkError)
  {
    self.model = model
    self.graph = graph
    let lattice = try EventLattice(model, graph)
    self.lattice = lattice
    window = EventWindow(lattice, shape)
    nodes = lattice.detectors.indices.filter { lattice.detectors[$0] != nil }.map { UInt32($0) }
    let numbers = EdgeNumbers(graph)
    let outputs = EventNetwork.Parts.outputs
    var edges = Array(repeating: Int32(-1), count: graph.detectorCount * outputs)
    for (index, detector) in lattice.detectors.enumerated() {
      for (output, end) in (detector?.ends ?? []).enumerated() {
        let a = UInt32(index)
        let edge: UInt32? =
          switch end {
          case .none: nil
          case .boundary: numbers[a, DetectorGraph.boundary]
          case .detector(let other): numbers[min(a, UInt32(other)), max(a, UInt32(other))]
          }
        if let edge { edges[index * outputs + output] = Int32(edge) }
      }
    }
    self.edges = edges
    bases = graph.edges.map { Float(-$0.weight) }
    placeFeatures = lattice.placeRows.flatMap { rows in
      rows.isEmpty ? [0, 0, 0] : rows.map { UInt16($0 + shape.windowRows) }
    }
  }

  /// The type of each edge's detectors.
  var typeOfEdge: [Int] { graph.edges.map { lattice.detectors[Int($0.a)]?.type ?? 0 } }

  /// Appends a sample without its label.
  @inline(__always)
  func append(
    _ detector: Int, _ place: EventWindow.Place, _ board: UnsafePointer<UInt64>,
    to samples: inout EventSamples
  ) {
    for index in 0..<3 { samples.features.append(placeFeatures[3 * detector + index]) }
    let perRound = window.rows * window.width
    for round in 0..<window.rounds {
      var word = window.word(board, place, round: round)
      while word != 0 {
        samples.features.append(UInt16(truncatingIfNeeded: round &* perRound &+ word.trailingZeroBitCount))
        word &= word &- 1
      }
    }
    samples.starts.append(UInt32(samples.features.count))
    for output in 0..<EventNetwork.Parts.outputs {
      let edge = Int(edges[detector * EventNetwork.Parts.outputs + output])
      samples.bases.append(edge < 0 ? DECANT_EVENT_NONE : bases[edge])
    }
  }
}
