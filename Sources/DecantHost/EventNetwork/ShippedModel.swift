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
  /// - Throws: as `init(path:)`.
  public init(named name: String) throws {
    if let model = ShippedModel(rawValue: name) {
      try self.init(model)
    } else {
      try self.init(path: name)
    }
  }
}
