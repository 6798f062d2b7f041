/// The proof for an event network in windows.
extension ImageReader {
  /// On boards of any number of rounds, places lead no further than on the image's: rows stay, and a place stands as many
  /// rounds from a board's end as its window has rounds behind it.
  func checkLayersNetwork() -> Bool {
    guard hasNetwork else { return true }
    let shape = network
    guard checkNetworkTables(), shape.boardWords % shape.boardRounds == 0 else { return false }
    var node: UInt32 = 0
    while node < detectors {
      let place = networkPlaces[node]
      node &+= 1
      if place.type == NetworkPlace.outside { continue }
      guard place.origin % shape.boardRounds == 0, place.markWord % shape.boardRounds == shape.roundRadius
      else {
        return false
      }
    }
    return true
  }

  /// Outputs are about slots of the node, none twice, and both ends of an edge know what the other one says.
  func checkOutputs(_ place: ShapePlace, _ pattern: PatternRecord) -> Bool {
    let here = networkPlaces[place.stored]
    guard here.type != NetworkPlace.outside else { return true }
    let slots = networkSlots(here.slotGroup)
    var index: UInt32 = 0
    while index < UInt32(NetworkSlot.groupSize) && slots[index].output != NetworkSlot.none {
      let about = slots[index]
      var other: UInt32 = 0
      while other < index {
        guard slots[other].position != about.position else { return false }
        other &+= 1
      }
      index &+= 1
      if UInt32(about.position) == pattern.degree {
        guard pattern.boundaryWeight != .none, about.twinPosition == about.position,
          about.twinOutput == NetworkSlot.none
        else { return false }
        continue
      }
      guard UInt32(about.position) < pattern.degree else { return false }
      let slot = pattern.firstSlot &+ UInt32(about.position)
      guard let neighbour = place.storedNode(place.node &+ graph.slots[slot].step, reach: stream.edgeReach),
        let twin = graph.twin(of: slot, in: graph.pattern(of: neighbour)),
        UInt32(about.twinPosition) == twin &- graph.pattern(of: neighbour).firstSlot,
        about.twinOutput == output(of: neighbour, about: about.twinPosition)
      else { return false }
    }
    return true
  }
}
