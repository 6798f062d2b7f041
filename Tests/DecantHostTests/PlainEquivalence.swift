@testable import DecantHost

/// Homological equivalence of one shot, word for word as it is described and without any regard to speed: what the
/// bit-parallel passes are held against.
struct PlainEquivalence {
  let lattice: Lattice
  let basis: PauliBasis
  /// For each type of check, and each round: the data errors that it detects, and flips of its measurements.
  var data: [PauliBasis: [[Int]]]
  var flips: [PauliBasis: [[Int]]]
  private let detectors: [PauliBasis: [[Int]]]

  init(lattice: Lattice, basis: PauliBasis, data: [PauliBasis: [[Int]]], flips: [PauliBasis: [[Int]]]) {
    (self.lattice, self.basis, self.data, self.flips) = (lattice, basis, data, flips)
    detectors = Self.detectors(lattice, data, flips)
  }

  static func detectors(
    _ lattice: Lattice, _ data: [PauliBasis: [[Int]]], _ flips: [PauliBasis: [[Int]]]
  ) -> [PauliBasis: [[Int]]] {
    var result: [PauliBasis: [[Int]]] = [:]
    for type in PauliBasis.allCases {
      result[type] = data[type]!.indices.map { round in
        lattice.checks(type).enumerated().map { index, check in
          let before = round == 0 ? 0 : flips[type]![round - 1][index]
          return
            (check.support.map { data[type]![round][$0] }.reduce(0, +) + flips[type]![round][index] + before)
            % 2
        }
      }
    }
    return result
  }

  mutating func applyFull() {
    applySpacelike()
    for _ in 0..<8 {
      let before = self
      timelike(detectedBy: .z)
      timelike(detectedBy: .x)
      if before.data == data, before.flips == flips { break }
    }
    applySpacelike()
  }

  mutating func applySpacelike() {
    for type in PauliBasis.allCases {
      for round in data[type]!.indices {
        var errors = data[type]![round]
        for _ in 0..<100 {
          let before = errors
          reduce(&errors, type.other)
          canonicalise(&errors, type.other)
          if errors == before { break }
        }
        data[type]![round] = errors
      }
    }
  }

  /// type: of the errors.
  private func reduce(_ errors: inout [Int], _ type: PauliBasis) {
    var left = lattice.checks(type)
    while !left.isEmpty {
      var used: Set<Int> = []
      var next: [Lattice.Check] = []
      for check in left {
        guard used.isDisjoint(with: check.support) else {
          next.append(check)
          continue
        }
        used.formUnion(check.support)
        let count = check.support.map { errors[$0] }.reduce(0, +)
        if 2 * count > check.support.count { for qubit in check.support { errors[qubit] ^= 1 } }
      }
      left = next
    }
  }

  private func canonicalise(_ errors: inout [Int], _ type: PauliBasis) {
    var claimed: Set<Int> = []
    for check in lattice.checks(type) {
      let set = check.support.filter { errors[$0] == 1 }
      guard claimed.isDisjoint(with: set) else { continue }
      let canonical: [Int]
      if check.support.count == 4, set.count == 2 {
        let (tl, tr, bl, br) = (check.support[0], check.support[1], check.support[2], check.support[3])
        switch set {
        case [tl, bl]: canonical = [tr, br]
        case [bl, br]: canonical = [tl, tr]
        case [tl, br] where type == .x: canonical = [tr, bl]
        case [tr, bl] where type == .z: canonical = [tl, br]
        default: continue
        }
      } else if check.support.count == 2, set.count == 1 {
        let isTop = check.row == 0
        let isRight = check.column == 2 * lattice.distance
        canonical = [check.support[isTop || isRight ? 1 : 0]]
        if canonical == set { continue }
      } else {
        continue
      }
      for qubit in check.support { errors[qubit] = canonical.contains(qubit) ? 1 : 0 }
      claimed.formUnion(check.support)
    }
  }

  /// type: of the checks that detect the errors.
  private mutating func timelike(detectedBy type: PauliBasis) {
    let rounds = data[type]!.count
    for start in [0, 1] {
      for t in stride(from: start, to: rounds - 1, by: 2) where !(t == 0 && type != basis) {
        let (e, s, det) = (data[type]!, flips[type]!, detectors[type]!)
        let checks = lattice.checks(type)
        func adjacent(_ qubit: Int) -> [Int] { checks.indices.filter { checks[$0].support.contains(qubit) } }
        func sum(_ values: [Int], _ qubit: Int) -> Int { adjacent(qubit).map { values[$0] }.reduce(0, +) }
        let accepted = (0..<lattice.dataQubitCount).filter { q in
          let old = [t, t + 1].map { e[$0][q] + sum(s[$0], q) + sum(det[$0], q) }
          let new = [
            1 - e[t][q] + adjacent(q).count - sum(s[t], q) + sum(det[t], q),
            1 - e[t + 1][q] + sum(s[t + 1], q) + sum(det[t + 1], q),
          ]
          let (oldTotal, newTotal) = (old[0] + old[1], new[0] + new[1])
          return newTotal < oldTotal || newTotal == oldTotal && max(new[0], new[1]) > max(old[0], old[1])
        }
        for qubit in accepted {
          let isFirst = adjacent(qubit).allSatisfy { check in
            accepted.first { checks[check].support.contains($0) } == qubit
          }
          guard isFirst else { continue }
          data[type]![t][qubit] ^= 1
          data[type]![t + 1][qubit] ^= 1
          for check in adjacent(qubit) { flips[type]![t][check] ^= 1 }
        }
      }
    }
  }
}
