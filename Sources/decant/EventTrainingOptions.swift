import ArgumentParser
import DecantHost

/// The shape of an event network that is to be trained.
struct EventTrainingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How far its window reaches in rounds, rows and columns. (default: 4,3,3)", valueName: "list"))
  var radius: String?

  @Option(
    help: ArgumentHelp("Width of its first layer, a multiple of 32. (default: 128)", valueName: "width"))
  var hidden: Int?

  @Option(
    help: ArgumentHelp("Width of its second layer, a multiple of 16. (default: 32)", valueName: "width"))
  var units: Int?

  /// A flag that was given; nil if none was.
  var given: String? {
    let flags: [(String, Bool)] = [
      ("radius", radius != nil), ("hidden", hidden != nil), ("units", units != nil),
    ]
    return flags.first { $0.1 }?.0
  }

  func shape() throws -> EventNetwork.Shape {
    let radii = (radius ?? "4,3,3").split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard radii.count == 3, let rounds = radii[0], let rows = radii[1], let columns = radii[2] else {
      throw ValidationError("--radius \(radius ?? "") is no list of three whole numbers, such as 4,3,3.")
    }
    do {
      return try EventNetwork.Shape(
        roundRadius: rounds, rowRadius: rows, columnRadius: columns, hidden: hidden ?? 128, units: units ?? 32
      )
    } catch {
      throw ValidationError("--radius, --hidden, --units: \(error).")
    }
  }
}
