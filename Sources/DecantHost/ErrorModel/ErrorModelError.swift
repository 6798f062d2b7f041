/// What is wrong with a detector error model, where, and what to do about it.
///
/// Models come from other people's programs, so a refusal must lead its reader to the line at fault: the
/// description reads `surface.dem:12: error probability 1.5 is not between 0 and 1`.
public struct ErrorModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Name of the file, or whatever else the model was read from.
  public let source: String
  /// Line, counted from 1; nil if no line is to blame.
  public let line: Int?
  /// One sentence without its full stop: what is wrong, and where it helps, what to do.
  public let problem: String

  public init(source: String, line: Int?, problem: String) {
    self.source = source
    self.line = line
    self.problem = problem
  }

  public var description: String {
    guard let line else { return "\(source): \(problem)" }
    return "\(source):\(line): \(problem)"
  }
}
