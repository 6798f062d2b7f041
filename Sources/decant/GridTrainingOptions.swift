import ArgumentParser
import DecantHost

/// The shape of a grid network that is to be trained.
struct GridTrainingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Shape of a published model, 1 to 5, instead of the following.", valueName: "id"))
  var model: Int?

  @Option(
    help: ArgumentHelp("Channels after each layer but the last. (default: 16,16,16)", valueName: "list"))
  var widths: String?

  @Option(help: ArgumentHelp("Extent of the kernels: 1, 3, 5 or 7. (default: 3)", valueName: "extent"))
  var kernel: Int?

  @Option(help: ArgumentHelp("gelu or relu. (default: gelu)", valueName: "function"))
  var activation: GridArchitecture.Activation?

  @Option(help: ArgumentHelp("Begin with this network's weights instead of random ones.", valueName: "file"))
  var from: String?

  /// A flag that was given; nil if none was.
  var given: String? {
    let flags: [(String, Bool)] = [
      ("model", model != nil), ("widths", widths != nil), ("kernel", kernel != nil),
      ("activation", activation != nil), ("from", from != nil),
    ]
    return flags.first { $0.1 }?.0
  }

  /// The network to begin with.
  func network(seed: UInt64) throws -> GridNetwork {
    if let from {
      guard model == nil, widths == nil, kernel == nil, activation == nil else {
        throw ValidationError(
          "--from says the network's shape; leave --model, --widths, --kernel and --activation out.")
      }
      return try GridNetwork(named: from)
    }
    return GridNetwork(try architecture(), seed: seed)
  }

  private func architecture() throws -> GridArchitecture {
    if let model {
      guard widths == nil, kernel == nil, activation == nil else {
        throw ValidationError(
          "--model says the network's shape; leave --widths, --kernel and --activation out.")
      }
      guard let published = GridArchitecture.published(model) else {
        throw ValidationError("--model \(model) is unknown. Give 1 to 5, or --widths.")
      }
      return published
    }
    let names = (widths ?? "16,16,16").split(separator: ",", omittingEmptySubsequences: false)
    let channels = try names.map { name in
      guard let number = Int(name) else {
        throw ValidationError("--widths \(name) is no number of channels. Give a list such as 16,16,16.")
      }
      return number
    }
    do {
      return try GridArchitecture(
        widths: channels + [GridArchitecture.outputChannels],
        kernels: Array(repeating: kernel ?? 3, count: channels.count + 1), activation: activation ?? .gelu)
    } catch {
      throw ValidationError("--widths, --kernel: \(error).")
    }
  }
}

extension GridArchitecture.Activation: ExpressibleByArgument {}
