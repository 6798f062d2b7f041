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
    guard name == Self.shippedName else {
      try self.init(path: name)
      return
    }
    let model = decant_shipped_grid_small()
    let bytes = Array(UnsafeBufferPointer(start: model.bytes, count: Int(model.size)))
    try self.init(SafeTensors(bytes: bytes, source: name), source: name)
  }
}
