/// Rows of text, columns below each other.
struct TextTable {
  struct Column {
    let title: String
    /// Text stands at the left, numbers at the right.
    let isText: Bool

    init(_ title: String, isText: Bool = false) {
      self.title = title
      self.isText = isText
    }
  }

  let columns: [Column]
  /// A cell for each column.
  let rows: [[String]]

  /// A line for the titles and for each row.
  var text: String {
    let lines = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      let cells = columns.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - line[column].count)
        return columns[column].isText ? line[column] + space : space + line[column]
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }
}
