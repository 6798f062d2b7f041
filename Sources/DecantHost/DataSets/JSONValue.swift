import FoundationEssentials

/// JSON: objects keep the order in which they were made, so that files are the same on every run.
public indirect enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  public struct Member: Equatable, Sendable {
    public let key: String
    public let value: JSONValue
  }

  /// An object of the members that have a value.
  public static func members(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
  }

  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  /// On one line.
  public var line: String {
    switch self {
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0.key)): \($0.value.line)" }.joined(separator: ", ") + "}"
    case .array(let values): "[" + values.map(\.line).joined(separator: ", ") + "]"
    default: scalar
    }
  }

  /// A member a line; objects that hold no other objects or arrays stay on one.
  public func indented(_ depth: Int = 0) -> String {
    let outer = String(repeating: "  ", count: depth)
    func block(_ open: String, _ lines: [String], _ close: String) -> String {
      "\(open)\n" + lines.map { "\(outer)  \($0)" }.joined(separator: ",\n") + "\n\(outer)\(close)"
    }
    switch self {
    case .object(let members) where depth == 0 || members.contains { $0.value.isNested }:
      return block("{", members.map { "\(Self.quoted($0.key)): \($0.value.indented(depth + 1))" }, "}")
    case .array(let values) where values.contains { $0.isNested }:
      return block("[", values.map { $0.indented(depth + 1) }, "]")
    default: return line
    }
  }

  private var isNested: Bool {
    switch self {
    case .object, .array: true
    default: false
    }
  }

  private var scalar: String {
    switch self {
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value) where value.isFinite: "\(value)"
    case .string(let value): Self.quoted(value)
    default: "null"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// Reading: Foundation checks the text, and members come in the order of their keys.
extension JSONValue: Decodable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let values = try? container.decode([JSONValue].self) {
      self = .array(values)
    } else {
      let members = try container.decode([String: JSONValue].self)
      self = .object(members.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: $0.value) })
    }
  }

  /// Nil if the text is no JSON.
  public init?(json: [UInt8]) {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(json)) else { return nil }
    self = value
  }
}
