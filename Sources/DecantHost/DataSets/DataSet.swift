import Glibc

/// Shots that were recorded with what is known of their experiment, in a directory.
public protocol DataSet: Sendable {
  /// What messages call it.
  var source: String { get }
  var facts: ExperimentFacts { get }
  var shots: Int { get }
  var detectors: Int { get }
  var observables: Int { get }

  /// Opens the shots. limit: how many to give at most.
  func open(limit: Int) throws -> RecordedShots
}

/// What a reader of a data set complains about, gathered so that all of it is told at once.
struct Complaints {
  private(set) var problems: [String] = []

  mutating func add(_ problem: String) { problems.append(problem) }
  mutating func add(_ more: [String]) { problems += more }

  /// Does what may fail; nil if it did.
  mutating func attempt<Value>(_ body: () throws(DataSetError) -> Value) -> Value? {
    do throws(DataSetError) {
      return try body()
    } catch {
      problems += error.problems
      return nil
    }
  }

  /// Throws what was gathered, if anything was.
  func check(_ source: String) throws(DataSetError) {
    guard problems.isEmpty else { throw DataSetError(source: source, problems: problems) }
  }
}

/// Values of a file of metadata, taken by their keys; complaints name file, key and value.
struct MetadataReader {
  let file: String
  /// As they stand in the file.
  let values: [String: JSONValue]
  var complaints = Complaints()

  /// A count from `least` on.
  mutating func count(_ key: String, from least: Int = 0) -> Int? {
    guard let value = values[key] else { return missing(key, "a whole number") }
    guard case .integer(let number) = value, number >= least, number <= Int(UInt32.max) else {
      complaints.add("\(file): \(key) is \(Self.shown(value)), not a whole number from \(least) on")
      return nil
    }
    return number
  }

  mutating func word<Value>(_ key: String, _ kinds: String, _ parse: (String) -> Value?) -> Value? {
    guard let value = values[key] else { return missing(key, kinds) }
    guard case .string(let text) = value, let parsed = parse(text) else {
      complaints.add("\(file): \(key) is \(Self.shown(value)), not \(kinds)")
      return nil
    }
    return parsed
  }

  /// A probability, nil also where the key is missing.
  mutating func probability(_ key: String) -> Double? {
    guard let value = values[key], value != .null else { return nil }
    let number: Double? =
      switch value {
      case .number(let number): number
      case .integer(let number): Double(number)
      default: nil
      }
    guard let number, (0...1).contains(number) else {
      complaints.add("\(file): \(key) is \(Self.shown(value)), not a number from 0 to 1")
      return nil
    }
    return number
  }

  /// What every surface-code recording says of its experiment.
  mutating func facts() -> ExperimentFacts {
    ExperimentFacts(
      distance: count("distance", from: 1), rounds: count("n_rounds", from: 1),
      basis: word("basis", "X or Z") { PauliBasis(rawValue: $0.uppercased()) },
      orientation: word("code_rotation", "XV, XH, ZV or ZH, or O1 to O4") { Orientation(name: $0) },
      noise: probability("p_error"))
  }

  /// Holds the number of detectors against the size of the code.
  mutating func check(detectors: Int?, _ facts: ExperimentFacts) {
    guard let detectors, let distance = facts.distance, let rounds = facts.rounds else { return }
    let largest = SurfaceCodeMemory.maxDistance
    guard distance >= 3, distance % 2 == 1, distance <= largest else {
      return complaints.add("\(file): distance is \(distance), not odd and between 3 and \(largest)")
    }
    let expected = rounds * (distance * distance - 1)
    if detectors > ShotBlock.maxBits {
      complaints.add(
        "\(file): num_detectors is \(detectors), but no more than \(ShotBlock.maxBits) are taken here")
    }
    if detectors != expected {
      complaints.add(
        "\(file): num_detectors is \(detectors), but \(rounds) rounds at distance \(distance) have "
          + "\(expected)")
    }
  }

  private mutating func missing<Value>(_ key: String, _ kinds: String) -> Value? {
    complaints.add("\(file): \(key) is missing; it is \(kinds)")
    return nil
  }

  static func shown(_ value: JSONValue) -> String {
    let line = value.line
    return line.count > 60 ? "\(line.prefix(57))..." : line
  }
}
