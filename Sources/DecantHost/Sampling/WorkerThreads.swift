import Glibc

/// Runs work on several threads, and waits for all of it.
///
/// Threads live as long as the call and not longer, so that a program may fork between two calls.
enum WorkerThreads {
  /// Calls `body` with 0 to `count` - 1, each on a thread of its own; the first on the caller's.
  static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    var threads: [pthread_t] = []
    var unstarted: [Int] = []
    for index in stride(from: 1, to: max(count, 1), by: 1) {
      let work = Unmanaged.passRetained(Work { body(index) })
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { argument in
          Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
          return nil
        }, work.toOpaque())
      if status == 0 {
        threads.append(thread)
      } else {
        // A machine that gives no more threads still gets the work done.
        work.release()
        unstarted.append(index)
      }
    }
    body(0)
    unstarted.forEach(body)
    for thread in threads { pthread_join(thread, nil) }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
