import DecantCore
import Testing

@testable import DecantHost

/// Images like others, with other weights.
@Suite struct ReweightingTests {
  private func model(_ noise: Double, distance: Int = 3, rounds: Int = 3) throws -> DetectorErrorModel {
    let memory = try SurfaceCodeMemory(
      distance: distance, rounds: rounds, basis: .x, orientation: .xv,
      noise: .parameters(NoiseParameters(.si1000, p: noise)))
    return try DetectorErrorModel(memory.circuit(), source: "model at \(noise)")
  }

  /// Also where weights stand in another order: SI1000 and other parameters weigh edges differently.
  @Test(arguments: [false, true]) func bytesAreThoseOfCompiling(correlated: Bool) throws {
    let options = DetectorGraph.Options(correlated: correlated)
    let old = try ImageCompiler.compile(DetectorGraph(try model(0.002), options: options))
    let graph = try DetectorGraph(try model(0.02), options: options)
    let made = try Reweighting(try model(0.02), like: old, name: "old.image")
    #expect(made.image == (try ImageCompiler.compile(graph)))
    #expect(made.image != old)
    // Its own model gives an image back.
    #expect(try Reweighting(try model(0.002), like: old, name: "old.image").image == old)
  }

  /// Commit and buffer are the image's; rounds may be others.
  @Test(arguments: [false, true]) func streams(correlated: Bool) throws {
    let options = DetectorGraph.Options(correlated: correlated)
    func stream(_ noise: Double, rounds: Int) throws -> [UInt8] {
      let model = try model(noise, rounds: rounds)
      return try StreamCompiler.compile(
        model, try DetectorGraph(model, options: options), commit: 2, buffer: 4)
    }
    let made = try Reweighting(
      try model(0.02, rounds: 15), like: try stream(0.002, rounds: 14), name: "old.image")
    #expect(made.image == (try stream(0.02, rounds: 15)))
  }

  /// What weights settle differs; what decoding rests on does not.
  @Test func structureIsReadBack() throws {
    let graph = try DetectorGraph(try model(0.002))
    let structure = try ImageStructure(try ImageCompiler.compile(graph), name: "image")
    #expect(structure.windows.count == 1 && structure.windows[0].count == graph.edges.count)
    for (index, (edge, given)) in zip(structure.windows[0], graph.edges).enumerated() {
      #expect(edge.a == given.a && edge.b == given.b)
      #expect(edge.observables == Array(graph.observables(ofEdge: index)))
    }
  }

  @Test(
    arguments: [
      ("error(0.1) D0 L0\nerror(0.1) D0 D1\nerror(0.2) D1", nil),
      (
        "error(0.1) D0 L0\nerror(0.1) D0 D1",
        "it lacks the edge between D1 and the boundary that old.image has"
      ),
      (
        "error(0.1) D0 L0\nerror(0) D0 D1\nerror(0.1) D1",
        "it lacks the edge between D0 and D1 that old.image has"
      ),
      (
        "error(0.1) D0\nerror(0.1) D0 D1\nerror(0.1) D1\nlogical_observable L0",
        "between D0 and the boundary flips no"
      ),
      ("error(0.1) D0 L0\nerror(0.1) D0 D1\nerror(0.1) D1\ndetector D2", "it has 3 detectors, old.image 2"),
      ("error(0.1) D0 L0\nerror(0.1) D0 D1\nerror(0.1) D1 L1", "it has 2 observables, old.image 1"),
    ] as [(String, String?)])
  func otherStructuresAreRefused(text: String, problem: String?) throws {
    let old = try DetectorErrorModel(text: "error(0.1) D0 L0\nerror(0.1) D0 D1\nerror(0.1) D1")
    let image = try ImageCompiler.compile(DetectorGraph(old))
    let model = try DetectorErrorModel(text: text, source: "new.dem")
    guard let problem else {
      _ = try Reweighting(model, like: image, name: "old.image")
      return
    }
    let failure = #expect(throws: Reweighting.Failure.self) {
      try Reweighting(model, like: image, name: "old.image")
    }
    #expect(failure?.description.contains(problem) == true, "\(failure?.description ?? "")")
  }

  @Test func damagedImagesAreRefused() throws {
    var image = try ImageCompiler.compile(DetectorGraph(try model(0.002)))
    image[200] ^= 1
    #expect(throws: DecoderError.self) { try Reweighting(try model(0.01), like: image, name: "old.image") }
    #expect(throws: DecoderError.self) { try Reweighting(try model(0.01), like: [], name: "old.image") }
  }
}
