/// Samples shots of a surface-code memory with labels: the data errors that newly appear in each round, and the
/// flips of measurements, from which detectors and observable follow.
///
/// With e the data errors that checks of one type detect, s the flips of these checks' measurements and H the
/// checks' supports: det_t = H e_t + s_t + s_{t-1} (mod 2), and the observable is the parity, over all rounds, of the
/// e that its type of check detects on the logical operator's qubits.
public struct SurfaceCodeSampler: Sendable {
  public let memory: SurfaceCodeMemory
  public let seed: UInt64
  public let equivalence: LabelEquivalence
  /// Whether labels are a decoder's corrections instead of true faults.
  public var hasTeacher: Bool { teacher != nil }

  let layout: LabelLayout
  private let faults: FaultTable
  private let equivalences: LabelProtocol
  private let teacher: TeacherLabels?
  private let detectorOrder: [Int32]
  private let targetOrder: [Int32]
  private let inputOrder: [Int32]
  private let supports: [(type: PauliBasis, checks: [[Int]])]

  /// - Parameters:
  ///   - seed: which shots; the same give the same.
  ///   - teacher: to label shots with what correlated matching makes of their detectors.
  /// - Throws: `ExperimentError` for an experiment with more faults than can be sampled.
  public init(
    _ memory: SurfaceCodeMemory, seed: UInt64, equivalence: LabelEquivalence = .full,
    teacher: TeacherLabels? = nil
  ) throws(ExperimentError) {
    self.memory = memory
    self.seed = seed
    self.equivalence = equivalence
    self.teacher = teacher
    layout = LabelLayout(memory)
    guard layout.planeCount <= Self.maxPlanes, let faults = FaultResponses(memory).table() else {
      throw ExperimentError("the experiment is too large to be sampled; lower the distance or the rounds")
    }
    self.faults = faults
    equivalences = LabelProtocol(equivalence, layout)
    detectorOrder = layout.detectorPlanes.map { Int32($0) }
    targetOrder = layout.targetPlanes.map { Int32($0) }
    inputOrder = layout.inputPlanes.map { Int32($0) }
    supports = PauliBasis.allCases.map { type in (type, memory.lattice.checks(type).map(\.support)) }
  }

  /// A block's planes then take 2 GB.
  private static let maxPlanes = 1 << 26

  public var detectorCount: Int { detectorOrder.count }
  public var observableCount: Int { 1 }
  /// 4TD²: bits of a shot's target, and half as many of its input.
  public var targetCount: Int { targetOrder.count }
  public var inputCount: Int { inputOrder.count }

  /// Samples shots by their numbers.
  ///
  /// - Parameters:
  ///   - first: the number of the first shot; a shot's number and the seed say all about it.
  ///   - count: not negative, with `first` at most 2^63.
  ///   - threads: how many to use at most.
  ///   - detectors: rows of `detectorCount` bits; nil to leave them out. Likewise the others.
  ///   - targets: of shape (4, T, D, D), row-major: Z errors and X errors that newly appear on data qubits, flips of
  ///     X-checks and of Z-checks on the checks' cells.
  ///   - inputs: of shape (2, T, D, D): detectors of X-checks and of Z-checks on the checks' cells; those of the type
  ///     that is not the memory's basis are zero in the first and the last round.
  /// - Throws: if there is no memory for a teacher's decoders; nothing is then written.
  public func sample(
    first: UInt64, count: Int, threads: Int = 1, detectors: ShotRows? = nil, observables: ShotRows? = nil,
    targets: ShotRows? = nil, inputs: ShotRows? = nil
  ) throws(DecoderError) {
    let observableOrder = [Int32(layout.observable)]
    let range = ShotRange(first: first, count: count)
    var teachers: [TeacherLabels.Worker] = []
    if let teacher, targets != nil {
      for _ in 0..<range.workers(threads) { teachers.append(try teacher.makeWorker()) }
    }
    // Each worker takes its own.
    nonisolated(unsafe) let staff = teachers
    range.forEachPart(threads: threads) { worker in
      Workspace(
        planes: BitPlanes(count: layout.planeCount), scratch: BitPlanes(count: equivalences.scratchCount),
        teacher: staff.isEmpty ? nil : staff[worker])
    } _: { part, workspace in
      let planes = workspace.planes
      // Its memory is worked on by address.
      defer { withExtendedLifetime(planes) {} }
      planes.clear()
      faults.sample(seed: seed, block: part.block) { plane, shot in planes.flip(Int(plane), shot: shot) }
      fillDetectors(planes)
      if let detectors {
        planes.write(detectorOrder, shots: part.shots, to: detectors, firstRow: part.firstRow)
      }
      if let observables {
        planes.write(observableOrder, shots: part.shots, to: observables, firstRow: part.firstRow)
      }
      if let inputs { planes.write(inputOrder, shots: part.shots, to: inputs, firstRow: part.firstRow) }
      if let targets {
        workspace.teacher?.relabel(planes, shots: part.shots, layout: layout, detectorOrder: detectorOrder)
        equivalences.apply(to: planes, scratch: workspace.scratch)
        planes.write(targetOrder, shots: part.shots, to: targets, firstRow: part.firstRow)
      }
    }
  }

  private struct Workspace {
    let planes: BitPlanes
    let scratch: BitPlanes
    let teacher: TeacherLabels.Worker?
  }

  /// Works out detectors and the observable from the labels.
  private func fillDetectors(_ planes: BitPlanes) {
    let base = planes.planes
    for (type, checks) in supports {
      for round in 0..<layout.rounds {
        let errors = base + layout.data(detectedBy: type, round: round)
        let flips = base + layout.flips(of: type, round: round)
        let detectors = base + layout.detectors(of: type, round: round)
        for (index, support) in checks.enumerated() {
          var bits = flips[index]
          if round > 0 { bits ^= flips[index - layout.roundStride] }
          for qubit in support { bits ^= errors[qubit] }
          detectors[index] = bits
        }
      }
    }
    var observable = ShotBits.zero
    for round in 0..<layout.rounds {
      let errors = base + layout.data(detectedBy: layout.basis, round: round)
      for qubit in layout.lattice.logical(layout.basis) { observable ^= errors[qubit] }
    }
    base[layout.observable] = observable
  }
}
