/// One thing that waits for its time: a node that will look at its neighbours, or a region that will give
/// up a node.
struct Appointment {
  var time: Int64
  var next: UInt32
  /// The one before in its bucket, or `Timeline.first` and the bucket's number.
  var previous: UInt32
}

/// The queue of coming events: a radix heap.
///
/// Times never run backwards, so an appointment waits in the bucket numbered by the highest bit in which its
/// time differs from now, and moves to a lower bucket at most once a bit. Buckets are doubly linked lists
/// through the appointments themselves: each node and region has at most one, an earlier time replaces a
/// later one in place, and the capacity is the number of nodes and regions. (The heap of Ahuja, Mehlhorn,
/// Orlin and Tarjan, J. ACM 37, 1990; with lists because stale entries could not be bounded.)
struct Timeline {
  let appointments: Table<Appointment>
  let waiting: BitSet
  let buckets: Table<UInt32>
  var occupied: UInt64 = 0
  var now: Int64 = 0

  static var bucketCount: Int { 64 }
  static var first: UInt32 { 0x8000_0000 }

  @inline(__always)
  init(appointments: Table<Appointment>, waiting: BitSet, buckets: Table<UInt32>) {
    self.appointments = appointments
    self.waiting = waiting
    self.buckets = buckets
  }

  /// Forgets all appointments. The caller clears `waiting`.
  @inline(__always)
  mutating func reset() {
    occupied = 0
    now = 0
  }

  @inline(__always)
  private func bucket(of time: Int64) -> UInt32 {
    UInt32(truncatingIfNeeded: 64 &- UInt64(bitPattern: time ^ now).leadingZeroBitCount)
  }

  /// Makes or moves the appointment of `id`.
  @inline(__always)
  mutating func set(_ id: UInt32, at time: Int64) {
    assert(time >= now)
    if waiting.contains(id) {
      if appointments[id].time == time { return }
      unlink(id)
    } else {
      waiting.insert(id)
    }
    link(id, at: time)
  }

  /// Makes the appointment of `id`, or moves it if it is later than `time`.
  @inline(__always)
  mutating func hasten(_ id: UInt32, to time: Int64) {
    if waiting.contains(id) && appointments[id].time <= time { return }
    set(id, at: time)
  }

  @inline(__always)
  mutating func cancel(_ id: UInt32) {
    guard waiting.contains(id) else { return }
    waiting.remove(id)
    unlink(id)
  }

  @inline(__always)
  private mutating func link(_ id: UInt32, at time: Int64) {
    let bucket = bucket(of: time)
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: bucket)
    var next = UInt32.none
    if occupied & bit != 0 {
      next = buckets[bucket]
      appointments[next].previous = id
    }
    appointments[id] = Appointment(time: time, next: next, previous: Self.first | bucket)
    buckets[bucket] = id
    occupied |= bit
  }

  @inline(__always)
  private mutating func unlink(_ id: UInt32) {
    let next = appointments[id].next
    let previous = appointments[id].previous
    if next != .none { appointments[next].previous = previous }
    if previous & Self.first == 0 {
      appointments[previous].next = next
    } else {
      let bucket = previous & ~Self.first
      buckets[bucket] = next
      if next == .none { occupied &= ~(1 &<< UInt64(truncatingIfNeeded: bucket)) }
    }
  }

  /// Takes the next appointment and moves `now` to its time; `none` if there is none.
  mutating func pop() -> UInt32 {
    if occupied & 1 == 0 {
      if occupied == 0 { return .none }
      advance()
    }
    let id = buckets[0]
    unlink(id)
    waiting.remove(id)
    return id
  }

  /// Moves `now` to the earliest time, and spreads its bucket over lower ones.
  private mutating func advance() {
    let bucket = UInt32(truncatingIfNeeded: occupied.trailingZeroBitCount)
    occupied &= occupied &- 1
    var id = buckets[bucket]
    var earliest = appointments[id].time
    var other = appointments[id].next
    while other != .none {
      earliest = min(earliest, appointments[other].time)
      other = appointments[other].next
    }
    now = earliest
    while id != .none {
      let next = appointments[id].next
      link(id, at: appointments[id].time)
      id = next
    }
  }
}
