import ArgumentParser
import DecantHost
import Foundation

/// Holds an event network's fixed point against floating point, and rounds it for shipping.
struct Quantize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Measure what fixed point costs an event network.",
    discussion: """
      For example: decant quantize --model event.safetensors --code surface --basis Z --distance 9 --noise 0.006 \
      --max_shots 100000

      Decodes the same shots without the network, with it in floating point, and with it in fixed point as decoders \
      compute it. "only" counts shots in which one of the two was wrong and the other was not: without a cost, \
      they differ by chance alone.
      """)

  @Option(help: .eventModel("The event network"))
  var model: String

  @Option(
    name: .customLong("max_shots"), help: ArgumentHelp("Shots of each experiment.", valueName: "count"))
  var maxShots = 10_000

  @Option(help: ArgumentHelp("Seed of the shots, from 0.", valueName: "seed"))
  var seed: UInt64 = 0

  @Flag(name: .customLong("enable_correlations"), help: "Decode in two passes.")
  var correlated = false

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("Where the network goes in half precision, half as large.", valueName: "file"))
  var out: String?

  @OptionGroup var sweep: SweepOptions

  func validate() throws {
    guard (1...1 << 40).contains(maxShots) else {
      throw ValidationError("--max_shots \(maxShots) is not between 1 and \(1 << 40).")
    }
    guard sweep.code != nil || out != nil else {
      throw ValidationError(
        "Say on what to measure: --code surface and what belongs to it; or where to write: --out FILE.")
    }
  }

  func run() throws {
    let file = try EventNetwork.file(named: model)
    let network = try EventNetwork(file, source: model)
    if let out {
      let half = network.safeTensors(type: .float16, metadata: EventNetwork.provenance(file))
      try AtomicFile.write(half.bytes(), to: out)
    }
    guard sweep.code != nil else { return }
    print(
      "experiment                     shots   plain   float   fixed  only float  only fixed  mean off  most off"
    )
    for point in try sweep.points() {
      let name = point.name
      let errorModel = try DetectorErrorModel(try point.experiment.circuit(), source: name)
      let cost = try QuantizationCost.measure(
        network, errorModel, shots: maxShots, seed: seed, correlated: correlated)
      print(
        String(
          format: "%@%8d%8d%8d%8d%12d%12d%10.4f%10.3f",
          name.padding(toLength: 28, withPad: " ", startingAt: 0),
          cost.shots, cost.plainErrors, cost.floatErrors, cost.fixedErrors, cost.onlyFloat, cost.onlyFixed,
          cost.totalDifference / Double(max(1, cost.weights)), cost.largestDifference))
    }
  }
}
