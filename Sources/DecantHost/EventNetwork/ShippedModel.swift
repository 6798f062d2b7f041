/// Networks that Decant brings along, trained by this project; Models/README.md says how, on what, and how good they are.
public enum ShippedModel: String, CaseIterable, Sendable {
  case event
  case eventSmall = "event-small"
}

extension EventNetwork {
  /// A shipped network, or one from a file.
  ///
  /// - Parameter name: a `ShippedModel`'s, or a path.
  /// - Throws: as `init(path:)`.
  public init(named name: String) throws {
    try self.init(path: name)
  }
}
