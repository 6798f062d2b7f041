#if canImport(DecantCoreKernels)
  import DecantCoreKernels

  /// Who does the network's arithmetic: kernels in C where they are part of the build and the processor has their
  /// vectors, else `EventNetwork+Portable`. All give the same numbers.
  struct EventKernel {
    private let network: EventNetwork
    private var shape: core_event_network
    /// 0 for portable, else one of `DecantCoreKernels`.
    private let level: Int32

    /// Words that may be read past the end of the boards.
    static var boardSlack: Int { Int(CORE_BOARD_SLACK) }

    /// The best level that this processor has. Asking takes a while.
    static func bestLevel() -> Int32 { core_kernels_level() }

    init(_ network: EventNetwork, level: Int32) {
      let record = network.shape
      let dense = network.dense
      self.network = network
      self.level = level
      shape = core_event_network(
        rows: network.rows, second_biases: dense.assumingMemoryBound(to: Int32.self),
        second_multipliers: (dense + record.secondMultipliers).assumingMemoryBound(to: Int32.self),
        second_weights: (dense + record.secondWeights).assumingMemoryBound(to: Int8.self),
        third_biases: (dense + record.thirdBiases).assumingMemoryBound(to: Int32.self),
        third_multipliers: (dense + record.thirdMultipliers).assumingMemoryBound(to: Int32.self),
        third_weights: (dense + record.thirdWeights).assumingMemoryBound(to: Int8.self),
        hidden: record.hidden, units: record.units, window_rounds: record.rounds, window_rows: record.rows,
        row_width: record.rowWidth, board_rounds: record.boardRounds, even_mask: record.evenMask,
        odd_mask: record.oddMask, first_shift: record.firstShift, second_shift: record.secondShift,
        third_shift: record.thirdShift)
    }

    /// What the network says of the event at `place`. Returns how many features were set.
    @inline(__always)
    mutating func ask(_ place: NetworkPlace, _ halves: inout EventNetwork.Halves) -> UInt32 {
      if level == 0 { return network.portableHalves(place, &halves) }
      return withUnsafeMutablePointer(to: &halves) {
        core_event_halves(
          level, &shape, network.window(place), UInt32(place.evenShift), UInt32(place.oddShift),
          network.bias(place), UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int32.self))
      }
    }
  }
#else
  /// Who does the network's arithmetic where there are no kernels: `EventNetwork+Portable`.
  struct EventKernel {
    private let network: EventNetwork

    static var boardSlack: Int { 0 }

    static func bestLevel() -> Int32 { 0 }

    init(_ network: EventNetwork, level: Int32) { self.network = network }

    @inline(__always)
    func ask(_ place: NetworkPlace, _ halves: inout EventNetwork.Halves) -> UInt32 {
      network.portableHalves(place, &halves)
    }
  }
#endif
