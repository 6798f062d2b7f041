/// Which mechanisms should be alike: the same pattern of detectors in different rounds, and those to which the
/// structure's model gives the same rate.
struct NoiseFamilies {
  /// For each mechanism, the number of its orbit: the same places, the same steps in time, the same rate in the
  /// model. Without coordinates each is its own.
  let orbits: [Int]
  /// For each mechanism, the number of its kind: the same number of detectors and the same rate in the model.
  let kinds: [Int]

  init(_ structure: NoiseStructure) {
    var orbitNumbers: [[Double]: Int] = [:]
    var kindNumbers: [[Double]: Int] = [:]
    var orbits: [Int] = []
    var kinds: [Int] = []
    for mechanism in 0..<structure.count {
      // Equal up to rounding.
      let rate = (structure.modelRates[mechanism] * 1e9).rounded()
      let kind = [Double(structure.size(of: mechanism)), rate]
      kinds.append(kindNumbers[kind, default: kindNumbers.count])
      kindNumbers[kind] = kinds[mechanism]
      let orbit = Self.pattern(structure, mechanism).map { [rate] + $0 } ?? [-1, Double(mechanism)]
      orbits.append(orbitNumbers[orbit, default: orbitNumbers.count])
      orbitNumbers[orbit] = orbits[mechanism]
    }
    self.orbits = orbits
    self.kinds = kinds
  }

  /// The detectors' places, and their times counted from the first; nil where one has no coordinates.
  private static func pattern(_ structure: NoiseStructure, _ mechanism: Int) -> [Double]? {
    let detectors = structure.detectors(of: mechanism)
    let first = detectors.compactMap { structure.coordinates[Int($0)].last }.min()
    guard let first else { return nil }
    var places: [[Double]] = []
    for detector in detectors {
      let place = structure.coordinates[Int(detector)]
      guard let time = place.last else { return nil }
      places.append(place.dropLast() + [time - first])
    }
    return places.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 + [.infinity] }
  }
}
