/// The image's event network, and the boards that it looks at: all of it as `NetworkRecord` states.
///
/// Its arithmetic is exact, so who does it is only a matter of speed: see `EventKernel`.
struct EventNetwork {
  let shape: NetworkRecord
  let places: Table<NetworkPlace>
  /// [bias rows][hidden], [features][hidden].
  let biases: UnsafePointer<Int16>
  let rows: UnsafePointer<Int16>
  let dense: UnsafeRawPointer
  /// [slot groups][NetworkSlot.groupSize].
  let slots: UnsafePointer<NetworkSlot>
  /// Two boards, and `EventKernel.boardSlack` words behind them. All zero but during `Decoder.predict`.
  let boards: Table<UInt64>

  /// Numbers for an event: one for each output that there may be.
  static var rowSize: Int { 16 }

  /// The image has a network, of this shape.
  init(_ image: ImageReader, _ shape: NetworkRecord, places: Table<NetworkPlace>, boards: Table<UInt64>) {
    self.shape = shape
    self.places = places
    biases = (image.bytes + image.networkBiasesOffset).assumingMemoryBound(to: Int16.self)
    rows = (image.bytes + image.networkRowsOffset).assumingMemoryBound(to: Int16.self)
    dense = image.bytes + image.networkDenseOffset
    slots = (image.bytes + image.networkSlotsOffset).assumingMemoryBound(to: NetworkSlot.self)
    self.boards = boards
  }

  /// Shows an event to the windows of the other type.
  @inline(__always)
  func mark(_ place: NetworkPlace) {
    boards[markWord(place)] |= 1 &<< UInt64(place.markBit)
  }

  /// Takes an event, and what else is marked in its word, away again.
  @inline(__always)
  func clear(_ place: NetworkPlace) {
    boards[markWord(place)] = 0
  }

  @inline(__always)
  private func markWord(_ place: NetworkPlace) -> UInt32 {
    place.type == 0 ? shape.boardWords &+ place.markWord : place.markWord
  }

  /// The first word of a window.
  @inline(__always)
  func window(_ place: NetworkPlace) -> UnsafePointer<UInt64> {
    let origin = place.type == 0 ? place.origin : shape.boardWords &+ place.origin
    return UnsafePointer(boards.base + Int(truncatingIfNeeded: origin))
  }

  @inline(__always)
  func bias(_ place: NetworkPlace) -> UnsafePointer<Int16> {
    biases + Int(truncatingIfNeeded: place.biasRow) &* Int(truncatingIfNeeded: shape.hidden)
  }

  /// What each output is about; one whose output is none comes last, unless there are `NetworkSlot.groupSize`.
  @inline(__always)
  func slots(_ place: NetworkPlace) -> UnsafePointer<NetworkSlot> {
    slots + Int(truncatingIfNeeded: place.slotGroup) &* NetworkSlot.groupSize
  }
}
