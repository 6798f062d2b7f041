/// Numbers for pairs of whole numbers, in the order in which they first come.
///
/// A model of a long experiment has millions of edges, and of pairs of these. A dictionary keeps them in no order, so that
/// each look at one waits for memory. Here the pairs of one first member are a chain, and stand near each other because
/// models name them near each other.
struct NumberedPairs {
  private struct Link {
    var first: UInt32
    var second: UInt32
    /// The number of the next in the chain, or `none`.
    var next: UInt32
  }
  /// By their numbers.
  private var links: [Link] = []
  /// For first members, where their chains begin, or `none`.
  private var heads: [UInt32] = []
  /// Numbers of pairs that are in no chain: of first members beyond reach, or with so many pairs that chains would be long.
  private var unchained: [UInt64: UInt32] = [:]

  private static let none = UInt32.max
  private static let longestChain = 32
  /// First members that get a chain whatever the number of pairs.
  private static let freeReach = 1 << 20

  var count: Int { links.count }

  /// - Parameter number: below `count`.
  subscript(number: Int) -> (first: UInt32, second: UInt32) { (links[number].first, links[number].second) }

  mutating func reserveCapacity(_ capacity: Int) { links.reserveCapacity(capacity) }

  /// The number of a pair, which is added if it is new.
  mutating func number(of first: UInt32, _ second: UInt32) -> (number: Int, isNew: Bool) {
    if Int(first) >= heads.count { extendHeads(to: Int(first)) }
    var steps = 0
    var number = Int(first) < heads.count ? heads[Int(first)] : Self.none
    while number != Self.none {
      let link = links[Int(number)]
      if link.second == second { return (Int(number), false) }
      number = link.next
      steps += 1
    }
    if !unchained.isEmpty, let number = unchained[Self.key(first, second)] { return (Int(number), false) }
    let new = UInt32(links.count)
    if Int(first) < heads.count, steps < Self.longestChain {
      links.append(Link(first: first, second: second, next: heads[Int(first)]))
      heads[Int(first)] = new
    } else {
      links.append(Link(first: first, second: second, next: Self.none))
      unchained[Self.key(first, second)] = new
    }
    return (Int(new), true)
  }

  /// Frees what only new pairs need, once all have come.
  mutating func finish() { (heads, unchained) = ([], [:]) }

  /// Gives a first member a chain, unless there would be far more chains than pairs.
  private mutating func extendHeads(to first: Int) {
    guard first < max(Self.freeReach, 16 * links.count) else { return }
    heads.append(contentsOf: repeatElement(Self.none, count: first + 1 - heads.count))
  }

  private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }
}
