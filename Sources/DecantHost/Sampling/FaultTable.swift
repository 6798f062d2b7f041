import Glibc

/// Faults that happen independently, each with what it flips, made ready for sampling many shots at once.
///
/// A fault of probability p flips its bits as often as an odd number of events of a Poisson process happens
/// whose mean is -ln(1 - 2p) / 2: exactly so, and faults stay independent. Hence no fault needs looking at that
/// does not happen. One draw tells how many events a page of faults has in a whole block of shots, and each event
/// then takes a fault and a shot at random; twice the same cancels. Faults of one response are one, their means
/// added. Pages are small enough for the fastest cache.
struct FaultTable {
  /// A fault, or the same fault in each of several rounds.
  struct Fault: Hashable {
    /// The bits or planes that it flips in the first of its rounds, each once.
    var flips: [UInt32]
  }

  /// Shots that are sampled together, from one stream of random numbers. Part of what a seed means: it must
  /// never change.
  static let shotsPerBlock = 256

  /// Faults that are alike in how they repeat.
  private struct Page {
    var firstPlace: Int
    var count: UInt64
    /// Rounds in which each fault may happen.
    var rounds: UInt64
    /// Events in a block.
    var events: PoissonTable
  }

  private var pages: [Page] = []
  private var places: [AliasTable.Place] = []
  /// Where each fault's flips begin, and where the last one's end.
  private var starts: [UInt32] = [0]
  private var flips: [UInt32] = []
  /// What a fault flips a round later is numbered so much higher.
  private let roundStride: UInt32
  /// Events that a shot has on average.
  private(set) var eventsPerShot = 0.0
  /// What happens in every shot: bits that faults likelier than not flip, which then happen if the fault does not.
  private(set) var constant: [UInt32] = []

  private static let pageSize = 512

  /// - Parameter roundStride: by how much flips are numbered higher a round later.
  init(roundStride: Int = 0) { self.roundStride = UInt32(roundStride) }

  /// The mean number of events that make a fault happen with a probability of at most 1/2.
  ///
  /// A coin's would be infinite; with 20 it is fair to 2^-57.
  static func events(probability: Double) -> Double {
    min(20, -0.5 * log1p(-2 * min(probability, 0.5)))
  }

  /// Adds faults.
  ///
  /// - Parameters:
  ///   - faults: with the mean number of events of each, not negative.
  ///   - rounds: in how many rounds each may happen, independently.
  /// - Returns: false if there would be more events or flips than a table can hold.
  mutating func add(_ faults: [(fault: Fault, events: Double)], rounds: Int = 1) -> Bool {
    let faults = faults.filter { $0.events > 0 && !$0.fault.flips.isEmpty }
    guard rounds > 0 else { return true }
    for first in stride(from: 0, to: faults.count, by: Self.pageSize) {
      let page = faults[first..<min(first + Self.pageSize, faults.count)]
      let weights = page.map(\.events)
      let mean = weights.reduce(0, +) * Double(rounds)
      guard mean * Double(Self.shotsPerBlock) <= PoissonTable.maxMean else { return false }
      pages.append(
        Page(
          firstPlace: places.count, count: UInt64(page.count), rounds: UInt64(rounds),
          events: PoissonTable(mean: mean * Double(Self.shotsPerBlock))))
      eventsPerShot += mean
      let base = UInt32(places.count)
      places += AliasTable.places(weights[...]).map { .init(threshold: $0.threshold, other: $0.other + base) }
      for (fault, _) in page {
        flips += fault.flips
        guard let end = UInt32(exactly: flips.count) else { return false }
        starts.append(end)
      }
    }
    return true
  }

  /// Adds bits that are flipped in every shot.
  mutating func flipAlways(_ bits: [UInt32]) { constant = (constant + bits).oddMembers }

  /// Samples a block: calls `flip` for each bit that an event flips in a shot below `shotsPerBlock`. The same
  /// bit may come again, and cancels then.
  @inline(__always)
  func sample(seed: UInt64, block: UInt64, flip: (_ bit: UInt32, _ shot: Int) -> Void) {
    var random = RandomStream(seed: seed, block: block)
    places.withUnsafeBufferPointer { places in
      starts.withUnsafeBufferPointer { starts in
        flips.withUnsafeBufferPointer { flips in
          for page in pages {
            var left = page.events.draw(random.next())
            while left > 0 {
              left &-= 1
              let (place, rest) = page.count.multipliedFullWidth(by: random.next())
              var fault = page.firstPlace &+ Int(truncatingIfNeeded: place)
              let chosen = places[fault]
              fault = rest < chosen.threshold ? fault : Int(chosen.other)
              let bits = random.next()
              let shot = Int(truncatingIfNeeded: bits & UInt64(Self.shotsPerBlock &- 1))
              let round = UInt32(truncatingIfNeeded: ((bits >> 32) &* page.rounds) >> 32)
              let shift = round &* roundStride
              var index = Int(starts[fault])
              let end = Int(starts[fault &+ 1])
              while index < end {
                flip(flips[index] &+ shift, shot)
                index &+= 1
              }
            }
          }
        }
      }
    }
  }
}

extension Array where Element: Comparable {
  /// One of each element that occurs an odd number of times, ascending.
  var oddMembers: [Element] {
    var members = self
    members.keepOddMembers()
    return members
  }
}
