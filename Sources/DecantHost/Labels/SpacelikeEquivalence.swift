/// Makes the data errors of one round local and unique, as far as stabilizers allow.
///
/// Multiplying errors by a check of their own type changes no syndrome and no observable. Two passes alternate
/// until nothing changes (arXiv:2604.12841): weight reduction applies a check of weight 4 to three or four errors,
/// one of weight 2 to two; canonicalisation moves two errors of a check of weight 4 to its right column, its top
/// row, or one diagonal, and a lone error of a boundary check to one of its two qubits. All shots of a block are
/// worked on at once; for a shot that is done, further sweeps change nothing.
struct SpacelikeEquivalence: Sendable {
  /// A check as qubits: top left, top right, bottom left and bottom right; of weight 2 the qubit to be left and
  /// the one to move to, then twice nothing.
  private struct Stencil {
    var weight: Int
    var qubits: (Int, Int, Int, Int)
  }

  /// Checks in the order in which weight reduction takes them, layers of disjoint ones built greedily, and in the
  /// order of their numbers.
  private let reducing: [Stencil]
  private let moving: [Stencil]
  /// Of the diagonals, X errors end on the one from top right, Z errors on the one from top left.
  private let diagonalFromTopRight: Bool
  let dataQubits: Int

  /// Sweeps after which it ends in any case, as the published program.
  static let maxSweeps = 100

  /// - Parameter type: of the errors, and of the checks that act on them.
  init(_ lattice: Lattice, errors type: PauliBasis) {
    let stencils = lattice.checks(type).map { check in
      let q = check.support
      if q.count == 4 { return Stencil(weight: 4, qubits: (q[0], q[1], q[2], q[3])) }
      // Top: right; bottom: left; left: upper; right: lower.
      let goesToFirst = check.row == 2 * lattice.distance || check.column == 0
      return Stencil(weight: 2, qubits: goesToFirst ? (q[1], q[0], 0, 0) : (q[0], q[1], 0, 0))
    }
    moving = stencils
    var layers: [(members: [Int], qubits: Set<Int>)] = []
    for (index, check) in lattice.checks(type).enumerated() {
      if let free = layers.firstIndex(where: { $0.qubits.isDisjoint(with: check.support) }) {
        layers[free].members.append(index)
        layers[free].qubits.formUnion(check.support)
      } else {
        layers.append(([index], Set(check.support)))
      }
    }
    reducing = layers.flatMap(\.members).map { stencils[$0] }
    diagonalFromTopRight = type == .x
    dataQubits = lattice.dataQubitCount
  }

  /// Works on one round.
  ///
  /// - Parameters:
  ///   - errors: `dataQubits` planes.
  ///   - claimed: as many planes, of any contents, to work with.
  func apply(to errors: UnsafeMutablePointer<ShotBits>, claimed: UnsafeMutablePointer<ShotBits>) {
    for _ in 0..<Self.maxSweeps {
      let changed = reduce(errors) | move(errors, claimed)
      guard changed != .zero else { return }
    }
  }

  private func reduce(_ errors: UnsafeMutablePointer<ShotBits>) -> ShotBits {
    var changed = ShotBits.zero
    for stencil in reducing {
      let (i, j, k, l) = stencil.qubits
      let (a, b) = (errors[i], errors[j])
      if stencil.weight == 2 {
        let both = a & b
        errors[i] = a ^ both
        errors[j] = b ^ both
        changed |= both
      } else {
        let (c, d) = (errors[k], errors[l])
        let many = (a & b & (c | d)) | (c & d & (a | b))
        errors[i] = a ^ many
        errors[j] = b ^ many
        errors[k] = c ^ many
        errors[l] = d ^ many
        changed |= many
      }
    }
    return changed
  }

  private func move(
    _ errors: UnsafeMutablePointer<ShotBits>, _ claimed: UnsafeMutablePointer<ShotBits>
  ) -> ShotBits {
    claimed.update(repeating: .zero, count: dataQubits)
    var changed = ShotBits.zero
    for stencil in moving {
      let (i, j, k, l) = stencil.qubits
      let (a, b) = (errors[i], errors[j])
      if stencil.weight == 2 {
        let moved = a & ~b & ~claimed[i]
        errors[i] = a ^ moved
        errors[j] = b ^ moved
        claimed[i] |= moved
        claimed[j] |= moved
        changed |= moved
      } else {
        let (c, d) = (errors[k], errors[l])
        let (ci, cj, ck, cl) = (claimed[i], claimed[j], claimed[k], claimed[l])
        let leftColumn = a & c & ~(b | d)
        let bottomRow = c & d & ~(a | b)
        let diagonal = diagonalFromTopRight ? a & d & ~(b | c) : b & c & ~(a | d)
        let taken = (a & ci) | (b & cj) | (c & ck) | (d & cl)
        let moved = (leftColumn | bottomRow | diagonal) & ~taken
        errors[i] = a ^ moved
        errors[j] = b ^ moved
        errors[k] = c ^ moved
        errors[l] = d ^ moved
        claimed[i] = ci | moved
        claimed[j] = cj | moved
        claimed[k] = ck | moved
        claimed[l] = cl | moved
        changed |= moved
      }
    }
    return changed
  }
}
