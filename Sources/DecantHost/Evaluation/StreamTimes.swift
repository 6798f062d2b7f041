import CDecant
import Glibc

/// How long a decoder of a stream took for each round of some shots, and what that means for a round's period.
public struct StreamTimes: Sendable {
  /// Calls that took a round.
  public private(set) var pushes = LatencyHistogram()
  /// Of these, the calls that took any but the last round of a shot.
  public private(set) var steady = LatencyHistogram()
  /// The calls that took the last round of a shot, which leave its last frame.
  public private(set) var reactions = LatencyHistogram()
  /// Shots whose observables were predicted wrongly.
  public private(set) var mistakes = 0
  public private(set) var shots = 0
  /// Rounds of a shot, and of the longest window.
  public let rounds: Int
  public let windowRounds: Int
  /// Work units of the longest call.
  public private(set) var maxWork: UInt64 = 0
  /// What each call took, in nanoseconds.
  private var services: [Float] = []

  /// Pushes all shots through a decoder, one after the other.
  ///
  /// decoder: of a stream. shots, truths: their detectors, and their true observables. passes: how often, of which each
  /// call's shortest time counts, so that what else the machine does is left out.
  public mutating func measure(
    _ decoder: LoadedDecoder, _ shots: ShotBatch, truths: ShotBatch, passes: Int = 1
  ) throws(DecoderError) {
    guard let stream = decoder.stream else { throw .notStream(decoder.name) }
    var round = decant_round()
    round.struct_size = UInt32(MemoryLayout<decant_round>.size)
    var frame = decant_frame()
    frame.struct_size = UInt32(MemoryLayout<decant_frame>.size)
    let size = truths.layout.rowBytes
    var bits: [UInt8] = []
    var flips = [UInt8](repeating: 0, count: size)
    for shot in 0..<shots.count {
      var answer: [UInt8] = []
      var least = [UInt64](repeating: .max, count: stream.rounds)
      for _ in 0..<passes {
        answer = [UInt8](repeating: 0, count: size)
        var first = 0
        for (index, count) in stream.roundDetectors.enumerated() {
          shots.withRows { rows in
            stream.copyBits(
              of: rows.baseAddress! + shot * shots.layout.rowBytes, from: first, count: count, to: &bits)
          }
          first += count
          let isLast = index == stream.rounds - 1
          round.sequence = UInt64(index)
          round.flags = isLast ? UInt32(DECANT_ROUND_LAST) : 0
          let start = monotonicNanoseconds()
          let status = decant_stream_push(decoder.decoder, &round, bits, bits.count)
          let isFrame = status == decant_status(DECANT_OK) || status == decant_status(DECANT_TRUNCATED)
          var frames = 0
          while isFrame, decant_stream_pop(decoder.decoder, &frame, &flips, size) == decant_status(DECANT_OK)
          {
            maxWork = max(maxWork, frame.work)
            for byte in 0..<size { answer[byte] ^= flips[byte] }
            frames += 1
          }
          let took = monotonicNanoseconds() - start
          guard status >= 0 else { throw .decoding(decoder.name, status, shot: shot) }
          guard isFrame == (frames > 0) else {
            throw .decoding(decoder.name, decant_status(DECANT_INTERNAL), shot: shot)
          }
          least[index] = min(least[index], took)
        }
      }
      for (index, took) in least.enumerated() {
        pushes.record(nanoseconds: took)
        services.append(Float(took))
        if index == stream.rounds - 1 {
          reactions.record(nanoseconds: took)
        } else {
          steady.record(nanoseconds: took)
        }
      }
      self.shots += 1
      if ArraySlice(answer) != truths[shot] { mistakes += 1 }
    }
  }

  public init(rounds: Int, windowRounds: Int) {
    self.rounds = rounds
    self.windowRounds = windowRounds
  }

  /// Nanoseconds that a round takes on average: no shorter period can be held for ever.
  public var meanNanoseconds: Double {
    services.reduce(0) { $0 + Double($1) } / Double(max(1, services.count))
  }

  /// Rounds that wait at most, if they come with this period and shots follow each other without a pause: the recursion
  /// of D. Lindley (1952) over what each call took.
  public func backlog(period: Double) -> Double {
    var wait = 0.0
    var longest = 0.0
    for service in services {
      wait = max(0, wait + Double(service) - period)
      longest = max(longest, wait)
    }
    return longest / period
  }

  /// The smallest period, in nanoseconds, at which no more rounds ever wait than a window has. To 1 part in 1000.
  public var heldPeriod: Double {
    var (low, high) = (meanNanoseconds, Double(services.max() ?? 1) + 1)
    while high - low > low / 1000 {
      let middle = (low + high) / 2
      if backlog(period: middle) > Double(windowRounds) { low = middle } else { high = middle }
    }
    return high
  }
}

func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
