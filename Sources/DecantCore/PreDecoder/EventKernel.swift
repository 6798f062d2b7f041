#if canImport(DecantCoreKernels)
  import DecantCoreKernels

  /// Who does the network's arithmetic: kernels in C where they are part of the build and the processor has their
  /// vectors, else `EventNetwork+Portable`. All give the same numbers.
  struct EventKernel {
    private let network: EventNetwork
    private var shape: core_event_network
    /// 0 for portable, else one of `DecantCoreKernels`.
    private let level: Int32
    /// Events that are still to be answered.
    private var events: InlineArray<16, core_event>
    private var waiting = 0
    /// Features that were set, over all events answered.
    private(set) var features: UInt32 = 0

    /// Words that may be read past the end of the boards.
    static var boardSlack: Int { Int(CORE_BOARD_SLACK) }

    /// The best level that this processor has. Asking takes a while.
    static func bestLevel() -> Int32 { core_kernels_level() }

    init(_ network: EventNetwork, level: Int32) {
      let record = network.shape
      let dense = network.dense
      self.network = network
      self.level = level
      events = InlineArray(repeating: core_event())
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

    /// Asks about the event at `place`. `halves` receives the answer, `EventNetwork.rowSize` numbers, by the time
    /// that `finish` returns.
    @inline(__always)
    mutating func ask(_ place: NetworkPlace, _ halves: UnsafeMutablePointer<Int32>) {
      guard level != 0 else {
        features &+= network.portableHalves(place, halves)
        return
      }
      events[waiting] = core_event(
        window: network.window(place), bias: network.bias(place), halves: halves,
        even_shift: UInt32(place.evenShift), odd_shift: UInt32(place.oddShift))
      waiting &+= 1
      if waiting == Int(CORE_EVENTS) { finish() }
    }

    mutating func finish() {
      guard waiting != 0 else { return }
      let count = UInt32(truncatingIfNeeded: waiting)
      features &+= withUnsafePointer(to: &events) {
        core_event_halves(
          level, &shape, UnsafeRawPointer($0).assumingMemoryBound(to: core_event.self), count)
      }
      waiting = 0
    }
  }
#else
  /// Who does the network's arithmetic where there are no kernels: `EventNetwork+Portable`.
  struct EventKernel {
    private let network: EventNetwork
    private(set) var features: UInt32 = 0

    static var boardSlack: Int { 0 }

    static func bestLevel() -> Int32 { 0 }

    init(_ network: EventNetwork, level: Int32) { self.network = network }

    @inline(__always)
    mutating func ask(_ place: NetworkPlace, _ halves: UnsafeMutablePointer<Int32>) {
      features &+= network.portableHalves(place, halves)
    }

    func finish() {}
  }
#endif
