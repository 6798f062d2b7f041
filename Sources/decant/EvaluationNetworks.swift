import DecantHost

/// The networks that decoders name, by their files: each is read once, however many decoders and experiments use it.
struct EvaluationNetworks {
  private(set) var grids: [String: GridNetwork] = [:]
  private(set) var events: [String: EventNetwork] = [:]

  init(_ decoders: [DecoderChoice]) throws {
    for decoder in decoders {
      for case let path? in [decoder.gridNetwork, decoder.fixedNetwork] where grids[path] == nil {
        grids[path] = try GridNetwork(named: path)
      }
      if let path = decoder.eventNetwork, events[path] == nil {
        events[path] = try EventNetwork(named: path)
      }
    }
    // Measured once for all experiments.
    for case let path? in decoders.map(\.fixedNetwork) where grids[path]?.ranges == nil {
      grids[path] = try grids[path]?.calibrated()
    }
  }
}
