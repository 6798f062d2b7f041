import DecantCore

/// The event network as an image's sections: sites become words and bits of boards, neighbours become positions.
struct NetworkTable {
  /// A `NetworkRecord`, as words.
  private(set) var record: [UInt32] = []
  /// `NetworkPlace`s, as words.
  private(set) var places: [UInt32] = []
  private(set) var biases: [UInt32] = []
  private(set) var rows: [UInt32] = []
  private(set) var dense: [UInt32] = []
  /// Groups of `NetworkSlot`s, each stored once however many nodes have it.
  private(set) var slots: [UInt32] = []

  private let plan: EventNetworkPlan
  private let shape: NetworkRecord

  static let placeWords = 5
  static let slotWords = NetworkSlot.groupSize

  /// - Throws: a sentence about the first thing in the plan that cannot be.
  init(_ plan: EventNetworkPlan, _ table: SlotTable) throws(EventNetworkPlan.Flaw) {
    try plan.checkShape(detectors: table.nodeCount)
    self.plan = plan
    shape = try plan.record()
    record = [
      shape.hidden, shape.units, shape.outputs, shape.roundRadius, shape.rowRadius, shape.columnRadius,
      shape.boardRounds, shape.boardWords, shape.evenMask, shape.oddMask, shape.firstShift, shape.secondShift,
      shape.thirdShift, shape.minWeight,
    ]
    biases = Self.words(plan.biases.flatMap { Self.bytes($0) })
    rows = Self.words(plan.rows.flatMap { Self.bytes($0) })
    dense = Self.words(
      Self.bytes(plan.second, outputs: plan.units, filledTo: plan.units)
        + Self.bytes(plan.third, outputs: plan.outputs, filledTo: Int(NetworkRecord.maxOutputs)))

    guard table.maxDegree <= 255 else {
      throw EventNetworkPlan.Flaw("a detector has \(table.maxDegree) edges, more than 255")
    }
    var positions: [[UInt8?]] = []
    for (node, detector) in plan.detectors.enumerated() {
      positions.append(try Self.positions(of: detector?.ends ?? [], node, table))
    }
    var groups: [[UInt8]: UInt32] = [:]
    for (node, detector) in plan.detectors.enumerated() {
      guard let detector else {
        places += [0, 0, 0, 0, UInt32(NetworkPlace.outside) << 24]
        continue
      }
      let group = Self.group(of: node, positions, table)
      let number = groups[group] ?? UInt32(groups.count)
      if Int(number) == groups.count {
        groups[group] = number
        slots += Self.words(group)
      }
      places += words(of: detector, group: number)
    }
  }

  /// Writes the sections. places: `NetworkPlace`s, one for each of the image's nodes.
  func write(places: [UInt32], to image: inout ImageBuilder) {
    let rowWords = plan.hidden / 2
    image.section(ImageLayout.Section.network, elementWords: record.count, record)
    image.section(ImageLayout.Section.networkPlaces, elementWords: Self.placeWords, places)
    image.section(ImageLayout.Section.networkBiases, elementWords: rowWords, biases)
    image.section(ImageLayout.Section.networkRows, elementWords: rowWords, rows)
    image.section(ImageLayout.Section.networkDense, elementWords: 1, dense)
    image.section(ImageLayout.Section.networkSlots, elementWords: Self.slotWords, slots)
  }

  /// The place of a node, as many rounds earlier.
  func place(_ node: Int, lessRounds rounds: UInt32) -> [UInt32] {
    var place = Array(places[Self.placeWords * node..<Self.placeWords * (node + 1)])
    guard plan.detectors[node] != nil else { return place }
    place[0] -= rounds
    place[1] -= rounds
    return place
  }

  private func words(of detector: EventNetworkPlan.Detector, group: UInt32) -> [UInt32] {
    let stride = Int(shape.boardRounds)
    let (centre, mark) = (detector.centre, detector.mark)
    // A site of column c is bit (c + columnRadius) / 2, and the first column of the window is the centre's less the
    // radius; in rows where that one holds no site of the other type, the next one does.
    let evenRowsBeginLate = (plan.rowRadius + plan.columnRadius) % 2 == 0 ? 1 : 0
    let place = NetworkPlace(
      origin: UInt32(centre.row * stride + centre.round),
      markWord: UInt32((mark.row + plan.rowRadius) * stride + mark.round + plan.roundRadius),
      biasRow: UInt32(detector.biasRow), slotGroup: group,
      evenShift: UInt8((centre.column + evenRowsBeginLate) / 2),
      oddShift: UInt8((centre.column + 1 - evenRowsBeginLate) / 2),
      markBit: UInt8((mark.column + plan.columnRadius) / 2), type: UInt8(detector.type))
    let bytes = [place.evenShift, place.oddShift, place.markBit, place.type]
    return [place.origin, place.markWord, place.biasRow, place.slotGroup] + Self.words(bytes)
  }

  /// For each output, the position of its slot.
  private static func positions(of ends: [EventNetworkPlan.End], _ node: Int, _ table: SlotTable)
    throws(EventNetworkPlan.Flaw) -> [UInt8?]
  {
    var positions: [UInt8?] = []
    for (output, end) in ends.enumerated() {
      let neighbour: UInt32
      switch end {
      case .none:
        positions.append(nil)
        continue
      case .boundary: neighbour = ImageLayout.none
      case .detector(let other): neighbour = UInt32(truncatingIfNeeded: other)
      }
      guard let slot = table.slots(of: node).first(where: { table.neighbours[$0] == neighbour }) else {
        throw EventNetworkPlan.Flaw("detector \(node) has no edge for output \(output)")
      }
      let position = slot - Int(table.starts[node])
      guard !positions.contains(UInt8(position)) else {
        throw EventNetworkPlan.Flaw("detector \(node) has two outputs for one edge")
      }
      positions.append(UInt8(position))
    }
    return positions
  }

  /// The `NetworkSlot`s of a detector, as bytes.
  private static func group(of node: Int, _ positions: [[UInt8?]], _ table: SlotTable) -> [UInt8] {
    var bytes: [UInt8] = []
    for (output, position) in positions[node].enumerated() {
      guard let position else { continue }
      let slot = Int(table.starts[node]) + Int(position)
      var about = NetworkSlot(
        output: UInt8(output), position: position, twinPosition: position, twinOutput: NetworkSlot.none)
      let neighbour = table.neighbours[slot]
      if neighbour != ImageLayout.none {
        let twin = table.slots(of: Int(neighbour)).first { table.edges[$0] == table.edges[slot] }!
        about.twinPosition = UInt8(twin - Int(table.starts[Int(neighbour)]))
        let other = positions[Int(neighbour)].firstIndex(of: about.twinPosition)
        about.twinOutput = other.map { UInt8($0) } ?? NetworkSlot.none
      }
      bytes += [about.output, about.position, about.twinPosition, about.twinOutput]
    }
    let size = 4 * NetworkSlot.groupSize
    return bytes + [UInt8](repeating: NetworkSlot.none, count: size - bytes.count)
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func bytes(_ layer: EventNetworkPlan.DenseLayer, outputs: Int, filledTo width: Int)
    -> [UInt8]
  {
    let missing = [Int32](repeating: 0, count: width - outputs)
    var bytes = (layer.biases + missing + layer.multipliers + missing).flatMap { Self.bytes($0) }
    for first in stride(from: 0, to: layer.weights.count / outputs, by: 4) {
      for output in 0..<width {
        for input in first..<first + 4 {
          bytes.append(output < outputs ? UInt8(bitPattern: layer.weights[input * outputs + output]) : 0)
        }
      }
    }
    return bytes
  }

  /// - Parameter bytes: a multiple of four of them.
  private static func words(_ bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count, by: 4).map { first in
      (0..<4).reduce(0) { $0 | UInt32(bytes[first + $1]) << (8 * UInt32($1)) }
    }
  }
}
