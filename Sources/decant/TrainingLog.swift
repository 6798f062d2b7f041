import DecantHost
import Foundation

/// The course of a training as CSV for plotting, and as a line on standard error.
struct TrainingLog {
  /// A report.
  struct Entry {
    var step: Int
    var shots: Int
    /// Nats per shot, a mean over the steps since the last report.
    var loss: Double
    var learningRate: Double
    var gradientNorm: Double
    /// Since this run began, and what it came to per second since the last report, validations left out.
    var seconds: Double
    var shotsPerSecond: Double
    var gigaMultiplicationsPerSecond: Double
    var validation: Validation?
  }

  /// A network in front of matching, and matching alone, on the same held-out shots of both bases.
  struct Validation {
    var shots = 0
    var plainErrors = 0
    var networkErrors = 0
    /// Of the memory's basis, before and after.
    var density = 0.0
    var residualDensity = 0.0
  }

  /// What a step takes: shots, or detectors.
  private let unit: String
  private let path: String?
  private var lines: [String]

  private static func header(_ unit: String) -> String {
    "step,\(unit),loss,learning_rate,gradient_norm,seconds,\(unit)_per_second,gmac_per_second,"
      + "validation_shots,plain_errors,network_errors,density,residual_density"
  }

  /// step: how many steps are done; what an interrupted run reported beyond it is forgotten.
  init(path: String?, unit: String = "shots", resumingAt step: Int) {
    self.path = path
    self.unit = unit
    lines = [Self.header(unit)]
    guard step > 0, let path, let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
    lines += text.split(separator: "\n").map(String.init).filter { line in
      line.split(separator: ",").first.flatMap { Int($0) }.map { $0 <= step } ?? false
    }
  }

  mutating func add(_ entry: Entry) throws {
    var fields = [
      "\(entry.step)", "\(entry.shots)", Self.number(entry.loss, 6), Self.number(entry.learningRate, 8),
      Self.number(entry.gradientNorm, 4), Self.number(entry.seconds, 1), Self.number(entry.shotsPerSecond, 0),
      Self.number(entry.gigaMultiplicationsPerSecond, 2),
    ]
    if let validation = entry.validation {
      fields += [
        "\(validation.shots)", "\(validation.plainErrors)", "\(validation.networkErrors)",
        Self.number(validation.density, 6), Self.number(validation.residualDensity, 6),
      ]
    } else {
      fields += ["", "", "", "", ""]
    }
    lines.append(fields.joined(separator: ","))
    if let path { try AtomicFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path) }
    var line =
      "step \(entry.step)  \(entry.shots) \(unit)  loss \(Self.number(entry.loss, 3))  "
      + "\(Self.number(entry.shotsPerSecond, 0)) \(unit)/s  "
      + "\(Self.number(entry.gigaMultiplicationsPerSecond, 1)) GMAC/s"
    if let validation = entry.validation {
      line +=
        "  errors \(validation.networkErrors), plain \(validation.plainErrors) of \(validation.shots)  density "
        + "\(Self.number(validation.density, 5)) to \(Self.number(validation.residualDensity, 5))"
    }
    printError(line)
  }

  private static func number(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
}
