/// Where packed bits of shots go: memory of the caller's, a row for each shot.
///
/// Bit k of a shot is bit k % 8, least significant first, of byte k / 8 of its row; what is left of a row's last
/// byte becomes zero, and bytes between rows are left alone.
public struct ShotRows: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt8>
  /// Bytes from a row to the next.
  let stride: Int

  /// - Parameters:
  ///   - base: must stay valid, and be nobody else's, for as long as the sampler that is given this works.
  ///   - stride: at least the bytes of a row.
  public init(_ base: UnsafeMutablePointer<UInt8>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  func row(_ shot: Int) -> UnsafeMutablePointer<UInt8> { base + shot * stride }
}

/// A run of shots by their numbers, taken apart into the blocks that they are sampled in.
struct ShotRange: Sendable {
  let first: UInt64
  let count: Int

  /// A block, and which of its shots are wanted.
  struct Part {
    let block: UInt64
    /// Of the block's shots.
    let shots: Range<Int>
    /// The row that the first of them goes to.
    let firstRow: Int
  }

  var blockCount: Int {
    guard count > 0 else { return 0 }
    let size = FaultTable.shotsPerBlock
    return (Int(first % UInt64(size)) + count - 1) / size + 1
  }

  /// - Parameter index: below `blockCount`.
  func part(_ index: Int) -> Part {
    let size = FaultTable.shotsPerBlock
    let skipped = Int(first % UInt64(size))
    let begin = index == 0 ? skipped : 0
    let end = min(size, skipped + count - index * size)
    return Part(
      block: first / UInt64(size) + UInt64(index), shots: begin..<end,
      firstRow: index == 0 ? 0 : index * size - skipped)
  }

  /// Threads that have something to do, of those allowed.
  func workers(_ threads: Int) -> Int { min(max(threads, 1), blockCount) }

  /// Calls `body` with the parts, those of a worker one after the other; each worker makes what it works with.
  func forEachPart<Workspace>(
    threads: Int, workspace: @escaping @Sendable (_ worker: Int) -> Workspace,
    _ body: @escaping @Sendable (Part, inout Workspace) -> Void
  ) {
    let blocks = blockCount
    guard blocks > 0 else { return }
    let workers = workers(threads)
    WorkerThreads.run(workers) { worker in
      var workspace = workspace(worker)
      for index in stride(from: worker, to: blocks, by: workers) { body(part(index), &workspace) }
    }
  }
}
