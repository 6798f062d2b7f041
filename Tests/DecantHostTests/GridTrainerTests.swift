import Testing

@testable import DecantHost

/// Training: it learns, and it goes on from a checkpoint as if it had never stopped.
@Suite struct GridTrainerTests {
  private func trainer(
    _ method: Optimizer.Method, threads: Int = 1, recipe: String = "r", teacher: Bool = false
  ) throws -> GridTrainer {
    let noise = MemoryNoise.parameters(try NoiseParameters(.uniform, p: 0.01))
    let pairs = try [Orientation.xv, .zh].map { orientation in
      let samplers = try PauliBasis.allCases.map { basis in
        let memory = try SurfaceCodeMemory(
          distance: 3, rounds: 3, basis: basis, orientation: orientation, noise: noise)
        return try SurfaceCodeSampler(memory, seed: 1, teacher: teacher ? TeacherLabels(memory) : nil)
      }
      return (x: samplers[0], z: samplers[1])
    }
    let network = GridNetwork(try GridArchitecture(widths: [8, 4], kernels: [3, 3]), seed: 2)
    return try GridTrainer(
      network, Optimizer(method, count: network.parameters.count),
      .init(
        memories: pairs, batch: 16, schedule: .init(peak: 0.01, warmUp: 3, steps: 40), threads: threads,
        recipe: recipe))
  }

  @Test(arguments: Optimizer.Method.allCases)
  func learns(_ method: Optimizer.Method) throws {
    let trainer = try trainer(method, teacher: method == .lion)
    let losses = try (0..<40).map { _ in try trainer.takeStep().loss }
    #expect(losses[35...].reduce(0, +) < losses[..<5].reduce(0, +) / 2)
    #expect(trainer.step == 40 && trainer.shots == 640)
  }

  @Test(arguments: Optimizer.Method.allCases, [1, 3])
  func resumesExactly(_ method: Optimizer.Method, threads: Int) throws {
    let whole = try trainer(method, threads: threads)
    for _ in 0..<7 { _ = try whole.takeStep() }
    let state = try SafeTensors(bytes: whole.checkpoint().bytes(), source: "state")
    var ending: [GridTrainer.Step] = []
    for _ in 0..<6 { ending.append(try whole.takeStep()) }
    let resumed = try trainer(method, threads: threads)
    _ = try resumed.takeStep()
    try resumed.restore(state, source: "state")
    #expect(resumed.step == 7)
    for step in ending { #expect(try resumed.takeStep() == step) }
    #expect(resumed.network.parameters.map(\.bitPattern) == whole.network.parameters.map(\.bitPattern))
    #expect(resumed.checkpoint().bytes() == whole.checkpoint().bytes())
  }

  @Test func refusesOtherStates() throws {
    let trainer = try trainer(.lion)
    let good = trainer.checkpoint()
    func restoring(_ change: (inout [SafeTensors.Tensor], inout [String: String]) -> Void) -> String? {
      var (tensors, metadata) = (good.tensors, good.metadata)
      change(&tensors, &metadata)
      do throws(TrainingError) {
        try trainer.restore(SafeTensors(tensors, metadata: metadata), source: "state")
        return nil
      } catch {
        return error.description
      }
    }
    #expect(restoring { _, _ in } == nil)
    #expect(
      restoring { _, metadata in metadata["artifact"] = nil }?.hasPrefix("state: is not the state") == true)
    #expect(
      restoring { _, metadata in metadata["recipe"] = "q" }
        == "state: was trained as q, but the flags say r; to go on, say the same.")
    for step in ["-1", "x", "9223372036854775807"] {
      #expect(restoring { _, metadata in metadata["step"] = step }?.contains("after how many steps") == true)
    }
    #expect(restoring { tensors, _ in tensors.remove(at: 1) }?.contains("moment.0") == true)
  }

  @Test func schedules() {
    func rates(_ decay: LearningRateSchedule.Decay) -> [Double] {
      let schedule = LearningRateSchedule(peak: 1, warmUp: 10, steps: 100, decay: decay)
      return [0, 9, 10, 24, 25, 50, 100, 1000].map { (schedule.rate($0) * 1e6).rounded() / 1e6 }
    }
    #expect(rates(.constant) == [0.1, 1, 1, 1, 1, 1, 1, 1])
    #expect(rates(.steps) == [0.1, 1, 1, 1, 0.7, 0.49, 0.343, 0.343])
    #expect(rates(.cosine)[2] == 1 && rates(.cosine)[6] == 0.01 && rates(.cosine)[7] == 0.01)
  }

  /// Two steps by hand.
  @Test func optimizers() {
    var lion = Optimizer(.lion, count: 2, weightDecay: 0.1)
    var parameters: [Float] = [1, -2]
    lion.update(&parameters, gradient: [3, 0], rate: 0.5)
    #expect(parameters == [0.95 - 0.5, -1.9])
    lion.update(&parameters, gradient: [-1, 1], rate: 0.5)
    // m = 0.15, so 0.9 m - 0.1 is positive.
    #expect(abs(parameters[0] - (0.45 * 0.95 - 0.5)) < 1e-6)
    #expect(abs(parameters[1] - (-1.9 * 0.95 - 0.5)) < 1e-6)
    var adam = Optimizer(.adamw, count: 1, weightDecay: 0)
    parameters = [1]
    adam.update(&parameters, gradient: [4], rate: 0.5)
    #expect(abs(parameters[0] - 0.5) < 1e-5)
    var gradient: [Float] = [3, 4]
    #expect(GradientClipping.clip(&gradient, to: 1) == 5 && gradient == [0.6, 0.8])
  }
}
