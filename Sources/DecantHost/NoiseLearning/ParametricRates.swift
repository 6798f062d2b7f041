import Glibc

/// Rates of mechanisms as functions of a few parameters of noise, exactly as error analysis makes them.
///
/// Where a channel's Paulis exclude each other, those that flip the same happen with the sum u of their
/// probabilities, a rate of f(u) = -ln(1 - 2u); what several places contribute to a mechanism adds up in rates. So
/// each rate is a sum of f of a few linear forms of the parameters, times factors, and its gradient is exact. Channels
/// that analysis takes apart into independent errors are such sums as well, with factors of 1/2 and 1/8.
public struct ParametricRates: Sendable {
  /// Of the parameters.
  public let names: [String]
  /// Up to which all linear forms stay below 1/2.
  let limits: [Double]
  private let forms: [[(parameter: Int, coefficient: Double)]]
  private let starts: [Int32]
  private let terms: [Term]

  /// Coefficients of parameters.
  typealias Form = [Int: Double]

  struct Term: Sendable {
    let form: Int32
    var factor: Double
  }

  init(names: [String], forms: [Form], terms: [[Term]], limits: [Double]) {
    self.names = names
    // In one order, so that sums round alike every time.
    self.forms = forms.map { form in
      form.sorted { $0.key < $1.key }.map { (parameter: $0.key, coefficient: $0.value) }
    }
    self.limits = limits
    starts = terms.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    self.terms = Array(terms.joined())
  }

  /// Mechanisms.
  var count: Int { starts.count - 1 }

  func rates(_ parameters: [Double]) -> [Double] {
    let values = forms.map { -log1p(-2 * Self.value($0, parameters)) }
    return (0..<count).map { mechanism in
      var rate = 0.0
      for term in terms[Int(starts[mechanism])..<Int(starts[mechanism + 1])] {
        rate += term.factor * values[Int(term.form)]
      }
      // A channel that is no product of independent errors may leave a little less than nothing.
      return max(rate, 1e-12)
    }
  }

  /// Visits each mechanism with the derivatives of its rate.
  func forEachGradient(_ parameters: [Double], _ visit: (_ mechanism: Int, _ gradient: [Double]) -> Void) {
    let slopes = forms.map { 2 / (1 - 2 * Self.value($0, parameters)) }
    var gradient = [Double](repeating: 0, count: names.count)
    for mechanism in 0..<count {
      for index in gradient.indices { gradient[index] = 0 }
      for term in terms[Int(starts[mechanism])..<Int(starts[mechanism + 1])] {
        let slope = term.factor * slopes[Int(term.form)]
        for (parameter, coefficient) in forms[Int(term.form)] { gradient[parameter] += slope * coefficient }
      }
      visit(mechanism, gradient)
    }
  }

  private static func value(
    _ form: [(parameter: Int, coefficient: Double)], _ parameters: [Double]
  ) -> Double {
    min(0.49, form.reduce(0) { $0 + $1.coefficient * parameters[$1.parameter] })
  }
}
