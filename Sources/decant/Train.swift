import ArgumentParser
import DecantHost

/// Trains a network on sampled shots.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network that decodes before matching does.",
    discussion: """
      For example: decant train --network grid --distance 7 --noise 0.006 --steps 20000 --threads 2 \
      --validate_every 2000 --csv grid.csv -o grid.safetensors

      Labelled shots are sampled as they are needed, never twice. The network and the training's state are saved now \
      and then, and --resume with the same flags goes on from there to the same weights.
      """)

  enum Network: String, CaseIterable, ExpressibleByArgument {
    case grid
  }

  @Option(help: "grid, the published convolutional network.")
  var network: Network

  @OptionGroup var options: TrainingRunOptions
  @OptionGroup var data: TrainingDataOptions
  @OptionGroup var grid: GridTrainingOptions

  func run() throws {
    switch network {
    case .grid: try GridTraining(run: options, data: data, grid: grid).run()
    }
  }
}
