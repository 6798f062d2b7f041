/// Makes of a grid network's decisions a residual syndrome and a share of the answer.
///
/// With e the data errors that are decided to appear in a round, s the decided flips of measurements, and H the checks'
/// supports, a detector becomes det_t + H e_t + s_t + s_{t-1} (mod 2), and the frame is the parity of all e on the
/// logical operator. The answer is the frame plus what matching makes of the residual, with the original weights.
/// Decisions that are the true labels leave no residual, whatever they are; decisions of zero leave the detectors.
///
/// The other type's detectors of the last round count as zero, since the network was not shown them; those of the first
/// do not exist; the last group, which compares with the data qubits, is copied.
struct GridCorrection {
  private let geometry: GridGeometry
  /// For each type: its checks' cells, and their supports.
  private let checks: [(type: PauliBasis, cells: [Int], supports: [[Int]])]
  private let logical: [Int]

  init(_ geometry: GridGeometry) {
    self.geometry = geometry
    checks = PauliBasis.allCases.map { type in
      let checks = geometry.lattice.checks(type)
      return (type, checks.map(\.cell), checks.map(\.support))
    }
    logical = geometry.lattice.logical(geometry.basis)
  }

  /// 4TD²: bits of decisions, one a byte, of shape (4, T, D, D).
  var decisionCount: Int { 4 * geometry.rounds * geometry.distance * geometry.distance }

  /// Writes a shot's residual, and gives its frame.
  ///
  /// - Parameters:
  ///   - decisions: `decisionCount` bytes, 0 or 1; cells of flips that hold no check are not read.
  ///   - detectors: packed bits of all of a shot's.
  ///   - residual: as many, of zeros.
  func apply(
    _ decisions: UnsafePointer<UInt8>, to detectors: UnsafePointer<UInt8>,
    residual: UnsafeMutablePointer<UInt8>
  ) -> UInt8 {
    let plane = geometry.distance * geometry.distance
    var frame: UInt8 = 0
    for (channel, (type, cells, supports)) in checks.enumerated() {
      for round in 0..<geometry.rounds {
        let errors = decisions + (channel * geometry.rounds + round) * plane
        let flips = decisions + ((2 + channel) * geometry.rounds + round) * plane
        if type == geometry.basis { for qubit in logical { frame ^= errors[qubit] } }
        for check in cells.indices {
          guard let detector = geometry.detector(type, check: check, round: round) else { continue }
          var bit =
            geometry.shows(type, round: round) ? detectors[detector >> 3] >> UInt8(detector & 7) & 1 : 0
          bit ^= flips[cells[check]]
          if round > 0 { bit ^= flips[cells[check] - plane] }
          for qubit in supports[check] { bit ^= errors[qubit] }
          residual[detector >> 3] |= bit << UInt8(detector & 7)
        }
      }
    }
    for detector in geometry.detectorCount - geometry.lattice.checkCount..<geometry.detectorCount {
      residual[detector >> 3] |= detectors[detector >> 3] & 1 << UInt8(detector & 7)
    }
    return frame
  }
}

/// From which logit on a grid network's decision is yes.
public struct GridThresholds: Equatable, Sendable {
  /// For errors on data qubits.
  public var data: Float
  /// For flips of measurements.
  public var syndrome: Float

  /// Zero, where yes is as likely as no, is what is published.
  public init(data: Float = 0, syndrome: Float = 0) {
    self.data = data
    self.syndrome = syndrome
  }
}
