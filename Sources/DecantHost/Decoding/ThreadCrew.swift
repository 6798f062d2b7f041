import Glibc
import Synchronization

/// Threads that stay between calls, so that work of a millisecond is worth sharing.
///
/// Waking a thread takes tens of microseconds. A crew's threads look for more work for about as long before they sleep, and
/// whoever calls works along. They end with the crew; a program must not fork while it has one.
final class ThreadCrew: Sendable {
  private let shared = Shared()
  private let threads: [pthread_t]

  /// The threads that work, the caller's among them: at least 1, and fewer than asked for if the machine gives no more.
  var count: Int { threads.count + 1 }

  init(_ count: Int) {
    var threads: [pthread_t] = []
    while threads.count + 1 < count {
      let member = Unmanaged.passRetained(Member(shared, number: threads.count + 1))
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { argument in
          Unmanaged<Member>.fromOpaque(argument!).takeRetainedValue().work()
          return nil
        }, member.toOpaque())
      guard status == 0 else {
        member.release()
        break
      }
      threads.append(thread)
    }
    self.threads = threads
  }

  deinit {
    shared.dismiss()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Calls `body` with 0 on the caller's thread and with other numbers below `count` on those that find the time before this
  /// returns: each call must look for work that no other has taken. One caller at a time.
  func run(_ body: @escaping @Sendable (Int) -> Void) {
    guard !threads.isEmpty else { return body(0) }
    shared.begin(body)
    body(0)
    shared.end()
  }

  /// Waits for what another thread is about to do.
  static func wait(_ isDone: () -> Bool) {
    while !isDone() { sched_yield() }
  }

  private final class Member: Sendable {
    let shared: Shared
    let number: Int

    init(_ shared: Shared, number: Int) {
      self.shared = shared
      self.number = number
    }

    func work() {
      var turn = 0
      while let body = shared.next(after: &turn) {
        body(number)
        shared.finish()
      }
    }
  }

  private final class Shared: @unchecked Sendable {
    typealias Body = @Sendable (Int) -> Void

    /// How many pieces of work there have been: what sleepers look at, without a lock.
    private let turn = Atomic(0)
    /// Members that are at the latest.
    private let working = Atomic(0)
    // What follows is the lock's.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// The latest; nil once its caller is done with it.
    private var body: Body?
    private var isDismissed = false

    init() {
      pthread_mutex_init(lock, nil)
      pthread_cond_init(condition, nil)
    }

    deinit {
      pthread_cond_destroy(condition)
      pthread_mutex_destroy(lock)
      condition.deallocate()
      lock.deallocate()
    }

    func begin(_ body: @escaping Body) {
      pthread_mutex_lock(lock)
      self.body = body
      turn.add(1, ordering: .releasing)
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(lock)
    }

    /// Lets no member begin any more, and waits for those that have.
    func end() {
      pthread_mutex_lock(lock)
      body = nil
      pthread_mutex_unlock(lock)
      ThreadCrew.wait { working.load(ordering: .acquiring) == 0 }
    }

    func dismiss() {
      pthread_mutex_lock(lock)
      isDismissed = true
      turn.add(1, ordering: .releasing)
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(lock)
    }

    /// Waits for work that a member has not done yet, and counts it in; nil to end. `finish` counts it out.
    func next(after seen: inout Int) -> Body? {
      for _ in 0..<200 where turn.load(ordering: .acquiring) == seen { sched_yield() }
      pthread_mutex_lock(lock)
      defer { pthread_mutex_unlock(lock) }
      while !isDismissed {
        let latest = turn.load(ordering: .relaxed)
        if latest != seen {
          seen = latest
          if let body {
            working.add(1, ordering: .relaxed)
            return body
          }
        }
        pthread_cond_wait(condition, lock)
      }
      return nil
    }

    func finish() { working.subtract(1, ordering: .releasing) }
  }
}
