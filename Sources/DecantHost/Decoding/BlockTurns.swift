import Synchronization

/// The order in which threads take the windows of an experiment in blocks, or the strips of a patch, and who waits for whom.
///
/// A window of the second layer needs what its neighbours, of the first, have written on its seams. All windows stand in
/// one line, those of the first layer in front, since a decoder lays out its tables anew where windows of another kind
/// begin. Nobody waits for a whole layer: only for neighbours that some thread is still at.
final class BlockTurns: @unchecked Sendable {
  private let order: [Int]
  private let taken = Atomic(0)
  private let done: UnsafeMutableBufferPointer<Atomic<Bool>>

  init(windows: Int) {
    order = Array(stride(from: 0, to: windows, by: 2)) + Array(stride(from: 1, to: windows, by: 2))
    done = .allocate(capacity: windows)
    for window in 0..<windows { (done.baseAddress! + window).initialize(to: Atomic(false)) }
  }

  deinit {
    for window in done.indices { (done.baseAddress! + window).deinitialize(count: 1) }
    done.deallocate()
  }

  /// Makes all windows undone again. No thread may be at them.
  func restart() {
    taken.store(0, ordering: .relaxed)
    for window in done.indices { done[window].store(false, ordering: .relaxed) }
  }

  /// Takes windows as long as there are any, and calls `body` with each as soon as what it needs is there.
  func takeAll(_ body: (Int) -> Void) {
    while true {
      let turn = taken.add(1, ordering: .relaxed).oldValue
      guard turn < order.count else { return }
      let window = order[turn]
      if !window.isMultiple(of: 2) {
        // Neighbours stand before it in the line, so they are done or some thread is at them.
        for neighbour in [window - 1, window + 1] where neighbour < order.count {
          ThreadCrew.wait { done[neighbour].load(ordering: .acquiring) }
        }
      }
      body(window)
      done[window].store(true, ordering: .releasing)
    }
  }
}
