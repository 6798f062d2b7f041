import Testing

@testable import DecantCore

/// The radix heap against a sorted list.
@Suite struct TimelineTests {
  /// Appointments as a list that is searched from end to end.
  private struct Reference {
    var times: [UInt32: Int64] = [:]
    func earliest() -> Int64? { times.values.min() }
  }

  @Test(arguments: 0..<20)
  func popsInOrder(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    let capacity = 100
    let memory = ScratchMemory(byteCount: 16 * capacity + 4 * Timeline.bucketCount + 64)
    var timeline = Timeline(
      appointments: Table(memory.take(16 * capacity), count: capacity),
      waiting: BitSet(words: Table(memory.take(16), count: 2)),
      buckets: Table(memory.take(4 * Timeline.bucketCount), count: Timeline.bucketCount))
    var reference = Reference()
    // Few distinct times, so that ties and whole buckets of equals are common; or times far apart.
    let spread: Int64 = seed % 2 == 0 ? 7 : 1 << 40
    for _ in 0..<3000 {
      let id = UInt32.random(in: 0..<UInt32(capacity), using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let time = timeline.now + Int64.random(in: 0..<spread, using: &random)
        timeline.set(id, at: time)
        reference.times[id] = time
      case 2:
        timeline.cancel(id)
        reference.times[id] = nil
      default:
        let earliest = reference.earliest()
        let popped = timeline.pop()
        if let earliest {
          #expect(reference.times[popped] == earliest)
          #expect(timeline.now == earliest)
          reference.times[popped] = nil
        } else {
          #expect(popped == UInt32.none)
        }
      }
    }
    while let earliest = reference.earliest() {
      let popped = timeline.pop()
      #expect(reference.times[popped] == earliest)
      reference.times[popped] = nil
    }
    #expect(timeline.pop() == UInt32.none)
    #expect(timeline.occupied == 0)
  }
}
