import ArgumentParser
import DecantHost

/// Measures what a round takes in a stream.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how long a stream takes for each round.",
    discussion: """
      For example: decant bench --stream --code surface --distance 5,9,13 --noise 0.003 --rounds 1000

      Pushes sampled shots round by round, and prints a row for each experiment and window: what a call took (most only copy \
      bits; one in so many rounds as a window commits decodes it), how long the last frame came behind the last round, and \
      the smallest period of rounds at which no more of them ever wait than a window has. With --threads, also the time of a \
      round where shots are decoded in blocks by so many threads together. Times are this machine's; work units and \
      mistakes are the same everywhere.
      """)

  @Flag(
    help:
      "Rounds in, frames out. There is nothing else to measure here yet; for whole shots, see evaluate --latency."
  )
  var stream = false

  @Option(
    help: ArgumentHelp(
      "Windows, as a list: rounds that they commit + rounds that they see besides, d for the distance.",
      valueName: "list"))
  var windows = "d+d"

  @Option(
    name: .customLong("decoder"),
    help: ArgumentHelp("How to decode: matching or union-find.", valueName: "decoder"))
  var method = DecodingMethod.matching

  @Flag(name: .customLong("enable_correlations"), help: "Decode in two passes.")
  var correlated = false

  @Option(name: .customLong("model"), help: .eventModel("Event network that changes weights before decoding"))
  var network: String?

  @Option(help: ArgumentHelp("Shots of each experiment.", valueName: "count"))
  var shots = 100

  @Option(
    help: ArgumentHelp(
      "Threads that decode a shot together in blocks. (default: not measured)", valueName: "count"))
  var threads: Int?

  @Option(
    help: ArgumentHelp("Tells how many rounds would wait at this period, in nanoseconds.", valueName: "ns"))
  var period: Double?

  @Option(
    help: ArgumentHelp(
      "Work units after which a call leaves the rest of a window to those that follow, as a list; 0 for none.",
      valueName: "list"))
  var slices = "0"

  @Option(
    help: ArgumentHelp(
      "Passes over each shot, of which the shortest time of each call counts.", valueName: "count"))
  var passes = 1

  @Option(help: ArgumentHelp("Seed of the shots, from 0.", valueName: "seed"))
  var seed: UInt64 = 0

  @OptionGroup var sweep: SweepOptions

  func validate() throws {
    guard stream else { throw ValidationError("Say what to measure: --stream.") }
    guard sweep.code != nil else {
      throw ValidationError("Say which experiments: --code surface --distance 5,9.")
    }
    guard shots > 0, shots <= 1_000_000 else { throw ValidationError("--shots \(shots): from 1 to 1000000.") }
    guard (1...1000).contains(passes) else { throw ValidationError("--passes \(passes): from 1 to 1000.") }
    guard threads.map({ (1...1024).contains($0) }) ?? true else {
      throw ValidationError("--threads: from 1 to 1024 threads decode a shot together.")
    }
    guard period.map({ $0 > 0 && $0.isFinite }) ?? true else {
      throw ValidationError("--period: a number of nanoseconds above 0.")
    }
  }

  func run() throws {
    var rows: [[String]] = []
    for point in try sweep.points() {
      for window in try windows(distance: point.experiment.distance ?? 0) {
        for slice in try sliceWorks() { rows.append(try measure(point, window, slice)) }
      }
    }
    var sink = ByteSink.standardOutput()
    try sink.write(TextTable(columns: columns, rows: rows).text)
    try sink.finish()
  }

  private var columns: [TextTable.Column] {
    [
      .init("experiment", isText: true), .init("rounds"), .init("window"), .init("slice"), .init("shots"),
      .init("mistakes"),
      .init("mean ns"), .init("p50"), .init("p99"), .init("p99.9"), .init("max"),
      .init("p99.9 before the last"), .init("max"), .init("reaction p50 us"),
      .init("p99"), .init("max"), .init("max work"), .init("period held ns"),
    ] + (period == nil ? [] : [.init("rounds waiting at --period")])
      + (threads == nil ? [] : [.init("blocks ns/round, 1 thread"), .init("\(threads ?? 1) threads")])
  }

  /// The slices of the flag.
  private func sliceWorks() throws -> [UInt32] {
    try slices.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let slice = UInt32(text) else {
        throw ValidationError("--slices \(text): work units, from 0 to 4294967295, as in 0,100.")
      }
      return slice
    }
  }

  /// The windows of the flag.
  private func windows(distance: Int) throws -> [WindowRounds] {
    try windows.split(separator: ",", omittingEmptySubsequences: false).map { text in
      let numbers = text.split(separator: "+", omittingEmptySubsequences: false).map {
        $0 == "d" ? "\(distance)" : String($0)
      }
      guard let window = WindowRounds(numbers.joined(separator: "+"), separator: "+") else {
        throw ValidationError("--windows \(text): two numbers above 0 or d, as in d+d or 1+9.")
      }
      return window
    }
  }

  private func measure(
    _ point: SweepOptions.Point, _ window: WindowRounds, _ slice: UInt32
  ) throws -> [String] {
    let model = try DetectorErrorModel(try point.experiment.circuit(), source: point.name)
    let options = DetectorGraph.Options(correlated: correlated)
    let network = try network.map { try EventNetwork(named: $0) }
    let image = try ModelFile(model, options: options, form: .stream(nil, network)).image
    func load(_ window: WindowRounds, threads: Int = 1, slice: UInt32 = 0) throws -> LoadedDecoder {
      try LoadedDecoder(
        image: image, name: point.name, method: method, correlated: correlated, network: self.network != nil,
        window: window,
        shots: .detectors(model.detectorCount), threads: threads, sliceWork: slice)
    }
    let source = try ModelShots(model, seed: seed, limit: shots)
    let decoder = try load(window, slice: slice)
    var times = StreamTimes(rounds: decoder.rounds, windowRounds: window.commit + window.buffer)
    var blocks = window
    blocks.areBlocks = true
    let parallel = try threads.map { [try load(blocks), try load(blocks, threads: $0)] } ?? []
    var timers = parallel.map { _ in DecodingTimer() }
    var block = try ShotBlock(for: source)
    while source.take(into: &block) {
      try times.measure(decoder, block.detectors, truths: block.observables, passes: passes)
      var answers = ShotBatch(layout: block.observables.layout, capacity: ShotBlock.capacity)
      for (index, decoder) in parallel.enumerated() {
        try timers[index].measure { try decoder.decode(block.detectors, into: &answers) }
      }
    }
    func whole(_ value: Double) -> String { "\(Int(value.rounded()))" }
    func micro(_ nanoseconds: UInt64?) -> String { decimal(Double(nanoseconds ?? 0) / 1000) }
    func quantiles(_ histogram: LatencyHistogram) -> [String] {
      [0.5, 0.99, 0.999].map { "\(histogram.quantile($0) ?? 0)" }
    }
    var cells = [
      point.name, "\(times.rounds)", "\(window.commit)+\(window.buffer)", "\(slice)", "\(times.shots)",
      "\(times.mistakes)",
      whole(times.meanNanoseconds),
    ]
    cells += quantiles(times.pushes) + ["\(times.pushes.max)"]
    cells += ["\(times.steady.quantile(0.999) ?? 0)", "\(times.steady.max)"]
    cells += [
      micro(times.reactions.quantile(0.5)), micro(times.reactions.quantile(0.99)), micro(times.reactions.max),
    ]
    cells += ["\(times.maxWork)", whole(times.heldPeriod)]
    if let period { cells.append(decimal(times.backlog(period: period))) }
    for timer in timers { cells.append(whole(timer.nanoseconds / Double(times.shots * times.rounds))) }
    return cells
  }

  private func decimal(_ value: Double) -> String {
    let tenths = Int((10 * min(value, 1e12)).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
