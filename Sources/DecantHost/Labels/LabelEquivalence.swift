/// How far labels are made local.
public enum LabelEquivalence: String, CaseIterable, Sendable {
  /// As the faults left them.
  case none
  /// Spacelike equivalence of each round.
  case spacelike
  /// Spacelike, timelike of weight one, and once more spacelike: the published pre-decoder's training target.
  case full
}

/// Applies homological equivalence to the labels of a block's shots: the same syndromes and observables from fewer
/// and more predictable flips, which is what a network can learn.
struct LabelProtocol: Sendable {
  private let equivalence: LabelEquivalence
  private let layout: LabelLayout
  private let spacelike: [(type: PauliBasis, pass: SpacelikeEquivalence)]
  private let timelike: [TimelikeEquivalence]

  /// Timelike sweeps at most, as the published program's default.
  static let maxTimelikeSweeps = 8

  init(_ equivalence: LabelEquivalence, _ layout: LabelLayout) {
    self.equivalence = equivalence
    self.layout = layout
    spacelike = PauliBasis.allCases.map { ($0, SpacelikeEquivalence(layout.lattice, errors: $0)) }
    // X errors first, which Z-checks detect.
    timelike = [TimelikeEquivalence(layout, detectedBy: .z), TimelikeEquivalence(layout, detectedBy: .x)]
  }

  /// Planes to work with.
  var scratchCount: Int { layout.dataQubits + 2 * layout.checks }

  /// Works on the label planes; the detector planes must be those of the labels, and stay as they are.
  ///
  /// - Parameter scratch: `scratchCount` planes, of any contents.
  func apply(to planes: BitPlanes, scratch: BitPlanes) {
    guard equivalence != .none else { return }
    // The passes work with bare addresses.
    withExtendedLifetime((planes, scratch)) {
      applySpacelike(to: planes, scratch)
      guard equivalence == .full else { return }
      for _ in 0..<Self.maxTimelikeSweeps {
        var changed = ShotBits.zero
        for errors in timelike { changed |= errors.pass(planes, scratch: scratch.planes) }
        if changed == .zero { break }
      }
      applySpacelike(to: planes, scratch)
    }
  }

  private func applySpacelike(to planes: BitPlanes, _ scratch: BitPlanes) {
    for (type, pass) in spacelike {
      for round in 0..<layout.rounds {
        let errors = planes.planes + layout.data(detectedBy: type.other, round: round)
        pass.apply(to: errors, claimed: scratch.planes)
      }
    }
  }
}
