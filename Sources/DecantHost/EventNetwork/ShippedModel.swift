import DecantModels

/// Networks that Decant brings along, trained by this project; Sources/DecantModels/README.md says how, on what, and how good
/// they are.
public enum ShippedModel: String, CaseIterable, Sendable {
  /// Window of radius 4 in rounds and 3 in rows and columns, 128 and 32 wide.
  case event
  /// Window of radius 3, 64 and 16 wide.
  case eventSmall = "event-small"

  /// The file, as `decant train` and `decant quantize` wrote it.
  public var file: [UInt8] {
    let model =
      switch self {
      case .event: decant_shipped_event()
      case .eventSmall: decant_shipped_event_small()
      }
    return Array(UnsafeBufferPointer(start: model.bytes, count: Int(model.size)))
  }
}

extension EventNetwork {
  /// A network that Decant ships.
  public init(_ model: ShippedModel) throws(NetworkError) {
    try self.init(SafeTensors(bytes: model.file, source: model.rawValue), source: model.rawValue)
  }

  /// A shipped network, or one from a file.
  ///
  /// - Parameter name: a `ShippedModel`'s, or a path.
  /// - Throws: as `file(named:)`, and `NetworkError` if it holds no event network.
  public init(named name: String) throws {
    try self.init(Self.file(named: name), source: name)
  }

  /// The file behind a name, with all that it says besides the network.
  ///
  /// - Throws: `ShotFileError` if it cannot be read, and `NetworkError` if it is damaged.
  public static func file(named name: String) throws -> SafeTensors {
    if let model = ShippedModel(rawValue: name) { return try SafeTensors(bytes: model.file, source: name) }
    var source = try ByteSource(path: name)
    return try SafeTensors(bytes: try source.readAll(limit: 1 << 28), source: name)
  }
}
