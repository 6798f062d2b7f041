/// The proof that an event network's numbers stay inside its boards, its tables and the neighbourhoods of its detectors.
extension NetworkRecord {
  static var absent: NetworkRecord {
    NetworkRecord(
      hidden: 0, units: 0, outputs: 0, roundRadius: 0, rowRadius: 0, columnRadius: 0, boardRounds: 0,
      boardWords: 0, evenMask: 0, oddMask: 0, firstShift: 0, secondShift: 0, thirdShift: 0, minWeight: 0)
  }

  /// Whether everything that is said about a network of this shape holds, and nothing overflows.
  var isSound: Bool {
    guard hidden != 0, hidden % 32 == 0, hidden <= Self.maxHidden, units != 0, units % 16 == 0,
      units <= Self.maxUnits, outputs != 0, outputs <= Self.maxOutputs
    else { return false }
    guard roundRadius <= Self.maxRoundRadius, columnRadius <= Self.maxColumnRadius, rowRadius <= 31,
      roundWidth <= 64
    else { return false }
    let sites = (1 as UInt32) &<< rowWidth &- 1
    guard evenMask & ~sites == 0, oddMask & ~sites == 0 else { return false }
    guard firstShift <= 15, secondShift >= 1, secondShift <= 40, thirdShift >= 1, thirdShift <= 40 else {
      return false
    }
    guard minWeight >= 2, minWeight & 1 == 0, minWeight <= SlotRecord.weightMask else { return false }
    return boardRounds >= rounds && boardRounds <= boardWords && boardWords < 1 &<< 28
  }
}

extension ImageReader {
  func checkNetwork() -> Bool {
    guard hasNetwork else { return true }
    // Weights are taken to be those of slots, which do not know their sign.
    guard negativeEdgeCount == 0 else { return false }
    return checkNetworkTables() && checkNetworkSlots()
  }

  /// All but that outputs are about edges.
  func checkNetworkTables() -> Bool { checkDense() && checkSlotGroups() && checkPlaces() }

  /// Weights of -128 would overflow where two products are added in 16 bits, biases beyond their bound where 32 are.
  private func checkDense() -> Bool {
    let network = network
    let dense = bytes + networkDenseOffset
    func areBounded(_ offset: Int, _ count: UInt32) -> Bool {
      var index = 0
      while index < Int(truncatingIfNeeded: count) {
        let bias = dense.load(fromByteOffset: offset &+ 4 &* index, as: Int32.self)
        guard bias.magnitude <= NetworkRecord.maxBias else { return false }
        index &+= 1
      }
      return true
    }
    func areSymmetric(_ offset: Int, _ count: UInt32) -> Bool {
      var index = 0
      while index < Int(truncatingIfNeeded: count) {
        guard dense.load(fromByteOffset: offset &+ index, as: Int8.self) != -128 else { return false }
        index &+= 1
      }
      return true
    }
    return areBounded(0, network.units)
      && areSymmetric(network.secondWeights, network.hidden &* network.units)
      && areBounded(network.thirdBiases, 16) && areSymmetric(network.thirdWeights, 16 &* network.units)
  }

  /// Outputs ascend, those that the network has.
  private func checkSlotGroups() -> Bool {
    var group: UInt32 = 0
    while group < networkSlotGroupCount {
      let slots = networkSlots(group)
      var isOver = false
      var next: UInt32 = 0
      var index: UInt32 = 0
      while index < UInt32(NetworkSlot.groupSize) {
        let output = slots[index].output
        if output == NetworkSlot.none {
          isOver = true
        } else {
          guard !isOver, output >= next, output < network.outputs else { return false }
          next = UInt32(output) &+ 1
        }
        index &+= 1
      }
      group &+= 1
    }
    return true
  }

  private func checkPlaces() -> Bool {
    let shape = network
    let places = networkPlaces
    let reach = UInt64((shape.rows &- 1)) &* UInt64(shape.boardRounds) &+ UInt64(shape.rounds &- 1)
    var node: UInt32 = 0
    while node < detectors {
      let place = places[node]
      if place.type != NetworkPlace.outside {
        guard place.type <= 1, UInt64(place.origin) &+ reach < UInt64(shape.boardWords),
          place.evenShift < 64, place.oddShift < 64, place.markWord < shape.boardWords, place.markBit < 64,
          place.biasRow < networkBiasRowCount, place.slotGroup < networkSlotGroupCount
        else { return false }
      }
      node &+= 1
    }
    return true
  }
}

extension ImageReader {
  /// Slots are there, each is named once, and both ends of an edge know what the other one says.
  @_optimize(size)
  private func checkNetworkSlots() -> Bool {
    let graph = graph
    let places = networkPlaces
    var node: UInt32 = 0
    while node < detectors {
      if places[node].type != NetworkPlace.outside {
        let pattern = graph.pattern(of: node)
        let slots = networkSlots(places[node].slotGroup)
        var index: UInt32 = 0
        while index < UInt32(NetworkSlot.groupSize) && slots[index].output != NetworkSlot.none {
          let slot = slots[index]
          var other: UInt32 = 0
          while other < index {
            guard slots[other].position != slot.position else { return false }
            other &+= 1
          }
          guard isSound(slot, of: node, pattern, graph) else { return false }
          index &+= 1
        }
      }
      node &+= 1
    }
    return true
  }

  private func isSound(_ slot: NetworkSlot, of node: UInt32, _ pattern: PatternRecord, _ graph: Graph) -> Bool
  {
    let position = UInt32(slot.position)
    if position == pattern.degree {
      return pattern.boundaryWeight != .none && slot.twinPosition == slot.position
        && slot.twinOutput == NetworkSlot.none
    }
    guard position < pattern.degree, let twin = graph.twin(of: pattern.firstSlot &+ position, at: node) else {
      return false
    }
    let neighbour = graph.neighbour(of: node, behind: pattern.firstSlot &+ position)
    guard UInt32(slot.twinPosition) == twin &- graph.pattern(of: neighbour).firstSlot else { return false }
    return slot.twinOutput == output(of: neighbour, about: slot.twinPosition)
  }

  /// The output that is about a slot of `node`, or `NetworkSlot.none`.
  func output(of node: UInt32, about position: UInt8) -> UInt8 {
    let place = networkPlaces[node]
    guard place.type != NetworkPlace.outside else { return NetworkSlot.none }
    let slots = networkSlots(place.slotGroup)
    var index: UInt32 = 0
    while index < UInt32(NetworkSlot.groupSize) && slots[index].output != NetworkSlot.none {
      if slots[index].position == position { return slots[index].output }
      index &+= 1
    }
    return NetworkSlot.none
  }
}

extension ImageReader {
  /// The network as a decoder has it: on the image's boards, or on those for windows of so many rounds.
  func windowNetwork(rounds: UInt32) -> NetworkRecord {
    isStream ? network.forWindows(rounds: rounds) : network
  }

  var hasNetwork: Bool { networkDenseOffset != 0 }

  var networkPlaces: Table<NetworkPlace> {
    Table(reading: bytes + networkPlacesOffset, count: Int(truncatingIfNeeded: detectors))
  }

  @inline(__always)
  func networkSlots(_ group: UInt32) -> Table<NetworkSlot> {
    let size = MemoryLayout<NetworkSlot>.size &* NetworkSlot.groupSize
    return Table(
      reading: bytes + networkSlotsOffset + Int(truncatingIfNeeded: group) &* size,
      count: NetworkSlot.groupSize)
  }
}
