import ArgumentParser
import DecantHost

extension WindowRounds: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument, separator: ",") }
}

extension ArgumentHelp {
  /// Help for a flag that tells windows. what: without a final stop.
  static func window(_ what: String) -> ArgumentHelp {
    ArgumentHelp(
      "\(what): rounds that it commits, and rounds that it sees besides.", valueName: "commit,buffer")
  }
}
