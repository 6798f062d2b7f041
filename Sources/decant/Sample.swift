import ArgumentParser
import DecantHost

/// Samples shots, and on request what really happened in them.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Sample shots of a memory experiment, a circuit or a detector error model.",
    discussion: """
      For example: decant sample --code surface --distance 5 --rounds 5 --basis X --noise 0.006 --shots 10000 \
      --out detectors.b8 --out_format b8 --obs_out observables.01 --labels_out labels.b8

      The same seed gives the same shots, whatever the number of threads; more shots begin with the same ones. \
      Circuits are sampled by their error models.
      """)

  @Option(help: "How many shots.")
  var shots: Int

  @Option(help: "Which shots: any number.")
  var seed: UInt64 = 0

  @Option(help: "Threads to use.")
  var threads = 1

  @OptionGroup var source: SampleSource
  @OptionGroup var outputs: SampleOutputs

  func validate() throws {
    if shots < 0 { throw ValidationError("--shots \(shots) is negative.") }
    if !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads) is not between 1 and 1024.")
    }
    if outputs.edges != nil, outputs.labels != nil {
      throw ValidationError("--edges_out and --labels_out are of different samplers; give one of them.")
    }
  }

  func run() throws {
    let sampler = try source.sampler(seed: seed, outputs: outputs)
    var files = try outputs.open(for: sampler)
    var first = 0
    while first < shots {
      let count = min(files.capacity, shots - first)
      try files.write(first: first, count: count, threads: threads, of: sampler)
      first += count
    }
    try files.finish()
  }
}
