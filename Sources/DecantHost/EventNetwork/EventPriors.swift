import DecantKernels

/// What a network in floating point says of shots: weights for single shots, as `decant_reweight_next` takes them.
///
/// The reference that the real-time plane's integers are held against. One thread at a time may use it.
public final class EventPriors {
  private let network: EventNetwork
  private let experiment: EventExperiment
  private var boards: [[UInt64]]
  private var samples = EventSamples()
  /// For each edge, the sum of what its ends say in this shot, and how many do.
  private var sums: [Float]
  private var counts: [UInt8]

  public init(_ network: EventNetwork, _ experiment: EventExperiment) {
    self.network = network
    self.experiment = experiment
    boards = Array(repeating: Array(repeating: 0, count: experiment.window.boardWords), count: 2)
    sums = Array(repeating: 0, count: experiment.graph.edges.count)
    counts = Array(repeating: 0, count: experiment.graph.edges.count)
  }

  /// The weights that change, in ascending order of their edges.
  ///
  /// - Parameter events: detectors that fired.
  public func weights(events: [Int]) -> [(edge: Int, weight: Double)] {
    let window = experiment.window
    let seen = events.filter { window.places[$0] != nil }
    for event in seen {
      guard let place = window.places[event] else { continue }
      boards[1 - place.type][place.markWord] |= place.markBit
    }
    samples.removeAll()
    for event in seen {
      guard let place = window.places[event] else { continue }
      boards[place.type].withUnsafeBufferPointer {
        experiment.append(event, place, $0.baseAddress!, to: &samples)
      }
    }
    for event in seen {
      guard let place = window.places[event] else { continue }
      boards[1 - place.type][place.markWord] = 0
    }
    let outputs = EventNetwork.Parts.outputs
    var z = Array(repeating: Float(0), count: samples.count * outputs)
    var kernel = network.shape.kernel
    samples.withKernelSamples { decant_event_forward(&kernel, network.parameters, $0, &z) }
    var named: [Int] = []
    for (index, event) in seen.enumerated() {
      for output in 0..<EventLattice.outputs {
        let edge = Int(experiment.edges[event * outputs + output])
        guard edge >= 0 else { continue }
        if counts[edge] == 0 { named.append(edge) }
        counts[edge] += 1
        sums[edge] += z[index * outputs + output]
      }
    }
    return named.sorted().map { edge in
      defer { (sums[edge], counts[edge]) = (0, 0) }
      return (edge, max(EventNetwork.leastWeight, Double(-sums[edge] / Float(counts[edge]))))
    }
  }
}
