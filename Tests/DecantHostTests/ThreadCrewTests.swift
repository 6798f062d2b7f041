import Glibc
import Synchronization
import Testing

@testable import DecantHost

@Suite struct ThreadCrewTests {
  @Test(arguments: [1, 2, 5])
  func everyPieceOfWorkIsDoneOnceBeforeRunReturns(threads: Int) {
    let crew = ThreadCrew(threads)
    #expect(crew.count == threads)
    for _ in 1...2000 {
      let counts = Counts(2)
      crew.run { number in
        precondition((0..<threads).contains(number))
        while counts.take(0) < 7 {
          linger()
          counts.increase(1)
        }
      }
      #expect(counts[1] == 7)
    }
  }

  @Test(arguments: [1, 2, 3, 8])
  func aWindowOfTheSecondLayerWaitsForItsNeighbours(threads: Int) {
    let crew = ThreadCrew(threads)
    for windows in 1...33 {
      let turns = BlockTurns(windows: windows)
      let counts = Counts(windows)
      for turn in 1...20 {
        turns.restart()
        crew.run { _ in
          turns.takeAll { window in
            if !window.isMultiple(of: 2) {
              precondition(counts[window - 1] == turn)
              precondition(window + 1 == windows || counts[window + 1] == turn)
            } else {
              linger()
            }
            counts.increase(window)
          }
        }
        #expect((0..<windows).allSatisfy { counts[$0] == turn })
      }
    }
  }

  /// Lets others go ahead: who does not wait for a piece of work then finds it undone.
  private func linger() {
    for _ in 1...3 { sched_yield() }
  }

  /// Counters that outlive the threads that share them.
  private final class Counts: @unchecked Sendable {
    private let counts: UnsafeMutableBufferPointer<Atomic<Int>>

    init(_ count: Int) {
      counts = .allocate(capacity: count)
      for index in 0..<count { (counts.baseAddress! + index).initialize(to: Atomic(0)) }
    }

    deinit {
      for index in counts.indices { (counts.baseAddress! + index).deinitialize(count: 1) }
      counts.deallocate()
    }

    subscript(index: Int) -> Int { counts[index].load(ordering: .relaxed) }
    func increase(_ index: Int) { counts[index].add(1, ordering: .relaxed) }
    /// What was there before.
    func take(_ index: Int) -> Int { counts[index].add(1, ordering: .relaxed).oldValue }
  }
}
