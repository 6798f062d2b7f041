/// How many rounds the windows of a stream have, and in which order they are decoded.
public struct WindowRounds: Hashable, Sendable, CustomStringConvertible {
  /// Whether windows are the blocks of two layers, each of which can be decoded in parallel, instead of one that slides.
  public var areBlocks = false
  /// Rounds that a window commits.
  public let commit: Int
  /// Rounds that it sees besides.
  public let buffer: Int

  /// Nil unless both are at least 1, and together no more than a window can have.
  public init?(commit: Int, buffer: Int) {
    guard commit > 0, buffer > 0, commit < 1 << 16, buffer < 1 << 16, commit + buffer <= 1 << 16 else {
      return nil
    }
    (self.commit, self.buffer) = (commit, buffer)
  }

  /// Reads two numbers with `separator` between them.
  public init?(_ text: some StringProtocol, separator: Character) {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let commit = parts[0], let buffer = parts[1] else { return nil }
    self.init(commit: commit, buffer: buffer)
  }

  public var description: String { "\(commit) + \(buffer) rounds\(areBlocks ? ", in blocks" : "")" }
}
