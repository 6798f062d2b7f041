/// A matrix of bits by its ones, row after row: compressed sparse rows, as files keep them.
public struct SparseRows: Equatable, Sendable {
  public let rows: Int
  public let columns: Int
  /// Row r is indices[starts[r]..<starts[r + 1]].
  public let starts: [Int32]
  /// Columns, ascending in each row.
  public let indices: [Int32]

  /// Parts as they stand in a file; `problem` says whether they fit together.
  init(rows: Int, columns: Int, starts: [Int32], indices: [Int32]) {
    self.rows = rows
    self.columns = columns
    self.starts = starts
    self.indices = indices
  }

  /// members: for each column, the rows where it has a one, each below `rows` and once.
  init(rows: Int, members: [[Int]]) {
    var counts = [Int](repeating: 0, count: rows + 1)
    for column in members { for row in column { counts[row + 1] += 1 } }
    for row in 0..<rows { counts[row + 1] += counts[row] }
    var places = counts
    var indices = [Int32](repeating: 0, count: counts[rows])
    for (column, members) in members.enumerated() {
      for row in members {
        indices[places[row]] = Int32(column)
        places[row] += 1
      }
    }
    self.init(rows: rows, columns: members.count, starts: counts.map { Int32($0) }, indices: indices)
  }

  /// For each column, the rows where it has a one, ascending. The parts must fit together.
  var members: [[Int]] {
    var members = [[Int]](repeating: [], count: columns)
    for row in 0..<rows {
      for index in starts[row]..<starts[row + 1] { members[Int(indices[Int(index)])].append(row) }
    }
    return members
  }

  /// Why the parts do not fit together; nil if they do.
  var problem: String? {
    guard starts.first == 0 else { return "indptr[0] is \(starts.first ?? 0), not 0" }
    for row in 0..<rows where starts[row + 1] < starts[row] {
      return "indptr falls from \(starts[row]) to \(starts[row + 1]) after row \(row)"
    }
    guard Int(starts[rows]) == indices.count else {
      return "indptr ends with \(starts[rows]), but there are \(indices.count) indices"
    }
    for row in 0..<rows {
      var last: Int32 = -1
      // A sorted copy: files may keep a row in any order, but must name a column once.
      for column in indices[Int(starts[row])..<Int(starts[row + 1])].sorted() {
        guard column >= 0, column < columns else {
          return "row \(row) names column \(column) of \(columns)"
        }
        guard column != last else { return "row \(row) names column \(column) twice" }
        last = column
      }
    }
    return nil
  }
}
