/// Mechanisms whose own channel could not decompose them, decomposed into edges that occur elsewhere.
///
/// As Stim does it: first into known edges that together flip the same observables, trying them in order; and
/// if there are none, into known edges regardless, with one remnant edge for what is left.
struct HyperedgeDecomposition {
  /// For one detector or two, the component that flips them, as it occurs last in the sorted table.
  private var known: [UInt64: ArraySlice<ErrorTarget>] = [:]

  /// Replaces mechanisms that have components of three or more detectors.
  ///
  /// - Throws: the component for which there are no edges.
  static func apply(to table: inout MechanismTable) throws(Undecomposable) {
    guard (0..<table.count).contains(where: { !isGraphlike(table[$0]) }) else { return }
    var decomposition = HyperedgeDecomposition()
    let order = table.sorted()
    for index in order {
      for component in table[index].split(separator: .separator) { decomposition.learn(component) }
    }
    var result = MechanismTable()
    for index in order where isGraphlike(table[index]) {
      result.add(table.probabilities[index], Array(table[index]))
    }
    for index in order where !isGraphlike(table[index]) {
      var key: [ErrorTarget] = []
      for component in table[index].split(separator: .separator) {
        for part in try decomposition.parts(Array(component)) {
          if !key.isEmpty { key.append(.separator) }
          key += part
        }
      }
      result.add(table.probabilities[index], key)
    }
    table = result
  }

  struct Undecomposable: Error {
    let component: [ErrorTarget]
  }

  private static func isGraphlike(_ targets: ArraySlice<ErrorTarget>) -> Bool {
    var detectors = 0
    for target in targets {
      if target.isSeparator {
        detectors = 0
      } else if target.detector != nil {
        detectors += 1
        if detectors > 2 { return false }
      }
    }
    return true
  }

  private static func key(_ a: ErrorTarget, _ b: ErrorTarget = .separator) -> UInt64 {
    UInt64(a.code) << 32 | UInt64(b.code)
  }

  private mutating func learn(_ component: ArraySlice<ErrorTarget>) {
    let detectors = component.prefix { $0.detector != nil }
    if let first = detectors.first, detectors.count <= 2 {
      known[detectors.count == 1 ? Self.key(first) : Self.key(first, detectors.last!)] = component
    }
  }

  private func parts(_ component: [ErrorTarget]) throws(Undecomposable) -> [ArraySlice<ErrorTarget>] {
    let detectors = Array(component.prefix { $0.detector != nil })
    var observables = Array(component[detectors.count...])
    var parts: [ArraySlice<ErrorTarget>] = []
    if search(detectors, &observables, &parts) { return parts }
    if detectors.count <= 2 { return [component[...]] }
    return try partsWithRemnant(component, detectors)
  }

  /// Finds known edges, the first detector with each other in turn and then alone, and so on for the rest.
  private func search(
    _ detectors: [ErrorTarget], _ observables: inout [ErrorTarget], _ parts: inout [ArraySlice<ErrorTarget>]
  ) -> Bool {
    guard let first = detectors.first else { return observables.isEmpty }
    for other in 1...detectors.count {
      let isAlone = other == detectors.count
      guard let edge = known[isAlone ? Self.key(first) : Self.key(first, detectors[other])] else { continue }
      var rest = detectors
      if !isAlone { rest.remove(at: other) }
      rest.removeFirst()
      let flipped = Array(edge.drop { $0.detector != nil })
      observables.formSymmetricDifference(flipped)
      parts.append(edge)
      if search(rest, &observables, &parts) { return true }
      parts.removeLast()
      observables.formSymmetricDifference(flipped)
    }
    return false
  }

  /// Pairs greedily, then takes single detectors; up to two that are in no edge, and observables, remain.
  private func partsWithRemnant(
    _ component: [ErrorTarget], _ detectors: [ErrorTarget]
  ) throws(Undecomposable) -> [ArraySlice<ErrorTarget>] {
    var parts: [ArraySlice<ErrorTarget>] = []
    var remnant = component
    var rest = detectors
    var index = 0
    while index < rest.count {
      let partner = rest[(index + 1)...].firstIndex { known[Self.key(rest[index], $0)] != nil }
      if let partner, let edge = known[Self.key(rest[index], rest[partner])] {
        parts.append(edge)
        remnant.formSymmetricDifference(Array(edge))
        rest.remove(at: partner)
        rest.remove(at: index)
      } else {
        index += 1
      }
    }
    for detector in rest {
      guard let edge = known[Self.key(detector)] else { continue }
      parts.append(edge)
      remnant.formSymmetricDifference(Array(edge))
    }
    guard remnant.prefix(while: { $0.detector != nil }).count <= 2 else {
      throw Undecomposable(component: component)
    }
    if !remnant.isEmpty { parts.append(remnant[...]) }
    return parts
  }
}
