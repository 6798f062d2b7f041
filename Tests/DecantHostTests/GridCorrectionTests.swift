import Testing

@testable import DecantHost

/// The published system's behavioural oracles: decisions that must leave nothing, and decisions that must do nothing.
@Suite struct GridCorrectionTests {
  private static let shots = 600

  private struct Case {
    let memory: SurfaceCodeMemory
    let geometry: GridGeometry
    let detectors: ShotBatch
    let observables: ShotBatch
    let targets: ShotBatch

    init(_ basis: PauliBasis, _ orientation: Orientation, teacher: Bool) throws {
      memory = try SurfaceCodeMemory(
        distance: 5, rounds: 5, basis: basis, orientation: orientation,
        noise: .parameters(try NoiseParameters(.uniform, p: 0.01)))
      geometry = GridGeometry(memory)
      let sampler = try SurfaceCodeSampler(memory, seed: 9, teacher: teacher ? TeacherLabels(memory) : nil)
      var detectors = ShotBatch(layout: .init(detectors: sampler.detectorCount), capacity: shots)
      var observables = ShotBatch(layout: .init(observables: 1), capacity: shots)
      var targets = ShotBatch(layout: .init(measurements: sampler.targetCount), capacity: shots)
      let strides = (detectors.layout.rowBytes, targets.layout.rowBytes)
      try detectors.refill { d, count in
        try observables.refill { o, observableCount in
          try targets.refill { t, targetCount in
            try sampler.sample(
              first: 0, count: shots, detectors: ShotRows(d, stride: strides.0),
              observables: ShotRows(o, stride: 1), targets: ShotRows(t, stride: strides.1))
            (count, observableCount, targetCount) = (shots, shots, shots)
          }
        }
      }
      (self.detectors, self.observables, self.targets) = (detectors, observables, targets)
    }

    /// Residual bits and frame of a shot.
    func correct(_ shot: Int, decisions: [UInt8]) -> (residual: [UInt8], frame: UInt8) {
      var residual = [UInt8](repeating: 0, count: detectors.layout.rowBytes)
      let frame = GridCorrection(geometry).apply(decisions, to: Array(detectors[shot]), residual: &residual)
      return (residual, frame)
    }

    func decisionsOfTargets(_ shot: Int) -> [UInt8] {
      let row = Array(targets[shot])
      return (0..<targets.layout.bits).map { row[$0 >> 3] >> UInt8($0 & 7) & 1 }
    }

    func observable(_ shot: Int) -> UInt8 { observables[shot].first! }
  }

  /// Labels as decisions leave nothing of the memory's type, nothing of the other between first and last round, and the
  /// frame is the observable.
  @Test(arguments: PauliBasis.allCases, Orientation.allCases)
  func labelsLeaveNothing(_ basis: PauliBasis, _ orientation: Orientation) throws {
    let test = try Case(basis, orientation, teacher: false)
    let checks = test.geometry.lattice.checkCount
    var otherLast: Set<Int> = []
    for check in 0..<checks {
      otherLast.insert(test.geometry.detector(basis.other, check: check, round: test.geometry.rounds - 1)!)
    }
    for shot in 0..<Self.shots {
      let (residual, frame) = test.correct(shot, decisions: test.decisionsOfTargets(shot))
      for detector in 0..<test.geometry.detectorCount where !otherLast.contains(detector) {
        #expect(residual[detector >> 3] >> UInt8(detector & 7) & 1 == 0)
      }
      #expect(frame == test.observable(shot))
    }
  }

  /// A teacher's labels leave nothing either, and their frame is its answer.
  @Test func teacherLeavesNothing() throws {
    let test = try Case(.x, .xv, teacher: true)
    let memory = Set(MemoryDetectors.indices(distance: 5, rounds: 5, basis: .x))
    var mistakes = 0
    for shot in 0..<Self.shots {
      let (residual, frame) = test.correct(shot, decisions: test.decisionsOfTargets(shot))
      for detector in memory { #expect(residual[detector >> 3] >> UInt8(detector & 7) & 1 == 0) }
      if frame != test.observable(shot) { mistakes += 1 }
    }
    #expect(mistakes > 0 && mistakes < Self.shots / 5)
  }

  /// A network that never corrects leaves the detectors, but those of the other type in the last round, and the answers
  /// are those of matching alone.
  @Test(arguments: PauliBasis.allCases)
  func noCorrections(_ basis: PauliBasis) throws {
    let test = try Case(basis, .zh, teacher: false)
    let architecture = try GridArchitecture(widths: [4], kernels: [1])
    var network = GridNetwork(
      architecture, parameters: Array(repeating: 0, count: architecture.parameterCount))
    for tensor in architecture.tensors where tensor.name.hasSuffix("bias") {
      for place in tensor.range { network.parameters[place] = -1 }
    }
    let worker = try GridPreDecoder(network, test.geometry).makeWorker()
    var residual = ShotBatch(layout: test.detectors.layout, capacity: Self.shots)
    var frames: [UInt8] = []
    worker.preDecode(test.detectors, residual: &residual, frames: &frames)
    #expect(frames == Array(repeating: 0, count: Self.shots))
    let checks = test.geometry.lattice.checkCount
    for shot in 0..<Self.shots {
      var expected = Array(test.detectors[shot])
      for check in 0..<checks {
        let detector = test.geometry.detector(basis.other, check: check, round: test.geometry.rounds - 1)!
        expected[detector >> 3] &= ~(1 << UInt8(detector & 7))
      }
      #expect(Array(residual[shot]) == expected)
    }
    let model = try DetectorErrorModel(test.memory.circuit(), source: "test")
    let image = try ImageCompiler.compile(try DetectorGraph(model, options: .init()))
    let evaluation = Evaluation(
      [
        .init(.matching, image: image, source: "test"),
        .init(.matching, image: image, source: "test", preDecoder: GridPreDecoder(network, test.geometry)),
      ],
      memoryDetectors: MemoryDetectors.indices(distance: 5, rounds: 5, basis: basis))
    let result = try evaluation.run(try ModelShots(model, seed: 3, limit: 2000))
    #expect(result.errors[0] == result.errors[1] && result.errors[0] > 0)
    #expect(result.residualMemoryEvents == [0, result.memoryEvents])
  }

  /// What a network is shown, for the published example: distance 5, O1.
  @Test func presence() throws {
    let geometry = try GridGeometry(distance: 5, rounds: 3, basis: .x, orientation: .xv)
    let network = GridNetwork(try GridArchitecture(widths: [4], kernels: [3]), seed: 0)
    let engine = try GridEngine(network, rounds: 3, rows: 5, columns: 5)
    GridInput(geometry, engine).prepare(engine)
    func map(_ channel: Int, round: Int) -> [[Float]] {
      (0..<5).map { r in
        (0..<5).map { c in engine.input[engine.place(round: round, row: r, column: c) + channel] }
      }
    }
    let x: [[Float]] = [
      [1, 0, 1, 0, 0.5], [0.5, 1, 0, 1, 0], [1, 0, 1, 0, 0.5], [0.5, 1, 0, 1, 0], [0, 0, 0, 0, 0],
    ]
    let z: [[Float]] = [
      [0, 0.5, 1, 0.5, 1], [0, 1, 0, 1, 0], [0, 0, 1, 0, 1], [0, 1, 0, 1, 0], [0, 0, 0.5, 0, 0.5],
    ]
    for round in 0..<3 { #expect(map(2, round: round) == x) }
    let none = Array(repeating: [Float](repeating: 0, count: 5), count: 5)
    #expect([0, 1, 2].map { map(3, round: $0) } == [none, z, none])
  }
}
