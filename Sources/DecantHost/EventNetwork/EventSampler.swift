import DecantKernels

/// Draws samples for training from an experiment, a block of shots at a time.
///
/// Centres are drawn from all detectors, whether they fired or not: that one fired says something of its own edges,
/// which the matcher takes into account anyway and which must not count twice. What the other type shows may be used to
/// draw, as the network is given it: where it shows nothing nearby, most centres are left out.
struct EventSampler: Sendable {
  let experiment: EventExperiment
  let seed: UInt64
  private let labels: ExtrinsicLabels
  private let faults: FaultTable
  private let planes: [Int32]
  private let rowBytes: Int

  /// Of centres around which nothing is seen, the share that is kept.
  static let quietShare = 0.25

  /// - Throws: `ErrorModelError` for a model that cannot be sampled or labelled.
  init(_ experiment: EventExperiment, seed: UInt64) throws(ErrorModelError) {
    self.experiment = experiment
    self.seed = seed
    labels = try ExtrinsicLabels(experiment.model, experiment.graph, typeOfEdge: experiment.typeOfEdge)
    let detectors = experiment.model.detectorCount
    var table = FaultTable()
    let faults = labels.errors.map { error in
      (
        fault: FaultTable.Fault(flips: error.detectors + error.groups.map { $0 + UInt32(detectors) }),
        events: FaultTable.events(probability: error.probability)
      )
    }
    guard table.add(faults) else {
      throw ErrorModelError(
        source: experiment.model.source, line: nil,
        problem: "its errors are too many and too likely to be sampled; split the model")
    }
    self.faults = table
    planes = (0..<Int32(detectors + labels.groupCount)).map { $0 }
    // Whole words, so that rows can be read by words.
    rowBytes = (planes.count + 63) / 64 * 8
  }

  /// What one thread samples with.
  final class Workspace {
    let planes: BitPlanes
    var rows: [UInt64]
    var boards: [[UInt64]]
    var events: [Int] = []

    init(_ sampler: EventSampler) {
      planes = BitPlanes(count: sampler.planes.count)
      rows = Array(repeating: 0, count: sampler.rowBytes / 8 * FaultTable.shotsPerBlock)
      boards = Array(
        repeating: Array(repeating: 0, count: sampler.experiment.window.boardWords), count: 2)
    }
  }

  /// Appends about `count` samples of a block of shots.
  func sample(block: UInt64, count: Int, _ workspace: Workspace, into samples: inout EventSamples) {
    let planes = workspace.planes
    planes.clear()
    faults.sample(seed: seed, block: block) { bit, shot in planes.flip(Int(bit), shot: shot) }
    workspace.rows.withUnsafeMutableBytes { rows in
      planes.write(
        self.planes, shots: 0..<FaultTable.shotsPerBlock,
        to: ShotRows(rows.bindMemory(to: UInt8.self).baseAddress!, stride: rowBytes), firstRow: 0)
    }
    withExtendedLifetime(planes) {}
    // Not the stream that the shots were drawn from.
    var random = RandomStream(seed: ~seed, block: block)
    let shots = FaultTable.shotsPerBlock
    for shot in 0..<shots {
      sample(
        shot: shot, count: (count * (shot + 1)) / shots - (count * shot) / shots, workspace, &random, &samples
      )
    }
  }

  private func sample(
    shot: Int, count: Int, _ workspace: Workspace, _ random: inout RandomStream, _ samples: inout EventSamples
  ) {
    let window = experiment.window
    let firstWord = shot * rowBytes / 8
    workspace.events.removeAll(keepingCapacity: true)
    for index in 0..<(experiment.model.detectorCount + 63) / 64 {
      var word = workspace.rows[firstWord + index]
      while word != 0 {
        let detector = 64 * index + word.trailingZeroBitCount
        word &= word &- 1
        guard detector < experiment.model.detectorCount, let place = window.places[detector] else { continue }
        workspace.boards[1 - place.type][place.markWord] |= place.markBit
        workspace.events.append(detector)
      }
    }
    var left = count
    // A shot may show nothing at all; then fewer samples are as good.
    var tries = 8 * count
    while left > 0 && tries > 0 {
      tries -= 1
      let node = Int(
        experiment.nodes[Int(random.next().multipliedFullWidth(by: UInt64(experiment.nodes.count)).high)])
      let chance = Double(random.next() >> 11) * 0x1p-53
      guard let place = window.places[node] else { continue }
      workspace.boards[place.type].withUnsafeBufferPointer { board in
        let board = board.baseAddress!
        if chance >= Self.quietShare {
          var near: UInt64 = 0
          for round in max(0, window.rounds / 2 - 1)...window.rounds / 2 + 1 {
            near |= window.word(board, place, round: round)
          }
          guard near & window.near != 0 else { return }
        }
        experiment.append(node, place, board, to: &samples)
        label(node, shot: shot, workspace, &samples)
        left -= 1
      }
    }
    for event in workspace.events {
      guard let place = window.places[event] else { continue }
      workspace.boards[1 - place.type][place.markWord] = 0
    }
  }

  @inline(__always)
  private func label(_ detector: Int, shot: Int, _ workspace: Workspace, _ samples: inout EventSamples) {
    let firstWord = shot * rowBytes / 8
    let firstGroup = experiment.model.detectorCount
    for output in 0..<EventNetwork.Parts.outputs {
      let edge = Int(experiment.edges[detector * EventNetwork.Parts.outputs + output])
      guard edge >= 0 else {
        samples.labels.append(0)
        continue
      }
      var product = labels.alone[edge]
      for entry in Int(labels.starts[edge])..<Int(labels.starts[edge + 1]) {
        let bit = firstGroup + Int(labels.groups[entry])
        let isOdd = workspace.rows[firstWord + bit >> 6] >> UInt64(bit & 63) & 1 != 0
        product *= isOdd ? labels.odd[entry] : labels.even[entry]
      }
      samples.labels.append((1 - product) / 2)
    }
  }
}
