import DecantHost
import Testing

/// Damaged models are refused or understood; nothing traps, and what is understood compiles.
@Suite struct ErrorModelFuzzTests {
  static let seed = """
    error[a\\C](0.1) D0 D1 L0 # comment
    error(1e-3) D0 ^ D1 L0 ^ D2 D3
    detector(1,2,3) D4
    logical_observable L3
    shift_detectors(0,0,1) 4
    repeat 3 {
      error(0.25) D0 D1
      repeat 2 {
        error(1) D2 L1
        shift_detectors 1
      }
    }
    detector D7

    """

  @Test func damagedTextNeverTraps() throws {
    var random = SplitMix64(state: 7)
    let pieces = "^|D|L9| |\n|{|}|(|)|[|]|#|,|-|e|0|7|1 D|99999999999|repeat 9 {".split(separator: "|")
      .map { Array($0.utf8) }
    let limits = ErrorModelLimits(detectors: 1000, observables: 1000, expandedInstructions: 10_000)
    var understood = 0
    for _ in 0..<3000 {
      var bytes = Array(Self.seed.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let start = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, start + Int.random(in: 0...3, using: &random))
        let anyByte = UInt8.random(in: 0...255, using: &random)
        let piece =
          Int.random(in: 0..<4, using: &random) == 0 ? [anyByte] : pieces.randomElement(using: &random)!
        bytes.replaceSubrange(start..<end, with: piece)
      }
      do {
        let model = try DetectorErrorModel(bytes: bytes, source: "fuzz", limits: limits)
        var visited = 0
        model.forEachError { _ in visited += 1 }
        #expect(visited == model.errorCount)
        #expect(model.detectorCoordinates().detectorCount == model.detectorCount)
        let graph = try DetectorGraph(model, options: .init(hyperedges: .drop))
        _ = try ImageCompiler.compile(graph)
        understood += 1
      } catch let error as ErrorModelError {
        #expect(error.line != nil && error.line! >= 1)
        #expect(error.description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
      }
    }
    #expect((100..<2900).contains(understood))
  }
}
