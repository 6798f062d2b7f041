/// Distinct sets of observables, each stored once.
///
/// Hundreds of thousands of edges share a handful of sets: an edge holds a number instead. Set 0 is the empty
/// set.
public struct ObservableSets: Sendable {
  private var starts: [Int] = [0, 0]
  private var members: [UInt32] = []
  private var singles: [UInt32: UInt32] = [:]
  private var others: [[UInt32]: UInt32] = [:]

  public init() {}

  public var count: Int { starts.count - 1 }

  /// The observables of a set, ascending.
  ///
  /// - Parameter set: below `count`.
  public subscript(set: Int) -> ArraySlice<UInt32> { members[starts[set]..<starts[set + 1]] }

  /// The number of a set, which is added if it is new.
  ///
  /// - Parameter observables: ascending, without repetitions.
  mutating func number(of observables: some Collection<UInt32>) -> UInt32 {
    guard let first = observables.first else { return 0 }
    if observables.count == 1 {
      if let known = singles[first] { return known }
      let new = append(observables)
      singles[first] = new
      return new
    }
    let key = Array(observables)
    if let known = others[key] { return known }
    let new = append(observables)
    others[key] = new
    return new
  }

  private mutating func append(_ observables: some Collection<UInt32>) -> UInt32 {
    members += observables
    starts.append(members.count)
    return UInt32(starts.count - 2)
  }
}
