import ArgumentParser
import DecantHost
import Foundation

/// Holds a network's fixed point against floating point, and rounds it for shipping.
struct Quantize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Measure what fixed point costs a network.",
    discussion: """
      For example: decant quantize --model event.safetensors --code surface --basis Z --distance 9 --noise 0.006 \
      --max_shots 100000

      Decodes the same shots without the network, with it in floating point, and with it in fixed point as decoders \
      compute it. "only" counts shots in which one of the two was wrong and the other was not: without a cost, \
      they differ by chance alone.

      A grid network (grid-small or grid:FILE, of --code surface) is measured by the rule that images hold: whole edges \
      and priors. "left" is the share of detection events that remain, "same" that of voxels with the same decision. \
      --out also writes the ranges of sums that fixed point covers, measured on shots, so that images made from the file \
      are the same on every processor.
      """)

  @Option(help: .networkModel("The network"))
  var model: String

  @Option(
    name: .customLong("edge_threshold"), parsing: .unconditional,
    help: ArgumentHelp(
      "Of a grid network, as in decant compile. (default: \(GridRule.edgeThreshold))", valueName: "log odds"))
  var edgeThreshold = GridRule.edgeThreshold

  @Option(
    help: ArgumentHelp(
      "Of a grid network, as in decant compile. (default: \(FixedGrid.defaultPrior))", valueName: "share"))
  var prior = FixedGrid.defaultPrior

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
    guard !edgeThreshold.isNaN else {
      throw ValidationError("--edge_threshold \(edgeThreshold) is no number.")
    }
    guard (0...1).contains(prior) else { throw ValidationError("--prior \(prior) is not between 0 and 1.") }
  }

  func run() throws {
    if let name = GridNetwork.name(inModel: model) { return try runGrid(name) }
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

  private func runGrid(_ name: String) throws {
    let file = try GridNetwork.file(named: name)
    var network = try GridNetwork(file, source: name)
    if let out {
      network = try network.rounded(.float16).calibrated()
      try AtomicFile.write(network.safeTensors(.float16, metadata: file.metadata).bytes(), to: out)
    } else if network.ranges == nil {
      network = try network.calibrated()
    }
    guard sweep.code != nil else { return }
    print(
      "experiment                     shots   plain   float   fixed  only float  only fixed  float left  fixed left"
        + "  mean off  most off     same"
    )
    for point in try sweep.points() {
      guard case .surface(let memory) = try point.experiment.experiment() else {
        throw CommandFailure(
          "--model \(model): a grid network takes memories of --code surface, for it must know where detectors are."
        )
      }
      let grid = try FixedGrid(network, GridGeometry(memory), threshold: edgeThreshold, prior: prior)
      let cost = try GridQuantizationCost.measure(
        grid, DetectorErrorModel(memory.circuit(), source: point.name), shots: maxShots, seed: seed,
        correlated: correlated)
      let events = Double(max(1, cost.events))
      print(
        String(
          format: "%@%8d%8d%8d%8d%12d%12d%12.4f%12.4f%10.4f%10.3f%9.5f",
          point.name.padding(toLength: 28, withPad: " ", startingAt: 0),
          cost.shots, cost.plainErrors, cost.floatErrors, cost.fixedErrors, cost.onlyFloat, cost.onlyFixed,
          Double(cost.floatEvents) / events, Double(cost.fixedEvents) / events, cost.difference,
          cost.largestDifference, Double(cost.sameSigns) / Double(max(1, cost.logits))))
    }
  }
}
