import Testing

@testable import DecantHost

/// Checkpoints: round trips, and files that are not what they should be.
@Suite struct SafeTensorsTests {
  private static let network = GridNetwork(
    try! GridArchitecture(widths: [5, 4], kernels: [3, 1], activation: .relu), seed: 7)

  @Test func roundTrip() throws {
    let file = Self.network.safeTensors(metadata: ["recipe": "a \"quoted\" one\n"])
    let read = try SafeTensors(bytes: file.bytes(), source: "test")
    #expect(read == file)
    #expect(try GridNetwork(read, source: "test") == Self.network)
    #expect(read.bytes() == file.bytes())
  }

  @Test func halves() throws {
    let file = Self.network.safeTensors(.float16)
    let read = try GridNetwork(try SafeTensors(bytes: file.bytes(), source: "test"), source: "test")
    #expect(read.parameters == Self.network.parameters.map { Float(Float16($0)) })
    #expect(file.metadata["quant_format"] == "fp16")
  }

  /// A file laid out by hand as the published ones are: names after `module.`, metadata as they write it.
  @Test func publishedLayout() throws {
    let model = try #require(GridArchitecture.published(1))
    let tensors = model.tensors.map { tensor in
      SafeTensors.Tensor(
        name: "module.\(tensor.name)", type: .float16, shape: tensor.shape,
        values: tensor.range.map { Float($0 % 97) / 128 })
    }
    let metadata = [
      "model_id": "1", "quant_format": "fp16", "model_version": "predecoder_memory_v1",
      "receptive_field": "9",
      "num_filters": "[128,128,128,4]", "kernel_size": "[3, 3, 3, 3]",
    ]
    // Writers need not write tensors in the network's order.
    let bytes = SafeTensors(tensors.reversed(), metadata: metadata).bytes()
    let read = try GridNetwork(try SafeTensors(bytes: bytes, source: "test"), source: "test")
    #expect(read.architecture == model)
    #expect(read.parameters.indices.allSatisfy { read.parameters[$0] == Float($0 % 97) / 128 })
  }

  private static func file(_ header: String, values: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let length = length ?? UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(8 * $0)) } + Array(header.utf8)
      + Array(repeating: 0, count: values)
  }

  @Test(
    arguments: [
      ([], "has 0 bytes, too few"),
      (file("{}", length: .max), "is no SafeTensors file, or cut short"),
      (file("[]"), "its header is no JSON object"), (file("{"), "its header is no JSON object"),
      (file(String(repeating: "[", count: 100_000)), "its header is no JSON object"),
      (file(#"{"__metadata__": 1}"#), "__metadata__ is no JSON object"),
      (file(#"{"__metadata__": {"a": 1}}"#), "__metadata__: a is no string"),
      (file(#"{"a": 1}"#), "tensor a has no dtype"),
      (file(#"{"a": {"dtype": "BF16"}}"#), "tensor a is of BF16"),
      (file(#"{"a": {"dtype": "F32", "shape": [-1]}}"#), "tensor a has no shape"),
      (file(#"{"a": {"dtype": "F32", "shape": [1.5]}}"#), "tensor a has no shape"),
      (file(#"{"a": {"dtype": "F32", "shape": [1e40]}}"#), "tensor a has no shape"),
      (file(#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0]}}"#), "tensor a has no data_offsets"),
      (
        file(#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}"#),
        "tensor a has no data_offsets"
      ),
      (
        file(#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}"#, values: 4),
        "tensor a of shape [2] and F32 does not take the 4 bytes"
      ),
      (
        file(#"{"a": {"dtype": "F32", "shape": [4611686018427387904, 4, 0], "data_offsets": [0, 0]}}"#),
        "tensor a of shape [4611686018427387904, 4, 0] and F32 does not take the 0 bytes"
      ),
      (
        file(#"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}"#, values: 4),
        "tensor a ends at byte 8 of the values, of which there are 4"
      ),
      (
        file(#"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#, values: 8),
        "tensor a begins at byte 4 of the values, but the one before ends at 0"
      ),
      (
        file(
          #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "#
            + #""b": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#, values: 8),
        "tensor b begins at byte 4 of the values, but the one before ends at 8"
      ),
      (
        file(#"{"a": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}}"#, values: 5),
        "3 bytes after the last tensor"
      ),
    ] as [([UInt8], String)])
  func malformed(_ bytes: [UInt8], _ start: String) {
    let error = #expect(throws: NetworkError.self) { try SafeTensors(bytes: bytes, source: "test") }
    #expect(error?.description.hasPrefix("test: \(start)") == true, "\(error?.description ?? "")")
  }

  @Test func notFinite() throws {
    var network = Self.network
    network.parameters[3] = .nan
    let error = #expect(throws: NetworkError.self) {
      try SafeTensors(bytes: network.safeTensors().bytes(), source: "test")
    }
    #expect(error?.description == "test: tensor net.0.weight: value 3 is nan, not a finite number")
  }

  private static func changed(
    _ change: (inout [SafeTensors.Tensor], inout [String: String]) -> Void
  ) -> SafeTensors {
    let file = network.safeTensors()
    var (tensors, metadata) = (file.tensors, file.metadata)
    change(&tensors, &metadata)
    return SafeTensors(tensors, metadata: metadata)
  }

  @Test(
    arguments: [
      (changed { tensors, _ in tensors.removeAll() }, "has no tensor net.0.weight"),
      (changed { tensors, _ in tensors.remove(at: 3) }, "net.3.bias is missing"),
      (
        changed { tensors, _ in tensors.append(.init(name: "net.1.gamma", shape: [1], values: [1])) },
        "net.1.gamma belongs to no layer"
      ),
      (
        changed { tensors, _ in tensors[1] = .init(name: "net.0.bias", shape: [1], values: [1]) },
        "net.0.bias is of shape [1], not [5]"
      ),
      (
        changed { tensors, _ in tensors[2] = .init(name: "net.3.weight", shape: [4], values: [1, 2, 3, 4]) },
        "net.3.weight is of shape [4], not (out, 5, k, k, k)"
      ),
      (
        changed { tensors, _ in
          tensors.append(.init(name: "module.net.0.bias", shape: [0], values: []))
        }, "has both net.0.bias and module.net.0.bias"
      ),
      (changed { _, metadata in metadata["model_version"] = "v2" }, "model_version is v2"),
      (changed { _, metadata in metadata["model_id"] = "1" }, "model_id is 1, but the tensors"),
      (changed { _, metadata in metadata["receptive_field"] = "9" }, "receptive_field is 9"),
      (changed { _, metadata in metadata["activation"] = "tanh" }, "activation is tanh"),
    ])
  func wrongNetwork(_ file: SafeTensors, _ start: String) {
    let error = #expect(throws: NetworkError.self) { try GridNetwork(file, source: "test") }
    #expect(error?.description.hasPrefix("test: \(start)") == true, "\(error?.description ?? "")")
  }

  /// Files with some bytes changed, cut short or made up are refused or read, and nothing worse.
  @Test func mutations() {
    let good = Self.network.safeTensors().bytes()
    let header = 8 + Int(good[0]) + Int(good[1]) << 8
    var random = RandomStream(seed: 5, block: 0)
    for _ in 0..<3000 {
      var bytes = good
      switch random.next() % 4 {
      case 0: bytes = Array(bytes.prefix(Int(random.next() % UInt64(good.count))))
      case 1: bytes = (0..<random.next() % 64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      default:
        for _ in 0..<1 + random.next() % 4 {
          bytes[Int(random.next() % UInt64(header))] = UInt8(truncatingIfNeeded: random.next())
        }
      }
      if let file = try? SafeTensors(bytes: bytes, source: "test") {
        _ = try? GridNetwork(file, source: "test")
      }
    }
  }
}
