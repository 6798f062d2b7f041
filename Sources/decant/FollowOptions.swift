import ArgumentParser

/// How noise that drifts is followed: the flags of `decant learn --follow`.
struct FollowOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Follow noise that drifts: forget old shots, tell of changes on standard error, and write again and again.",
      discussion: "Files are replaced at once, so that a program may take them up at any time."))
  var follow = false

  @Option(
    name: .customLong("half_life"),
    help: ArgumentHelp(
      "With --follow: shots after which a shot counts half. (default: 100000)", valueName: "shots"))
  var halfLife: Double?

  @Option(
    help: ArgumentHelp(
      "With --follow: shots from one writing to the next. (default: 100000)", valueName: "shots"))
  var every: Int?

  @Option(
    help: ArgumentHelp(
      "With --follow: image that --image is to be like, as with decant compile --reweight.",
      valueName: "image"))
  var reweight: String?

  var areGiven: Bool { halfLife != nil || every != nil || reweight != nil }

  func validate() throws {
    if let halfLife, !(halfLife > 0) { throw ValidationError("--half_life \(halfLife) is not above 0.") }
    if let every, every < 1 { throw ValidationError("--every \(every) is not 1 or more.") }
  }
}
