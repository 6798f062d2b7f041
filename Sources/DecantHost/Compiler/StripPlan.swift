/// How wide the strips are that a patch is cut into, and across which coordinate.
public struct StripWidths: Hashable, Sendable, CustomStringConvertible {
  /// Columns that a strip of the first layer commits.
  public let commit: Int
  /// Columns that it sees besides, on each side.
  public let buffer: Int
  /// The coordinate of the detectors that counts columns, from 0; nil for the one of the most values, time aside.
  public var axis: Int?

  /// Nil unless both are at least 1 and addressable.
  public init?(commit: Int, buffer: Int, axis: Int? = nil) {
    guard (1..<1 << 20).contains(commit), (1..<1 << 20).contains(buffer), axis.map({ $0 >= 0 }) ?? true else {
      return nil
    }
    (self.commit, self.buffer, self.axis) = (commit, buffer, axis)
  }

  public var description: String { "strips of \(commit) + \(buffer) columns" }
}

/// Which columns of a patch each strip sees and commits.
///
/// It is the plan of windows in time (see `BlockPlan`), with columns for rounds: strips of the first layer are far enough
/// apart that all strips of both layers see about as much.
struct StripPlan {
  /// For each detector, its column: the place of its coordinate among all values of it.
  let columns: [Int]
  let strips: [Strip]
  /// The most detectors on any seam: of the second layer, with an edge to one strip of the first.
  let seamDetectors: Int

  struct Strip {
    let seen: Range<Int>
    let committed: Range<Int>
    let isSecond: Bool
  }

  /// - Throws: `StripCompiler.Failure` for detectors without such a coordinate, or widths that edges reach across.
  init(_ model: DetectorErrorModel, _ graph: DetectorGraph, _ widths: StripWidths) throws {
    func failure(_ problem: String) -> StripCompiler.Failure {
      StripCompiler.Failure(description: "\(model.source): \(problem)")
    }
    let coordinates = model.detectorCoordinates()
    var hasEdge = [Bool](repeating: false, count: graph.detectorCount)
    for edge in graph.edges {
      hasEdge[Int(edge.a)] = true
      if !edge.isBoundary { hasEdge[Int(edge.b)] = true }
    }
    let used = hasEdge.indices.filter { hasEdge[$0] }
    guard !used.isEmpty else {
      columns = hasEdge.map { _ in 0 }
      strips = Self.strips(columns: 1, widths)
      seamDetectors = 0
      return
    }
    let axes = used.map { coordinates[$0].count }.min() ?? 0
    let axis: Int
    if let given = widths.axis {
      axis = given
    } else {
      guard axes >= 2 else {
        let lacking = used.first { coordinates[$0].count < 2 } ?? 0
        throw failure(
          "detector D\(lacking) has no coordinates in space and time, by which strips are cut; declare it as "
            + "detector(x, y, t) D\(lacking)")
      }
      let values = (0..<axes - 1).map { axis in Set(used.map { coordinates[$0].value(axis) }).count }
      axis = values.indices.max { values[$0] < values[$1] }!
    }
    if let lacking = used.first(where: { coordinates[$0].count <= axis }) {
      throw failure(
        "detector D\(lacking) has \(coordinates[lacking].count) coordinates, and strips are cut across "
          + "number \(axis + 1)")
    }
    let places = Array(Set(used.map { coordinates[$0].value(axis) })).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(places, 0...))
    // Detectors that no error flips may stand anywhere: in the first column.
    columns = hasEdge.indices.map { hasEdge[$0] ? numbers[coordinates[$0].value(axis)]! : 0 }
    let columns = columns
    let reach = graph.edges.reduce(0) { reach, edge in
      edge.isBoundary ? reach : max(reach, abs(columns[Int(edge.a)] - columns[Int(edge.b)]))
    }
    guard widths.commit >= reach, widths.buffer >= reach else {
      throw failure(
        "edges reach over \(reach) columns, so that strips commit at least \(reach) and see at least \(reach) more, "
          + "not \(widths.commit) and \(widths.buffer)")
    }
    strips = Self.strips(columns: max(1, places.count), widths)
    seamDetectors = Self.seams(graph, columns, strips).map(\.count).max() ?? 0
  }

  /// For each strip, the detectors on the seam with the one behind it.
  private static func seams(_ graph: DetectorGraph, _ columns: [Int], _ strips: [Strip]) -> [Set<UInt32>] {
    let owners = strips.indices.flatMap { Array(repeating: $0, count: strips[$0].committed.count) }
    var seams = [Set<UInt32>](repeating: [], count: strips.count)
    for edge in graph.edges where !edge.isBoundary {
      let (a, b) = (owners[columns[Int(edge.a)]], owners[columns[Int(edge.b)]])
      if a != b { seams[min(a, b)].insert(strips[a].isSecond ? edge.a : edge.b) }
    }
    return seams
  }

  private static func strips(columns: Int, _ widths: StripWidths) -> [Strip] {
    let period = 2 * (widths.commit + widths.buffer)
    var strips: [Strip] = []
    var start = 0
    while true {
      let end = start + widths.commit
      // Where the buffer reaches the patch's side, nobody knows better.
      let isLast = end + widths.buffer >= columns
      strips.append(
        Strip(
          seen: max(0, start - widths.buffer)..<min(columns, end + widths.buffer),
          committed: start..<(isLast ? columns : end), isSecond: false))
      if isLast { return strips }
      start += period
      let between = end..<min(start, columns)
      strips.append(Strip(seen: between, committed: between, isSecond: true))
      if start >= columns { return strips }
    }
  }
}

extension ArraySlice<Double> {
  /// - Parameter index: from the beginning of the slice.
  fileprivate func value(_ index: Int) -> Double { self[startIndex + index] }
}
