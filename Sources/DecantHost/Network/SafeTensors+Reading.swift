/// Reading: every length, offset, shape and value is checked, for files come from anywhere.
extension SafeTensors {
  /// Takes a file apart.
  ///
  /// - Parameters:
  ///   - bytes: all of it.
  ///   - source: how errors name it, such as a path.
  /// - Throws: `NetworkError`, naming the tensor and the value at fault.
  public init(bytes: [UInt8], source: String) throws(NetworkError) {
    guard bytes.count >= 8 else {
      throw NetworkError(source: source, "has \(bytes.count) bytes, too few for a SafeTensors file")
    }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
    guard length <= UInt64(bytes.count - 8), length <= Self.maxHeader else {
      throw NetworkError(
        source: source,
        "is no SafeTensors file, or cut short: its header would have \(length) bytes, of \(bytes.count - 8)")
    }
    let values = bytes[(8 + Int(length))...]
    let header = Array(bytes[8..<8 + Int(length)])
    guard header.first == UInt8(ascii: "{"), Self.depth(header) <= Self.maxDepth,
      case .object(let members)? = JSONValue(json: header)
    else {
      throw NetworkError(source: source, "its header is no JSON object; check that it is a SafeTensors file")
    }
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    for member in members {
      if member.key == "__metadata__" {
        metadata = try Self.strings(member.value, source)
      } else {
        entries.append(try Entry(member, source))
      }
    }
    entries.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    var end = 0
    for entry in entries {
      guard entry.range.lowerBound == end else {
        throw NetworkError(
          source: source,
          "tensor \(entry.name) begins at byte \(entry.range.lowerBound) of the values, but the one before ends at "
            + "\(end); values must follow each other")
      }
      end = entry.range.upperBound
      guard end <= values.count else {
        throw NetworkError(
          source: source,
          "tensor \(entry.name) ends at byte \(end) of the values, of which there are \(values.count); "
            + "the file is cut short")
      }
    }
    guard end == values.count else {
      throw NetworkError(
        source: source,
        "\(values.count - end) bytes after the last tensor belong to none; the file is damaged")
    }
    var tensors: [Tensor] = []
    for entry in entries { tensors.append(try entry.tensor(values, source)) }
    self.init(tensors, metadata: metadata)
  }

  /// The largest header that other readers accept.
  private static let maxHeader: UInt64 = 100_000_000
  /// Objects and arrays in each other; a header needs three.
  private static let maxDepth = 8

  /// How deep brackets go, those in strings included: never less than the JSON's depth.
  private static func depth(_ json: [UInt8]) -> Int {
    var depth = 0
    var deepest = 0
    for byte in json {
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    return deepest
  }

  private static func strings(_ value: JSONValue, _ source: String) throws(NetworkError) -> [String: String] {
    guard case .object(let members) = value else {
      throw NetworkError(source: source, "__metadata__ is no JSON object; it must be one of strings")
    }
    var strings: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else {
        throw NetworkError(
          source: source, "__metadata__: \(member.key.prefix(40)) is no string; all must be strings")
      }
      strings[member.key] = text
    }
    return strings
  }

  /// What a header says of a tensor.
  private struct Entry {
    let name: String
    let type: ValueType
    let shape: [Int]
    /// Of the values' bytes.
    let range: Range<Int>

    init(_ member: JSONValue.Member, _ source: String) throws(NetworkError) {
      name = String(member.key.prefix(80))
      let start = "tensor \(name)"
      guard case .string(let typeName)? = member.value["dtype"] else {
        throw NetworkError(source: source, "\(start) has no dtype")
      }
      guard let type = ValueType(rawValue: typeName) else {
        throw NetworkError(
          source: source, "\(start) is of \(typeName.prefix(20)); only F16 and F32 can be read, convert it")
      }
      guard let shape = Self.counts(member.value["shape"]) else {
        throw NetworkError(source: source, "\(start) has no shape, a list of whole numbers from 0 on")
      }
      guard let offsets = Self.counts(member.value["data_offsets"]), offsets.count == 2,
        offsets[0] <= offsets[1]
      else {
        throw NetworkError(
          source: source, "\(start) has no data_offsets, where its values begin and where they end")
      }
      var size = type.size
      for extent in shape {
        let (product, overflow) = size.multipliedReportingOverflow(by: extent)
        // Zero makes up for no overflow before it: such a shape is as impossible.
        size = overflow ? -1 : product
        if overflow { break }
      }
      guard size == offsets[1] - offsets[0] else {
        throw NetworkError(
          source: source,
          "\(start) of shape \(shape) and \(typeName) does not take the \(offsets[1] - offsets[0]) bytes that its "
            + "data_offsets give it")
      }
      self.type = type
      self.shape = shape
      range = offsets[0]..<offsets[1]
    }

    /// Whole numbers from 0 on; nil for anything else.
    private static func counts(_ value: JSONValue?) -> [Int]? {
      guard case .array(let values)? = value else { return nil }
      var counts: [Int] = []
      for value in values {
        guard case .integer(let count) = value, count >= 0 else { return nil }
        counts.append(count)
      }
      return counts
    }

    func tensor(_ bytes: ArraySlice<UInt8>, _ source: String) throws(NetworkError) -> Tensor {
      let count = range.count / type.size
      let values = bytes.withUnsafeBytes { bytes in
        (0..<count).map { index -> Float in
          let offset = range.lowerBound + index * type.size
          switch type {
          case .float16:
            let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
            return Float(Float16(bitPattern: UInt16(littleEndian: bits)))
          case .float32:
            let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            return Float(bitPattern: UInt32(littleEndian: bits))
          }
        }
      }
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw NetworkError(
          source: source, "tensor \(name): value \(index) is \(values[index]), not a finite number")
      }
      return Tensor(name: name, type: type, shape: shape, values: values)
    }
  }
}
