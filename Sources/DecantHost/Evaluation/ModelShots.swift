import Foundation
import Synchronization

/// Shots sampled from an error model: each error happens or not, independently of the others.
///
/// Of errors with one probability, and all shots of a block, only those that happen are visited: the distance to
/// the next is geometric. A block has a generator of its own, seeded by the number of the block, so that it
/// does not matter which thread draws it.
public final class ModelShots: ShotSource {
  public let detectors: Int
  public let observables: Int
  /// Shots in all.
  public let limit: Int
  public let seed: UInt64

  private let groups: [Group]
  private let next = Mutex(0)

  /// Errors of one probability.
  private struct Group {
    /// ln(1 - p)
    let logNone: Double
    /// What error k flips, detectors first: targets[starts[k]..<starts[k + 1]]; observables above.
    var starts: [Int] = [0]
    var targets: [Int] = []
    var count: Int { starts.count - 1 }
  }

  /// limit: how many shots to give, `Int.max` for no end.
  public init(_ model: DetectorErrorModel, seed: UInt64, limit: Int) {
    detectors = model.detectorCount
    observables = model.observableCount
    self.seed = seed
    self.limit = max(0, limit)
    var indices: [Double: Int] = [:]
    var groups: [Group] = []
    let detectors = detectors
    model.forEachError { mechanism in
      guard mechanism.probability > 0 else { return }
      var flipped = Set<Int>()
      for target in mechanism.targets {
        if let detector = target.detector {
          flipped.formSymmetricDifference([detector.asInt + Int(mechanism.detectorShift)])
        } else if let observable = target.observable {
          flipped.formSymmetricDifference([detectors + observable.asInt])
        }
      }
      guard !flipped.isEmpty else { return }
      let index = indices[mechanism.probability] ?? groups.count
      if index == groups.count {
        indices[mechanism.probability] = index
        groups.append(Group(logNone: log1p(-mechanism.probability)))
      }
      groups[index].targets += flipped.sorted()
      groups[index].starts.append(groups[index].targets.count)
    }
    self.groups = groups
  }

  public func take(into block: inout ShotBlock) -> Bool {
    let number = next.withLock { next in
      defer { next += 1 }
      return next
    }
    guard number <= (limit - 1) / ShotBlock.capacity, limit > 0 else { return false }
    block.number = number
    fill(&block)
    return true
  }

  private func fill(_ block: inout ShotBlock) {
    let shots = min(ShotBlock.capacity, limit - block.number * ShotBlock.capacity)
    let detectorStride = block.detectors.layout.rowBytes
    let observableStride = block.observables.layout.rowBytes
    var random = RandomNumbers(seed: seed, stream: UInt64(block.number))
    block.detectors.refill { detectorRows, detectorCount in
      detectorCount = shots
      block.observables.refill { observableRows, observableCount in
        observableCount = shots
        for group in groups {
          var place = random.gap(logNone: group.logNone, below: group.count * ShotBlock.capacity)
          while place < group.count * ShotBlock.capacity {
            let (error, shot) = place.quotientAndRemainder(dividingBy: ShotBlock.capacity)
            if shot < shots {
              for target in group.targets[group.starts[error]..<group.starts[error + 1]] {
                if target < detectors {
                  detectorRows[shot * detectorStride + target >> 3] ^= 1 << UInt8(target & 7)
                } else {
                  let bit = target - detectors
                  observableRows[shot * observableStride + bit >> 3] ^= 1 << UInt8(bit & 7)
                }
              }
            }
            place += 1 + random.gap(logNone: group.logNone, below: group.count * ShotBlock.capacity)
          }
        }
      }
    }
  }
}

extension UInt32 {
  fileprivate var asInt: Int { Int(self) }
}

/// xoshiro256++ (Blackman and Vigna), seeded by SplitMix64.
struct RandomNumbers {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Another stream of the same seed is as independent as another seed.
  init(seed: UInt64, stream: UInt64) {
    var mix = SplitMix(state: seed)
    mix.state = mix.next() ^ (stream &* 0xD1B5_4A32_D192_ED03)
    state = (mix.next(), mix.next(), mix.next(), mix.next())
  }

  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return z ^ z >> 31
    }
  }

  mutating func next() -> UInt64 {
    let sum = state.0 &+ state.3
    let result = (sum << 23 | sum >> 41) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3 << 45 | state.3 >> 19
    return result
  }

  /// How many trials fail before the next success, where one fails with probability exp(`logNone`); at most
  /// `limit`.
  @inline(__always)
  mutating func gap(logNone: Double, below limit: Int) -> Int {
    // From 2^-53 to 1, so that the logarithm is finite.
    let uniform = Double((next() >> 11) + 1) * 0x1p-53
    let trials = log(uniform) / logNone
    return trials < Double(limit) ? Int(trials) : limit
  }
}
