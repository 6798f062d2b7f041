/// Moves single data errors between rounds where that makes labels lighter, or unique.
///
/// Flipping a data error in rounds t and t+1 together with the measurements in round t of the checks that detect it
/// changes no detector and no observable. A data qubit proposes the move if it lowers the number of flips around it
/// (data errors of both rounds, measurement flips of round t), or, where that stays the same, by detectors: if the
/// larger of the two rounds' costs would grow (arXiv:2604.12841). In both rounds' costs, old and new, all but a few
/// bits cancel; with a and b the data errors in t and t+1, S the flips in t, D the detectors in t, and Q flips and
/// detectors in t+1, of a qubit's checks:
///
///     two checks    a + b + S >= 3, or a + b + S = 2 and (b ? Q <= D : Q >= D + 2)
///     one check     a + b + S >= 2
///
/// Qubits propose side by side; a proposal holds if it is the first, by the qubit's number, in each of its checks.
struct TimelikeEquivalence: Sendable {
  /// For each data qubit, its one or two checks that detect the errors; a lone check twice.
  private let checksOfQubit: [(first: Int, second: Int)]
  private let layout: LabelLayout
  /// Of the checks that detect the errors.
  private let type: PauliBasis

  /// - Parameter type: of the checks that detect the errors.
  init(_ layout: LabelLayout, detectedBy type: PauliBasis) {
    var lists = Array(repeating: [Int](), count: layout.dataQubits)
    for (index, check) in layout.lattice.checks(type).enumerated() {
      for qubit in check.support { lists[qubit].append(index) }
    }
    checksOfQubit = lists.map { ($0[0], $0[$0.count - 1]) }
    self.layout = layout
    self.type = type
  }

  /// One pass over all pairs of adjacent rounds: first those that begin with an even round, then the others. In the
  /// memory's other type, whose first outcomes are random, no pair begins with round 0.
  ///
  /// - Parameter scratch: 2h + D² planes, of any contents.
  /// - Returns: the shots in which something moved.
  func pass(_ planes: BitPlanes, scratch: UnsafeMutablePointer<ShotBits>) -> ShotBits {
    var changed = ShotBits.zero
    for parity in 0..<2 {
      for round in stride(from: parity, to: layout.rounds - 1, by: 2) {
        if round == 0, type != layout.basis { continue }
        changed |= move(planes, round: round, scratch)
      }
    }
    return changed
  }

  private func move(
    _ planes: BitPlanes, round: Int, _ scratch: UnsafeMutablePointer<ShotBits>
  ) -> ShotBits {
    let base = planes.planes
    let errors = base + layout.data(detectedBy: type, round: round)
    let nextErrors = base + layout.data(detectedBy: type, round: round + 1)
    let flips = base + layout.flips(of: type, round: round)
    let nextFlips = base + layout.flips(of: type, round: round + 1)
    let detectors = base + layout.detectors(of: type, round: round)
    let nextDetectors = base + layout.detectors(of: type, round: round + 1)
    let checks = layout.checks
    // Shots in which an earlier qubit of the check has proposed; and the flips to be made when all have.
    let proposed = scratch
    let pending = scratch + checks
    scratch.update(repeating: .zero, count: 2 * checks)

    var changed = ShotBits.zero
    for qubit in checksOfQubit.indices {
      let (i, j) = checksOfQubit[qubit]
      let (a, b) = (errors[qubit], nextErrors[qubit])
      var proposal: ShotBits
      if i == j {
        let s = flips[i]
        proposal = (a & b) | (s & (a | b))
      } else {
        let (s, t) = (flips[i], flips[j])
        // a + b + s + t: at least three, or two.
        let (both, one) = (a & b, a ^ b)
        let (bothFlips, oneFlip) = (s & t, s ^ t)
        let atLeastThree = (both & (s | t)) | (bothFlips & one)
        let exactlyTwo = (both & ~(s | t)) | (bothFlips & ~(a | b)) | (one & oneFlip)
        // D: d1, d2 say at least 1, 2. Q: q1 to q4 likewise.
        let (d, e) = (detectors[i], detectors[j])
        let (d1, d2) = (d | e, d & e)
        let (u, v, w, x) = (nextFlips[i], nextFlips[j], nextDetectors[i], nextDetectors[j])
        let (uvAny, uvBoth, wxAny, wxBoth) = (u | v, u & v, w | x, w & x)
        let q1 = uvAny | wxAny
        let q2 = uvBoth | wxBoth | (uvAny & wxAny)
        let q3 = (uvBoth & wxAny) | (uvAny & wxBoth)
        let q4 = uvBoth & wxBoth
        let notAbove = ~q1 | (d1 & ~q2) | (d2 & ~q3)
        let farAbove = (q2 & ~d1) | (q3 & ~d2) | q4
        proposal = atLeastThree | (exactlyTwo & ((b & notAbove) | (~b & farAbove)))
      }
      let (earlier, other) = (proposed[i], proposed[j])
      let accepted = proposal & ~(earlier | other)
      proposed[i] = earlier | proposal
      proposed[j] |= proposal
      errors[qubit] = a ^ accepted
      nextErrors[qubit] = b ^ accepted
      pending[i] |= accepted
      pending[j] |= accepted
      changed |= accepted
    }
    for check in 0..<checks { flips[check] ^= pending[check] }
    return changed
  }
}
