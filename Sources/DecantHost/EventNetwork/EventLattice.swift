/// A rotated surface code's detectors as the event network sees them: on a lattice of rounds, rows and columns, each
/// check type in a frame of its own in which both look alike.
///
/// Only coordinates and edges are asked, not names of orientations or of circuits: whatever the schedule of gates, if one
/// of the lattice's symmetries carries the edges onto the network's, the network serves it.
public struct EventLattice: Sendable {
  /// For each detector; nil for those without edges, which never fire.
  public let detectors: [EventNetworkPlan.Detector?]
  /// For each detector, the rows of its place among an `EventNetwork`'s place rows.
  let placeRows: [[Int]]
  /// How far each type's frame reaches.
  private let extents: [Extents]

  /// Twelve neighbours and the boundary.
  public static let outputs = EdgeOffset.outputs.count + 1
  /// Sides and ends of the experiment farther away than this are as good as absent.
  static let reach = 4
  private static let distances = reach + 1
  /// Pairs of distances along one axis, times those along another.
  private static let placePairs = distances * distances * distances * distances
  /// Rows for (row, column), (row, round) and (column, round).
  static let placeRowCount = 3 * placePairs

  /// - Parameters:
  ///   - model: its detectors must have coordinates (row, column, round), two apart within a round, as Stim's
  ///     surface codes have them.
  ///   - graph: made of the model.
  /// - Throws: `NetworkError` that names a detector which does not fit.
  public init(_ model: DetectorErrorModel, _ graph: DetectorGraph) throws(NetworkError) {
    var sites: [Position?] = Array(repeating: nil, count: graph.detectorCount)
    let coordinates = model.detectorCoordinates()
    for edge in graph.edges {
      for detector in [edge.a, edge.b] where detector != DetectorGraph.boundary && sites[Int(detector)] == nil
      {
        sites[Int(detector)] = try Position(coordinates[Int(detector)], of: Int(detector), model.source)
      }
    }
    guard !graph.edges.isEmpty else {
      throw NetworkError(
        source: model.source, "no error flips a detector, so there is nothing that an event network could say"
      )
    }
    let frames = try Self.frames(graph, sites, model.source)

    let known = sites.compactMap { $0 }
    let extents = frames.map { frame in Extents(known.map { $0.site(in: frame) }) }
    var detectors: [EventNetworkPlan.Detector?] = []
    var placeRows: [[Int]] = []
    for position in sites {
      guard let position else {
        detectors.append(nil)
        placeRows.append([])
        continue
      }
      let type = position.type
      let centre = extents[type].fromZero(position.site(in: frames[type]))
      let mark = extents[1 - type].fromZero(position.site(in: frames[1 - type]))
      detectors.append(Self.detector(type, centre, mark))
      placeRows.append(extents[type].placeRows(centre))
    }
    Self.note(graph.edges, in: &detectors)
    self.detectors = detectors
    self.placeRows = placeRows
    self.extents = extents
  }

  private static func detector(
    _ type: Int, _ centre: EventNetworkPlan.Site, _ mark: EventNetworkPlan.Site
  ) -> EventNetworkPlan.Detector {
    .init(type: type, centre: centre, mark: mark, biasRow: 0, ends: Array(repeating: .none, count: outputs))
  }

  /// Says what the outputs of detectors are about.
  private static func note(
    _ edges: some Sequence<DetectorGraph.Edge>, in detectors: inout [EventNetworkPlan.Detector?]
  ) {
    for edge in edges {
      let a = Int(edge.a)
      guard let from = detectors[a] else { continue }
      guard !edge.isBoundary else {
        detectors[a]?.ends[outputs - 1] = .boundary
        continue
      }
      let b = Int(edge.b)
      guard let to = detectors[b] else { continue }
      let offset = EdgeOffset(
        to.centre.round - from.centre.round, to.centre.row - from.centre.row,
        to.centre.column - from.centre.column)
      // `frames` has seen to it that both are among the outputs.
      if let output = EdgeOffset.outputs.firstIndex(of: offset) { detectors[a]?.ends[output] = .detector(b) }
      if let output = EdgeOffset.outputs.firstIndex(of: offset.reversed) {
        detectors[b]?.ends[output] = .detector(a)
      }
    }
  }

  /// The lattices of windows, one behind the other: detectors are numbered through all of them.
  ///
  /// A window's rounds are counted from its first. Where it does not begin or end with the experiment, sides are taken to be
  /// far away. Edges that stand for others which lead out of the window are nothing that the network speaks about.
  init(_ whole: EventLattice, windows: [WindowGraph]) {
    extents = whole.extents
    var detectors: [EventNetworkPlan.Detector?] = []
    var placeRows: [[Int]] = []
    for window in windows {
      let firstNode = UInt32(detectors.count)
      // Detectors that never fire are not part of the lattice, and may be all that the last round has.
      let known = zip(window.rounds, window.originals).filter { whole.detectors[$1] != nil }.map { Int($0.0) }
      let lastRound = known.max() ?? 0
      for (node, original) in window.originals.enumerated() {
        guard var detector = whole.detectors[original] else {
          detectors.append(nil)
          placeRows.append([])
          continue
        }
        let round = Int(window.rounds[node])
        detector.centre.round = round
        detector.mark.round = round
        let before = window.kind.isFirst ? round : Self.reach
        let behind = window.kind.isLast ? lastRound - round : Self.reach
        placeRows.append(
          whole.extents[detector.type].placeRows(detector.centre, before: before, behind: behind))
        detectors.append(Self.detector(detector.type, detector.centre, detector.mark))
      }
      Self.note(
        zip(window.graph.edges, window.isOriginal).lazy.filter { $0.1 }.map { edge, _ in
          var edge = edge
          edge.a += firstNode
          if !edge.isBoundary { edge.b += firstNode }
          return edge
        }, in: &detectors)
    }
    self.detectors = detectors
    self.placeRows = placeRows
  }

  /// The frame of each type: the first symmetry under which its edges are the network's own, and those of the other
  /// type are the network's others.
  private static func frames(
    _ graph: DetectorGraph, _ sites: [Position?], _ source: String
  ) throws(NetworkError) -> [LatticeSymmetry] {
    var offsets: [Set<EdgeOffset>] = [[], []]
    for edge in graph.edges where !edge.isBoundary {
      guard let a = sites[Int(edge.a)], let b = sites[Int(edge.b)] else { continue }
      guard a.type == b.type else {
        throw NetworkError(
          source: source,
          "an edge joins D\(edge.a) and D\(edge.b), which are checks of different types; the event network is for "
            + "surface codes whose errors are decomposed by type")
      }
      offsets[a.type].insert(EdgeOffset(b.round - a.round, b.row - a.row, b.column - a.column))
    }
    var frames: [LatticeSymmetry] = []
    for type in 0...1 {
      let frame = LatticeSymmetry.all.first { symmetry in
        EdgeOffset.own.isSuperset(of: offsets[type].map { $0.mapped(symmetry) })
          && EdgeOffset.other.isSuperset(of: offsets[1 - type].map { $0.mapped(symmetry) })
      }
      guard let frame else {
        throw NetworkError(
          source: source,
          "its edges are not those of a rotated surface code with four layers of gates a round, which the event network "
            + "is for; decode without it")
      }
      frames.append(frame)
    }
    return frames
  }

  /// Where a detector stands, as its coordinates say.
  private struct Position {
    let round: Int
    let row: Int
    let column: Int

    var type: Int { (row + column) & 1 }

    init(_ coordinates: ArraySlice<Double>, of detector: Int, _ source: String) throws(NetworkError) {
      let numbers = Array(coordinates)
      guard numbers.count >= 3 else {
        throw NetworkError(
          source: source,
          "D\(detector) has \(numbers.count) coordinates, but the event network needs row, column and round of every "
            + "detector; declare them as in 'detector(2, 4, 0) D\(detector)'")
      }
      guard let row = Int(exactly: numbers[0] / 2), let column = Int(exactly: numbers[1] / 2),
        let round = Int(exactly: numbers[2]), max(row.magnitude, column.magnitude, round.magnitude) < 1 << 30
      else {
        throw NetworkError(
          source: source,
          "D\(detector) stands at (\(numbers[0]), \(numbers[1]), \(numbers[2])), but the event network needs rows and "
            + "columns that are even numbers, and whole rounds")
      }
      self.round = round
      self.row = row
      self.column = column
    }

    func site(in frame: LatticeSymmetry) -> EventNetworkPlan.Site {
      let (row, column) = frame(row, column)
      return .init(round: round, row: row, column: column)
    }
  }

  /// How far an experiment reaches in a frame.
  private struct Extents {
    var rounds = Int.max...Int.max
    var rows = Int.max...Int.max
    var columns = Int.max...Int.max

    init(_ sites: [EventNetworkPlan.Site]) {
      rounds = Self.range(sites.map(\.round))
      rows = Self.range(sites.map(\.row))
      columns = Self.range(sites.map(\.column))
    }

    private static func range(_ values: [Int]) -> ClosedRange<Int> {
      (values.min() ?? 0)...(values.max() ?? 0)
    }

    func fromZero(_ site: EventNetworkPlan.Site) -> EventNetworkPlan.Site {
      .init(
        round: site.round - rounds.lowerBound, row: site.row - rows.lowerBound,
        column: site.column - columns.lowerBound)
    }

    /// - Parameter site: counted from zero.
    func placeRows(_ site: EventNetworkPlan.Site) -> [Int] {
      placeRows(site, before: site.round, behind: rounds.upperBound - rounds.lowerBound - site.round)
    }

    /// - Parameter before, behind: rounds between the site and the experiment's beginning and end.
    func placeRows(_ site: EventNetworkPlan.Site, before: Int, behind: Int) -> [Int] {
      func pair(_ low: Int, _ high: Int) -> Int { min(low, reach) * distances + min(high, reach) }
      let pairs = distances * distances
      let row = pair(site.row, rows.upperBound - rows.lowerBound - site.row)
      let column = pair(site.column, columns.upperBound - columns.lowerBound - site.column)
      let round = pair(before, behind)
      return [
        row * pairs + column, placePairs + row * pairs + round, 2 * placePairs + column * pairs + round,
      ]
    }
  }
}
