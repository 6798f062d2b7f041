import Glibc

/// Parameters of noise, fitted to measured rates by weighted least squares (Levenberg and Marquardt).
///
/// They are fitted by their logarithms, and so stay above 0. What the rates say nothing about is held near where it
/// began by a wide prior. Rates that are too far off to be chance, as those around a qubit worse than all others,
/// count for less (Huber), so that they do not spoil what is said of the rest.
struct ParameterFit {
  let parameters: [Double]
  /// Covariances of the logarithms.
  let covariance: [[Double]]
  /// Fitted rates.
  let rates: [Double]

  /// Standard deviation of the prior of a logarithm: a factor of about 7.
  static let priorDeviation = 2.0
  /// In standard deviations, beyond which a rate counts for less.
  private static let outlier = 5.0

  /// - Parameters:
  ///   - start: above 0.
  ///   - variances: of the rates; infinite for those that were not measured.
  init(_ model: ParametricRates, to rates: [Double], variances: [Double], start: [Double]) {
    let prior = start.map { log($0) }
    var logarithms = prior
    var damping = 1e-3
    var system = Self.system(model, rates, variances, logarithms, prior)
    for _ in 0..<100 {
      var matrix = system.matrix
      for index in prior.indices { matrix[index][index] *= 1 + damping }
      guard let step = LinearSystem.solve(matrix, system.gradient) else { break }
      let next = logarithms.indices.map { index in
        min(logarithms[index] + max(-1.5, min(1.5, step[index])), log(model.limits[index]))
      }
      let tried = Self.system(model, rates, variances, next, prior)
      if tried.cost <= system.cost {
        let gain = system.cost - tried.cost
        logarithms = next
        system = tried
        damping = max(damping / 5, 1e-9)
        if gain <= 1e-9 * (1 + system.cost) { break }
      } else {
        damping *= 5
        if damping > 1e9 { break }
      }
    }
    parameters = logarithms.map { exp($0) }
    covariance = LinearSystem.inverse(system.matrix)
    self.rates = model.rates(parameters)
  }

  /// Standard deviations of the logarithms.
  var deviations: [Double] { covariance.indices.map { max(0, covariance[$0][$0]).squareRoot() } }

  /// Standard deviations of the fitted rates.
  func rateDeviations(_ model: ParametricRates) -> [Double] {
    var deviations = [Double](repeating: 0, count: rates.count)
    model.forEachGradient(parameters) { mechanism, slopes in
      let active = slopes.indices.filter { slopes[$0] != 0 }
      var variance = 0.0
      for row in active {
        for column in active {
          variance +=
            covariance[row][column] * slopes[row] * parameters[row] * slopes[column] * parameters[column]
        }
      }
      deviations[mechanism] = max(0, variance).squareRoot()
    }
    return deviations
  }

  private struct System {
    var cost: Double
    /// Half of the cost's second derivatives, and minus half of its first.
    var matrix: [[Double]]
    var gradient: [Double]
  }

  private static func system(
    _ model: ParametricRates, _ rates: [Double], _ variances: [Double], _ logarithms: [Double],
    _ prior: [Double]
  ) -> System {
    let parameters = logarithms.map { exp($0) }
    let fitted = model.rates(parameters)
    let count = parameters.count
    var matrix = [Double](repeating: 0, count: count * count)
    var gradient = [Double](repeating: 0, count: count)
    var cost = 0.0
    var active: [Int] = []
    model.forEachGradient(parameters) { mechanism, slopes in
      let variance = variances[mechanism]
      guard variance.isFinite else { return }
      let residual = rates[mechanism] - fitted[mechanism]
      let distance = abs(residual) / variance.squareRoot()
      let far = distance > outlier
      cost += far ? outlier * (2 * distance - outlier) : distance * distance
      let weight = (far ? outlier / distance : 1) / variance
      active.removeAll(keepingCapacity: true)
      for index in 0..<count where slopes[index] != 0 { active.append(index) }
      for row in active {
        let slope = slopes[row] * parameters[row] * weight
        gradient[row] += slope * residual
        for column in active { matrix[row * count + column] += slope * slopes[column] * parameters[column] }
      }
    }
    let certainty = 1 / (priorDeviation * priorDeviation)
    for index in 0..<count {
      let distance = prior[index] - logarithms[index]
      cost += certainty * distance * distance
      gradient[index] += certainty * distance
      matrix[index * count + index] += certainty
    }
    return System(
      cost: cost, matrix: (0..<count).map { Array(matrix[($0 * count)..<(($0 + 1) * count)]) },
      gradient: gradient)
  }
}

/// Symmetric systems of a few dozen equations, by Cholesky's decomposition.
enum LinearSystem {
  /// Nil if the matrix is not positive.
  static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    guard let factor = factor(matrix) else { return nil }
    var solution = right
    for row in right.indices {
      for column in 0..<row { solution[row] -= factor[row][column] * solution[column] }
      solution[row] /= factor[row][row]
    }
    for row in right.indices.reversed() {
      for column in (row + 1)..<max(row + 1, right.count) {
        solution[row] -= factor[column][row] * solution[column]
      }
      solution[row] /= factor[row][row]
    }
    return solution
  }

  /// Infinite if there is none.
  static func inverse(_ matrix: [[Double]]) -> [[Double]] {
    matrix.indices.map { index in
      var unit = [Double](repeating: 0, count: matrix.count)
      unit[index] = 1
      return solve(matrix, unit) ?? Array(repeating: .infinity, count: matrix.count)
    }
  }

  private static func factor(_ matrix: [[Double]]) -> [[Double]]? {
    var factor = matrix
    for row in matrix.indices {
      for column in 0...row {
        var sum = matrix[row][column]
        for index in 0..<column { sum -= factor[row][index] * factor[column][index] }
        if row == column {
          guard sum > 0 else { return nil }
          factor[row][row] = sum.squareRoot()
        } else {
          factor[row][column] = sum / factor[column][column]
        }
      }
    }
    return factor
  }
}
