import DecantHost

/// Models whose rounds repeat, for tests of streams.
enum StreamModels {
  /// A memory experiment of Stim's, with rates at which no sum of weights is round.
  static func memory(
    _ task: StimMemory.Task, distance: Int, rounds: Int, p: Double = 0.0071
  ) throws -> DetectorErrorModel {
    let memory = try StimMemory(
      task, distance: distance, rounds: rounds, noise: StimMemory.Noise(p: p))
    return try DetectorErrorModel(memory.circuit(), source: "memory")
  }

  /// A ladder: two detectors a round. `lines` adds to a round, or stands for it if it is not the usual one.
  static func ladder(
    rounds: Int, coordinates: Bool = true, _ lines: (_ round: Int) -> [String] = { _ in [] }
  ) throws -> DetectorErrorModel {
    var text: [String] = []
    for round in 0..<rounds {
      let (a, b) = (2 * round, 2 * round + 1)
      text += ["error(0.03) D\(a) L0", "error(0.04) D\(a) D\(b)", "error(0.02) D\(b)"]
      if round < rounds - 1 { text += ["error(0.021) D\(a) D\(a + 2)", "error(0.013) D\(b) D\(b + 2)"] }
      text += lines(round)
      if coordinates { text += ["detector(0, \(round)) D\(a)", "detector(1, \(round)) D\(b)"] }
    }
    return try DetectorErrorModel(text: text.joined(separator: "\n"), source: "ladder.dem")
  }

  static func graph(_ model: DetectorErrorModel, correlated: Bool = false) throws -> DetectorGraph {
    try DetectorGraph(
      model, options: DetectorGraph.Options(hyperedges: correlated ? .refuse : .drop, correlated: correlated))
  }

  static func image(_ model: DetectorErrorModel, correlated: Bool = false) throws -> [UInt8] {
    try StreamCompiler.compile(model, graph(model, correlated: correlated))
  }
}
