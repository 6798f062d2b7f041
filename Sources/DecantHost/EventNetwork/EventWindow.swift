/// Reads what an event network sees around a detector: which events of the other type are near, and where.
///
/// As in the real-time plane, events of a type stand in a board of words, a word for each row and round in the
/// frame of the type that looks at them, so that a window is a few shifts and masks.
struct EventWindow: Sendable {
  /// A detector of the lattice, as numbers into a board.
  struct Place: Sendable {
    var type: Int
    /// The first word of its window in its own type's board.
    var origin: Int
    /// For even and odd rows of the window.
    var shifts: (UInt64, UInt64)
    /// Its word and bit in the other type's board.
    var markWord: Int
    var markBit: UInt64
  }

  let rounds: Int
  let rows: Int
  let width: Int
  /// Words from a round of a board to the next.
  let boardRows: Int
  let boardWords: Int
  let masks: (UInt64, UInt64)
  /// Of a round's word, the bits at most two columns and one row away.
  let near: UInt64
  /// For each detector; nil outside the lattice.
  let places: [Place?]

  init(_ lattice: EventLattice, _ shape: EventNetwork.Shape) {
    let sites = lattice.detectors.compactMap { $0 }.flatMap { [$0.centre, $0.mark] }
    let (rowRadius, columnRadius, roundRadius) = (shape.rowRadius, shape.columnRadius, shape.roundRadius)
    rounds = 2 * roundRadius + 1
    rows = 2 * rowRadius + 1
    width = columnRadius + 1
    boardRows = (sites.map(\.row).max() ?? 0) + rows
    boardWords = boardRows * ((sites.map(\.round).max() ?? 0) + rounds)
    let boardRows = boardRows

    /// The leftmost column that a row of this distance from the middle can have an event in.
    func firstColumn(_ row: Int) -> Int { -columnRadius + ((row + columnRadius) % 2 == 0 ? 1 : 0) }
    func mask(_ row: Int) -> UInt64 { (1 << UInt64((columnRadius - firstColumn(row)) / 2 + 1)) - 1 }
    masks = (mask(rowRadius), mask(rowRadius + 1))
    var near: UInt64 = 0
    for row in -1...1 {
      for column in -2...2 where (row + column) % 2 != 0 && column.magnitude <= columnRadius {
        near |= 1 << UInt64((row + rowRadius) * width + (column + columnRadius) / 2)
      }
    }
    self.near = near
    places = lattice.detectors.map { detector in
      guard let detector else { return nil }
      let (centre, mark) = (detector.centre, detector.mark)
      func shift(_ row: Int) -> UInt64 { UInt64((centre.column + firstColumn(row) + columnRadius) / 2) }
      return Place(
        type: detector.type, origin: centre.round * boardRows + centre.row,
        shifts: (shift(rowRadius), shift(rowRadius + 1)),
        markWord: (mark.round + roundRadius) * boardRows + mark.row + rowRadius,
        markBit: 1 << UInt64((mark.column + columnRadius) / 2))
    }
  }

  /// One round of a window: a bit for each feature.
  @inline(__always)
  func word(_ board: UnsafePointer<UInt64>, _ place: Place, round: Int) -> UInt64 {
    var result: UInt64 = 0
    var at = place.origin &+ round &* boardRows
    var row = 0
    while row < rows {
      let even = row & 1 == 0
      let bits = board[at] &>> (even ? place.shifts.0 : place.shifts.1) & (even ? masks.0 : masks.1)
      result |= bits &<< UInt64(row &* width)
      at &+= 1
      row &+= 1
    }
    return result
  }
}
