/// Fills the input of a grid network from a shot's detectors.
///
/// Channels: detectors of X-checks, detectors of Z-checks, and for each type where its checks are: 1 at the cell of a
/// check on four qubits, 1/2 at that of a check on two, 0 elsewhere.
struct GridInput {
  /// Detectors that are shown, and where.
  private let places: [(detector: Int, place: Int)]
  private let presences: [(place: Int, value: Float)]

  /// - Parameter engine: of the experiment's extents; places are the same in all such engines.
  init(_ geometry: GridGeometry, _ engine: GridEngine) {
    var places: [(detector: Int, place: Int)] = []
    var presences: [(place: Int, value: Float)] = []
    for (channel, type) in PauliBasis.allCases.enumerated() {
      for (index, check) in geometry.lattice.checks(type).enumerated() {
        for round in 0..<geometry.rounds where geometry.shows(type, round: round) {
          let voxel = engine.place(
            round: round, row: check.cell / geometry.distance, column: check.cell % geometry.distance)
          presences.append((voxel + 2 + channel, check.support.count == 4 ? 1 : 0.5))
          // Those that are shown exist.
          places.append((geometry.detector(type, check: index, round: round)!, voxel + channel))
        }
      }
    }
    self.places = places
    self.presences = presences
  }

  /// Writes down where checks are, once before any number of shots.
  func prepare(_ engine: GridEngine) {
    engine.clearInput()
    for (place, value) in presences { engine.input[place] = value }
  }

  /// - Parameter detectors: packed bits of all of a shot's.
  func fill(_ engine: GridEngine, detectors: UnsafePointer<UInt8>) {
    let input = engine.input
    for (detector, place) in places {
      input[place] = detectors[detector >> 3] >> UInt8(detector & 7) & 1 == 0 ? 0 : 1
    }
  }
}
