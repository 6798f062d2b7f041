/// Changes parameters against their gradient: Lion, or AdamW, both with decoupled weight decay.
///
/// Lion (Chen et al., 2023): w <- w (1 - rate decay) - rate sign(b1 m + (1 - b1) g), then m <- b2 m + (1 - b2) g.
/// AdamW (Loshchilov and Hutter, 2019): m and v are means of g and g² that are corrected for their beginning at zero;
/// w <- w (1 - rate decay) - rate m / (sqrt(v) + epsilon).
public struct Optimizer: Equatable, Sendable {
  public enum Method: String, CaseIterable, Sendable {
    case lion
    case adamw
  }

  public let method: Method
  public let beta1: Float
  public let beta2: Float
  public let weightDecay: Float
  static let epsilon: Float = 1e-8

  /// Updates so far.
  public internal(set) var updates = 0
  /// For each parameter; m, and for AdamW v after it.
  public internal(set) var moments: [[Float]]

  /// - Parameters:
  ///   - count: of parameters.
  ///   - beta1, beta2: nil for those published: 0.9 and 0.95 for Lion, 0.9 and 0.999 for AdamW.
  public init(
    _ method: Method, count: Int, beta1: Float? = nil, beta2: Float? = nil, weightDecay: Float = 1e-7
  ) {
    self.method = method
    self.beta1 = beta1 ?? 0.9
    self.beta2 = beta2 ?? (method == .lion ? 0.95 : 0.999)
    self.weightDecay = weightDecay
    moments = Array(repeating: Array(repeating: 0, count: count), count: method == .lion ? 1 : 2)
  }

  /// - Parameters:
  ///   - parameters: as many as `count`, as is their gradient, which must be finite.
  ///   - rate: the learning rate of this update.
  public mutating func update(_ parameters: inout [Float], gradient: [Float], rate: Float) {
    precondition(
      parameters.count == moments[0].count && gradient.count == parameters.count,
      "there must be a gradient for every parameter")
    updates += 1
    let kept = 1 - rate * weightDecay
    switch method {
    case .lion:
      for index in parameters.indices {
        let (m, g) = (moments[0][index], gradient[index])
        let direction = beta1 * m + (1 - beta1) * g
        let sign: Float = direction > 0 ? 1 : direction < 0 ? -1 : 0
        parameters[index] = kept * parameters[index] - rate * sign
        moments[0][index] = beta2 * m + (1 - beta2) * g
      }
    case .adamw:
      let first = 1 - Self.power(beta1, updates)
      let second = 1 - Self.power(beta2, updates)
      for index in parameters.indices {
        let g = gradient[index]
        let m = beta1 * moments[0][index] + (1 - beta1) * g
        let v = beta2 * moments[1][index] + (1 - beta2) * g * g
        moments[0][index] = m
        moments[1][index] = v
        let step = m / first / ((v / second).squareRoot() + Self.epsilon)
        parameters[index] = kept * parameters[index] - rate * step
      }
    }
  }

  /// By squaring, so that it is the same on every machine.
  private static func power(_ base: Float, _ exponent: Int) -> Float {
    var result: Double = 1
    var square = Double(base)
    var left = exponent
    while left > 0 {
      if left & 1 == 1 { result *= square }
      square *= square
      left >>= 1
    }
    return Float(result)
  }
}

/// Limits how far one unlucky batch can throw the parameters.
public enum GradientClipping {
  /// The gradient's length (L2 norm).
  public static func norm(_ gradient: [Float]) -> Double {
    gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  /// Shortens a gradient to at most `limit`. Gives its length before.
  public static func clip(_ gradient: inout [Float], to limit: Double) -> Double {
    let length = norm(gradient)
    guard length > limit else { return length }
    let scale = Float(limit / length)
    for index in gradient.indices { gradient[index] *= scale }
    return length
  }
}
