/// Tensors by their names, as SafeTensors files hold them.
///
/// A file is the length of its header (64 bits, little-endian), the header, which is JSON, and the values: an object
/// of `dtype`, `shape` and `data_offsets` for each tensor, and strings under `__metadata__`. The values' bytes follow
/// each other without gaps.
public struct SafeTensors: Equatable, Sendable {
  /// How a value is stored. Others that the format knows are refused where their values are asked for.
  public enum ValueType: String, Sendable {
    case float16 = "F16"
    case float32 = "F32"

    var size: Int { self == .float16 ? 2 : 4 }
  }

  public struct Tensor: Equatable, Sendable {
    public let name: String
    public let type: ValueType
    public let shape: [Int]
    /// As many as the shape says, row-major; finite.
    public let values: [Float]

    /// - Parameter values: as many as the shape says; rounded to the type when they are written.
    public init(name: String, type: ValueType = .float32, shape: [Int], values: [Float]) {
      precondition(shape.reduce(1, *) == values.count, "there must be as many values as the shape says")
      self.name = name
      self.type = type
      self.shape = shape
      self.values = values
    }
  }

  /// In the order of their values in the file.
  public let tensors: [Tensor]
  public let metadata: [String: String]

  public init(_ tensors: [Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// The file's bytes; the same for the same tensors.
  public func bytes() -> [UInt8] {
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      let strings = metadata.sorted { $0.key < $1.key }
      members.append(
        .init(
          key: "__metadata__",
          value: .object(strings.map { .init(key: $0.key, value: .string($0.value)) })))
    }
    var values: [UInt8] = []
    for tensor in tensors {
      let begin = values.count
      for value in tensor.values {
        switch tensor.type {
        case .float16: Self.append(UInt64(Float16(value).bitPattern), bytes: 2, to: &values)
        case .float32: Self.append(UInt64(value.bitPattern), bytes: 4, to: &values)
        }
      }
      members.append(
        .init(
          key: tensor.name,
          value: .members([
            "dtype": .string(tensor.type.rawValue), "shape": .array(tensor.shape.map { .integer($0) }),
            "data_offsets": .array([.integer(begin), .integer(values.count)]),
          ])))
    }
    var header = Array(JSONValue.object(members).line.utf8)
    // Values then begin at a multiple of eight, as other writers have them.
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    var file: [UInt8] = []
    Self.append(UInt64(header.count), bytes: 8, to: &file)
    return file + header + values
  }

  private static func append(_ value: UInt64, bytes: Int, to file: inout [UInt8]) {
    for byte in 0..<bytes { file.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))) }
  }
}
