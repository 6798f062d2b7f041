import ArgumentParser
import DecantHost

/// How a patch is cut into strips that decode in parallel.
struct StripOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Cut the patch across into strips of two layers: columns of detectors that a strip of the first layer commits, and "
        + "columns that it sees besides on each side.",
      valueName: "commit,buffer"))
  var strips: StripWidths?

  @Option(
    name: .customLong("strip_axis"),
    help: ArgumentHelp(
      "With --strips: which coordinate of the detectors counts columns, from 1. (default: the one of the most values, the "
        + "last aside, which is time)",
      valueName: "number"))
  var axis: Int?

  /// Nil for no strips.
  var widths: StripWidths? {
    var widths = strips
    widths?.axis = axis.map { $0 - 1 }
    return widths
  }

  func validate() throws {
    guard axis == nil || strips != nil else {
      throw ValidationError("--strip_axis is about strips; say what they are: --strips 9,9.")
    }
    guard axis.map({ (1...16).contains($0) }) ?? true else {
      throw ValidationError("--strip_axis \(axis ?? 0): coordinates are counted from 1, and are 16 at most.")
    }
  }
}

extension StripWidths: ExpressibleByArgument {
  public init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let commit = parts[0], let buffer = parts[1] else { return nil }
    self.init(commit: commit, buffer: buffer)
  }
}
