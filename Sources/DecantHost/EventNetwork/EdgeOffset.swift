/// From one detector to another of its type: the difference of their rounds, rows and columns.
///
/// In a memory experiment with four layers of two-qubit gates, the edges of a check type lead to twelve neighbours: two
/// diagonal ones in the same round for data errors (and back), the same check a round later, and three that the order of the gates
/// makes. Seen in its own frame each type has the same ones.
struct EdgeOffset: Hashable, Sendable {
  var rounds: Int
  var rows: Int
  var columns: Int

  init(_ rounds: Int, _ rows: Int, _ columns: Int) {
    self.rounds = rounds
    self.rows = rows
    self.columns = columns
  }

  var reversed: EdgeOffset { EdgeOffset(-rounds, -rows, -columns) }

  func mapped(_ symmetry: LatticeSymmetry) -> EdgeOffset {
    let (row, column) = symmetry(rows, columns)
    return EdgeOffset(rounds, row, column)
  }

  private static let sameRoundOrCheck = [EdgeOffset(0, 1, -1), EdgeOffset(0, 1, 1), EdgeOffset(1, 0, 0)]

  /// Both ways, of a type in its own frame.
  static let own = bothWays(
    sameRoundOrCheck + [EdgeOffset(1, 1, -1), EdgeOffset(1, 0, -2), EdgeOffset(1, -1, -1)])

  /// Both ways, of the other type in that frame.
  static let other = bothWays(
    sameRoundOrCheck + [EdgeOffset(1, 2, 0), EdgeOffset(1, 1, -1), EdgeOffset(1, 1, 1)])

  private static func bothWays(_ offsets: [EdgeOffset]) -> Set<EdgeOffset> {
    Set(offsets + offsets.map(\.reversed))
  }

  /// What the network's outputs are about, in their order; the last output is the boundary's.
  static let outputs = own.sorted { ($0.rounds, $0.rows, $0.columns) < ($1.rounds, $1.rows, $1.columns) }
}
