/// A way to lay the square lattice onto itself, keeping its middle: one of eight.
///
/// X-checks and Z-checks, and patches that lie differently, are each other's images under these; so one network serves
/// them all.
struct LatticeSymmetry: Hashable, Sendable {
  /// Rows become columns, before anything is turned over.
  let transposes: Bool
  let flipsRows: Bool
  let flipsColumns: Bool

  static let all: [LatticeSymmetry] = [false, true].flatMap { transposes in
    [false, true].flatMap { flipsRows in
      [false, true].map { .init(transposes: transposes, flipsRows: flipsRows, flipsColumns: $0) }
    }
  }

  func callAsFunction(_ row: Int, _ column: Int) -> (row: Int, column: Int) {
    let (row, column) = transposes ? (column, row) : (row, column)
    return (flipsRows ? -row : row, flipsColumns ? -column : column)
  }
}
