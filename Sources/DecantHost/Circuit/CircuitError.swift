/// What is wrong with a circuit, where, and what to do about it.
public struct CircuitError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file, or what else the circuit came from.
  public let source: String
  /// Line, counted from 1; nil if no line is to blame.
  public let line: Int?
  /// One sentence without its full stop.
  public let problem: String

  public init(source: String, line: Int? = nil, problem: String) {
    self.source = source
    self.line = line
    self.problem = problem
  }

  public var description: String {
    guard let line else { return "\(source): \(problem)" }
    return "\(source):\(line): \(problem)"
  }
}
