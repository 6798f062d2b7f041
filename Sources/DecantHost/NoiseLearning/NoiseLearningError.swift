/// Why noise cannot be learned: from what, what is wrong, and what to do about it.
public struct NoiseLearningError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, or how else the data or the structure were told.
  public let source: String
  /// In sentences, without the last full stop.
  public let problem: String

  public init(source: String, problem: String) {
    self.source = source
    self.problem = problem
  }

  public var description: String { "\(source): \(problem)" }
}
