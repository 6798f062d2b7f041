import Glibc

/// The learning rate of every step: a linear warm-up, then a decay over the planned steps.
public struct LearningRateSchedule: Equatable, Sendable {
  public enum Decay: String, CaseIterable, Sendable {
    case constant
    /// Times 0.7 at a quarter, at half and at the end of the planned steps, as published.
    case steps
    /// Half a cosine, down to a hundredth.
    case cosine
  }

  public let peak: Double
  public let warmUp: Int
  public let steps: Int
  public let decay: Decay

  /// - Parameters:
  ///   - peak: the largest rate.
  ///   - warmUp: steps until it is reached, from 0 on.
  ///   - steps: planned; later ones are as the last.
  public init(peak: Double, warmUp: Int = 100, steps: Int, decay: Decay = .cosine) {
    self.peak = peak
    self.warmUp = warmUp
    self.steps = steps
    self.decay = decay
  }

  /// - Parameter step: from 0 on.
  public func rate(_ step: Int) -> Double {
    if step < warmUp { return peak * Double(step + 1) / Double(warmUp) }
    let share = min(1, Double(step) / Double(max(1, steps)))
    switch decay {
    case .constant: return peak
    case .steps: return [0.25, 0.5, 1].reduce(peak) { share >= $1 ? 0.7 * $0 : $0 }
    case .cosine:
      let begin = min(1, Double(warmUp) / Double(max(1, steps)))
      let part = begin < 1 ? (share - begin) / (1 - begin) : 1
      return peak * (0.01 + 0.99 * (1 + cos(.pi * part)) / 2)
    }
  }
}
