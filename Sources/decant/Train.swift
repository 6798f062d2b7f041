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

      decant train --network event --code surface,stim:rotated_memory_z --distance 5,9 --noise 0.003,0.006 \
      --steps 10000 --threads 2 -o event.safetensors

      Labelled shots are sampled as they are needed, never twice. The network and the training's state are saved now \
      and then, and --resume with the same flags goes on from there to the same weights.
      """)

  enum Network: String, CaseIterable, ExpressibleByArgument {
    case grid
    case event
  }

  @Option(help: "grid, the published convolutional network; or event, which gives weights for single shots.")
  var network: Network

  @OptionGroup var options: TrainingRunOptions
  @OptionGroup var data: TrainingDataOptions
  @OptionGroup var grid: GridTrainingOptions
  @OptionGroup var event: EventTrainingOptions

  func run() throws {
    switch network {
    case .grid:
      if let flag = event.given {
        throw ValidationError("--\(flag) is about --network event; leave it out.")
      }
      try GridTraining(run: options, data: data, grid: grid).run()
    case .event:
      if let flag = grid.given {
        throw ValidationError("--\(flag) is about --network grid; leave it out.")
      }
      try EventTraining(run: options, data: data, event: event).run()
    }
  }
}
