/// What is wrong with the noise that was asked for: where it stands, which key, and what to do.
public struct NoiseError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, or how else the noise was told.
  public let source: String
  /// One sentence without its full stop; it names the key at fault.
  public let problem: String

  public var description: String { "\(source): \(problem)" }
}
