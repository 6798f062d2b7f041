import DecantModels

/// The grid network that Decant brings along; Sources/DecantModels/README.md says how it was trained and how good it is.
extension GridNetwork {
  /// What names it where a file could be named.
  public static let shippedName = "grid-small"

  /// The shipped network, or one from a file.
  ///
  /// - Parameter name: `shippedName`, or a path.
  /// - Throws: as `init(path:)`.
  public init(named name: String) throws {
    try self.init(Self.file(named: name), source: name)
  }

  /// The file behind a name, with all that it says besides the network.
  ///
  /// - Throws: `ShotFileError` if it cannot be read, and `NetworkError` if it is damaged.
  public static func file(named name: String) throws -> SafeTensors {
    guard name == shippedName else {
      var file = try ByteSource(path: name)
      return try SafeTensors(bytes: try file.readAll(limit: 1 << 31), source: name)
    }
    let model = decant_shipped_grid_small()
    let bytes = Array(UnsafeBufferPointer(start: model.bytes, count: Int(model.size)))
    return try SafeTensors(bytes: bytes, source: name)
  }

  /// The name of a grid network in a flag that takes event networks, too: grid-small itself, or FILE of grid:FILE; nil if
  /// it names none.
  public static func name(inModel model: String) -> String? {
    if model == shippedName { return model }
    let prefix = DecoderChoice.gridPrefix
    return model.hasPrefix(prefix) && model.count > prefix.count ? String(model.dropFirst(prefix.count)) : nil
  }
}
