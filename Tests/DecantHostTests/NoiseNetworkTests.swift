import Glibc
import Testing

@testable import DecantHost

/// Windows of the bulk, and the network that looks through them.
@Suite struct NoiseNetworkTests {
  /// Against coordinates: a window is found wherever nine checks and their successors stand.
  @Test func windowsAreWhereCoordinatesSay() throws {
    let memory = try NoiseLearningTests.memory(5, 6, .z)
    let description = try NoiseDescription(memory, source: "memory")
    var numbers: [[Double]: Int] = [:]
    for detector in 0..<memory.detectorCount {
      numbers[Array(description.structure.coordinates[detector])] = detector
    }
    let layout = ShotLayout(detectors: memory.detectorCount)
    var random = RandomStream(seed: 3, block: 1)
    let shots = 40
    let rows = (0..<shots * layout.rowBytes).map { _ in
      UInt8(truncatingIfNeeded: random.next() & random.next())
    }
    let batch = ShotBatch(layout: layout, rows: rows, count: shots)
    let counter = WindowCounter(try description.windows())
    counter.count(batch)

    var expected = WindowCounts()
    for shot in 0..<shots {
      for time in 1...3 {
        for row in [4, 6] {
          for column in [4, 6] {
            var pattern = 0
            for bit in 0..<18 {
              let place = [row + 2 * (bit / 3 % 3) - 2, column + 2 * (bit % 3) - 2, time + bit / 9]
              let detector = try #require(numbers[place.map { Double($0) }])
              let isFired = rows[shot * layout.rowBytes + detector / 8] >> UInt8(detector % 8) & 1 == 1
              if isFired { pattern |= 1 << bit }
            }
            expected.counts[(row + column) / 2 % 2][pattern] += 1
          }
        }
      }
    }
    // All counts would be printed.
    let isAsExpected = counter.seen == expected
    #expect(isAsExpected)
    counter.add(expected)
    #expect(counter.seen.counts[0].reduce(0, +) == 2 * UInt64(shots * 3 * 2))
  }

  /// Minus the logarithm of a set's parity is the sum of the rates of what flips an odd number of it.
  @Test func paritiesAreSumsOfRates() {
    var counts = WindowCounts()
    counts.counts[0][0b000] = 600
    counts.counts[0][0b001] = 200
    counts.counts[0][0b011] = 150
    counts.counts[0][0b111] = 50
    counts.counts[1][0b100] = 1
    let sets = [0b001, 0b011, 0b111].map { WindowSet(type: 0, mask: $0) } + [WindowSet(type: 1, mask: 4)]
    let parities = counts.parities(sets)
    for (found, parity) in zip(parities, [0.2, 0.6, 0.5, -1]) { #expect(abs(found - parity) < 1e-12) }
  }

  @Test func setsMoveToTheFirstCorner() {
    // Round 1, row 2, column 1, and a round and a column behind the corner.
    #expect(WindowSet(type: 0, mask: 1 << 16).inFirstCorner == WindowSet(type: 1, mask: 1))
    let touching = WindowSet(type: 1, mask: 1 << 4 | 1 << 9)
    #expect(touching.inFirstCorner == touching)
    #expect(WindowSet(type: 1, mask: 1 << 4 | 1 << 14).inFirstCorner == WindowSet(type: 1, mask: 1 | 1 << 10))
  }

  /// Of noises that it has never seen: the bulk of the probabilities within a fifth.
  @Test(arguments: [UInt64(21), 22, 23]) func shippedNetworkReadsNoise(seed: UInt64) throws {
    let noise = try NoiseLearningTests.randomNoise(seed)
    let description = try NoiseDescription(NoiseLearningTests.memory(5, 6), source: "memory")
    let memory = try NoiseLearningTests.memory(5, 6, noise: noise)
    let model = try DetectorErrorModel(memory.circuit(), source: "memory")
    let truth = NoiseLearningTests.rates(model, description.structure)
    let counter = WindowCounter(try description.windows())
    let sampler = try ModelSampler(model, seed: seed)
    let layout = ShotLayout(detectors: model.detectorCount)
    var batch = ShotBatch(layout: layout, capacity: 1024)
    for block in 0..<40 {
      batch.refill { rows, count in
        count = 1024
        sampler.sample(
          first: UInt64(1024 * block), count: count, detectors: ShotRows(rows, stride: layout.rowBytes))
      }
      counter.count(batch)
    }
    let parameters = try NoiseNetwork(named: NoiseNetwork.shippedName).parameters(counter.seen)
    #expect(parameters.count == 25)
    let rates = try #require(description.parametric).rates(parameters)
    let squares = zip(rates, truth).reduce(0) { $0 + $1.1 * pow(log($1.0 / $1.1), 2) }
    #expect((squares / truth.reduce(0, +)).squareRoot() < 0.2)
  }

  @Test func filesAreChecked() throws {
    let file = try SafeTensors(bytes: Self.shipped(), source: "noise")
    func refused(_ problem: String, _ change: (inout [SafeTensors.Tensor], inout [String: String]) -> Void) {
      var (tensors, metadata) = (file.tensors, file.metadata)
      change(&tensors, &metadata)
      let error = #expect(throws: NetworkError.self) {
        try NoiseNetwork(SafeTensors(tensors, metadata: metadata), source: "file")
      }
      #expect(error?.description.hasPrefix("file: \(problem)") == true, "\(error?.description ?? "")")
    }
    _ = try NoiseNetwork(file, source: "file")
    refused("is no noise network") { _, metadata in metadata["model_version"] = "decant_event_v1" }
    refused("has no tensor 2.bias") { tensors, _ in tensors.removeAll { $0.name == "2.bias" } }
    refused("its steepness is missing") { _, metadata in metadata["steepness"] = nil }
    refused("its high is nan") { _, metadata in metadata["high"] = "nan" }
    func replace(_ name: String, _ make: @escaping (SafeTensors.Tensor) -> SafeTensors.Tensor)
      -> (inout [SafeTensors.Tensor], inout [String: String]) -> Void
    {
      return { tensors, _ in tensors = tensors.map { $0.name == name ? make($0) : $0 } }
    }
    refused(
      "tensor 3.bias has shape [24]",
      replace("3.bias") { .init(name: $0.name, shape: [24], values: Array($0.values.dropLast())) })
    refused(
      "set 0 is of type 0.0 with the mask 262144.0",
      replace("sets.masks") {
        .init(name: $0.name, shape: $0.shape, values: [262144] + $0.values.dropFirst())
      })
    refused(
      "set 4 has a subset that is not among the sets",
      replace("sets.masks") {
        .init(name: $0.name, shape: $0.shape, values: [$0.values[0], 257] + $0.values.dropFirst(2))
      })
  }

  private static func shipped() -> [UInt8] { NoiseNetwork.shippedFile }
}
