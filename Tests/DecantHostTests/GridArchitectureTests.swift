import Testing

@testable import DecantHost

/// Shapes of grid networks, against the published table.
@Suite struct GridArchitectureTests {
  @Test(
    arguments: [
      (1, 912_772, 912_384, 9), (2, 3_595_012, 3_594_240, 9), (3, 4_224_388, 4_224_000, 17),
      (4, 1_797_764, 1_797_120, 13), (5, 7_134_468, 7_133_184, 13),
    ])
  func published(_ id: Int, _ parameters: Int, _ multiplications: Int, _ field: Int) throws {
    let model = try #require(GridArchitecture.published(id))
    #expect(model.parameterCount == parameters)
    #expect(model.multiplicationsPerVoxel == multiplications)
    #expect(model.receptiveField == field)
    #expect(model.publishedModel == id)
    #expect(model.tensors.last?.range.upperBound == parameters)
    #expect(model.tensors.last?.name == "net.\(3 * (model.layers.count - 1)).bias")
  }

  @Test func others() throws {
    #expect(GridArchitecture.published(0) == nil)
    #expect(GridArchitecture.published(6) == nil)
    let small = try GridArchitecture(widths: [16, 16, 16, 4], kernels: [3, 3, 3, 3])
    #expect(small.multiplicationsPerVoxel == 17_280)
    #expect(small.publishedModel == nil)
    #expect(try GridArchitecture(widths: [8, 4], kernels: [5, 1]).receptiveField == 5)
  }

  @Test(
    arguments: [
      ([], [], "a grid network of 0 layers"), ([4], [3, 3], "there are 1 layers, but 2 kernels"),
      ([0, 4], [3, 3], "a layer of 0 channels"), ([1025, 4], [3, 3], "a layer of 1025 channels"),
      ([16, 5], [3, 3], "the last layer has 5 channels"), ([4], [2], "a kernel of extent 2"),
      ([4], [9], "a kernel of extent 9"), ([4], [-1], "a kernel of extent -1"),
    ] as [([Int], [Int], String)])
  func refused(_ widths: [Int], _ kernels: [Int], _ start: String) {
    let error = #expect(throws: NetworkError.self) { try GridArchitecture(widths: widths, kernels: kernels) }
    #expect(error?.description.hasPrefix(start) == true)
  }
}
