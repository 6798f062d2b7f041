/// A patch of rotated surface code: its qubits, checks and logical operators.
///
/// The plane's first coordinate runs down, the second to the right. The data qubit in row r and column c is at
/// (2r + 1, 2c + 1), ancillas are at even coordinates. Qubits are numbered: data row by row; then ancillas of
/// X-checks, row by row; then those of Z-checks, column by column. An ancilla's number is its check's.
public struct Lattice: Sendable {
  /// A stabilizer that an ancilla measures.
  public struct Check: Sendable {
    public let type: PauliBasis
    /// The ancilla.
    public let qubit: Int
    /// Plane coordinates, even numbers from 0 to twice the distance.
    public let row: Int
    public let column: Int
    /// The data qubit met in each of the four CNOT layers; nil where it waits.
    public let slots: [Int?]
    /// The data qubits it acts on, ascending: two or four.
    public let support: [Int]
    /// The data qubit whose place it takes on a grid of data qubits: for X-checks the first in its top row,
    /// for Z-checks the last. No two checks of a type share one.
    public let cell: Int
  }

  /// Odd, at least 3.
  public let distance: Int
  public let orientation: Orientation
  /// In the order of their ancillas, (distance² - 1) / 2 of each type.
  public let xChecks: [Check]
  public let zChecks: [Check]
  /// Data qubits of the logical operators, ascending.
  public let logicalX: [Int]
  public let logicalZ: [Int]

  public var dataQubitCount: Int { distance * distance }
  public var qubitCount: Int { 2 * distance * distance - 1 }
  /// Checks of each type.
  public var checkCount: Int { (distance * distance - 1) / 2 }

  /// - Parameter distance: odd, at least 3; `SurfaceCodeMemory` refuses others.
  init(distance: Int, orientation: Orientation) {
    self.distance = distance
    self.orientation = orientation
    let sites = Self.sites(distance: distance, orientation: orientation)
    func checks(_ type: PauliBasis, _ places: [(row: Int, column: Int)], first: Int) -> [Check] {
      places.enumerated().map { index, place in
        let slots = Self.slotOrder(type, orientation).map { step in
          Self.dataQubit(row: place.row + step.row, column: place.column + step.column, distance)
        }
        let support = slots.compactMap { $0 }.sorted()
        let topRow = support.prefix { $0 / distance == support[0] / distance }
        return Check(
          type: type, qubit: first + index, row: place.row, column: place.column, slots: slots,
          support: support, cell: type == .x ? topRow.first! : topRow.last!)
      }
    }
    let half = (distance * distance - 1) / 2
    xChecks = checks(
      .x, sites.filter { $0.type == .x }.map { ($0.row, $0.column) }.sorted { $0 < $1 },
      first: distance * distance)
    zChecks = checks(
      .z, sites.filter { $0.type == .z }.map { ($0.row, $0.column) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) },
      first: distance * distance + half)
    // A logical operator joins the two boundaries that hold checks of its own type.
    let row = Array(0..<distance)
    let column = (0..<distance).map { $0 * distance }
    let xAlongRow = orientation.typeOfTopBoundary == .z
    logicalX = xAlongRow ? row : column
    logicalZ = xAlongRow ? column : row
  }

  public func checks(_ type: PauliBasis) -> [Check] { type == .x ? xChecks : zChecks }

  /// The logical operator that a memory experiment in this basis keeps.
  public func logical(_ basis: PauliBasis) -> [Int] { basis == .x ? logicalX : logicalZ }

  /// Where a qubit stands in the plane.
  public func coordinates(ofQubit qubit: Int) -> (row: Int, column: Int) {
    if qubit < dataQubitCount { return (2 * (qubit / distance) + 1, 2 * (qubit % distance) + 1) }
    let index = qubit - dataQubitCount
    let check = index < checkCount ? xChecks[index] : zChecks[index - checkCount]
    return (check.row, check.column)
  }

  /// The CNOTs of a layer, 0 to 3: control and target; X-checks control, Z-checks are targets.
  public func cnots(layer: Int) -> [(control: Int, target: Int)] {
    xChecks.compactMap { check in check.slots[layer].map { (check.qubit, $0) } }
      + zChecks.compactMap { check in check.slots[layer].map { ($0, check.qubit) } }
  }
}

extension Lattice {
  /// Even places that hold a check: the inside in the colours of a chessboard, and on each boundary every
  /// second place, in the same colours.
  private static func sites(
    distance: Int, orientation: Orientation
  ) -> [(type: PauliBasis, row: Int, column: Int)] {
    let last = 2 * distance
    var sites: [(type: PauliBasis, row: Int, column: Int)] = []
    for row in stride(from: 0, through: last, by: 2) {
      for column in stride(from: 0, through: last, by: 2) {
        let onTop = row == 0 || row == last
        let onSide = column == 0 || column == last
        let type = (row + column) % 4 == 0 ? orientation.typeAtTopLeft : orientation.typeAtTopLeft.other
        if onTop && onSide { continue }
        if onTop && type != orientation.typeOfTopBoundary { continue }
        if onSide && type == orientation.typeOfTopBoundary { continue }
        sites.append((type, row, column))
      }
    }
    return sites
  }

  /// The order in which a check meets its data qubits, chosen so that a fault of the ancilla in the middle
  /// leaves two data errors across the logical operator of their kind, not along it.
  private static func slotOrder(
    _ type: PauliBasis, _ orientation: Orientation
  ) -> [(row: Int, column: Int)] {
    let byColumns: [(row: Int, column: Int)] = [(-1, 1), (1, 1), (-1, -1), (1, -1)]
    let byRows: [(row: Int, column: Int)] = [(-1, 1), (-1, -1), (1, 1), (1, -1)]
    return type == orientation.typeOfTopBoundary ? byRows : byColumns
  }

  private static func dataQubit(row: Int, column: Int, _ distance: Int) -> Int? {
    guard row > 0, column > 0, row < 2 * distance, column < 2 * distance else { return nil }
    return row / 2 * distance + column / 2
  }
}
