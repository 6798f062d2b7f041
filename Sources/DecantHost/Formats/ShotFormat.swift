/// How a file holds shots: Stim's result formats, under Stim's names.
///
/// All are headerless. How many bits a shot has must be known from elsewhere, which is what a
/// ``ShotLayout`` says. What is accepted and what is written are byte for byte those of Stim 1.16.
public enum ShotFormat: String, CaseIterable, Sendable {
  /// A line of the characters 0 and 1 for each shot.
  case zeroOne = "01"
  /// The bits of a shot packed into bytes, least significant first.
  case b8
  /// For each shot, the lengths of the runs of zeros that lead up to its ones.
  case r8
  /// Groups of 64 shots; for each bit of a shot, 8 bytes with that bit of all 64.
  case ptb64
  /// For each shot, a line with the positions of its ones.
  case hits
  /// For each shot, a line that begins with "shot" and names its ones: M for measurements, D for
  /// detectors, L for logical observables.
  case dets

  /// Whether shots of this layout leave a trace in a file.
  ///
  /// A shot of no bits takes no bytes in the packed formats: a file of them is empty, whatever their
  /// number, and reads as no shots.
  public func countsShots(of layout: ShotLayout) -> Bool {
    switch self {
    case .b8, .ptb64: layout.bits > 0
    case .zeroOne, .r8, .hits, .dets: true
    }
  }
}
