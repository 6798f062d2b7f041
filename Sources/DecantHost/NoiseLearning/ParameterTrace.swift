/// Finds out which parameters of a circuit's noise each mechanism's rate comes from, by watching error analysis.
struct ParameterTrace {
  private let structure: NoiseStructure
  private var formNumbers: [ParametricRates.Form: Int32] = [:]
  private var terms: [[Int32: Double]]
  /// By gate and arguments, the parameters that these are.
  private var parameters: [String: [Int]] = [:]
  private let parameter: (Double) -> Int?
  private var names: [String]
  private var values: [Double]
  private var limits: [Double]

  /// A circuit's noise in parameters.
  struct Result: Sendable {
    let rates: ParametricRates
    /// The parameters' values in the circuit.
    let values: [Double]
    /// By an operation's text without its targets, which parameters its arguments are.
    let places: [String: [Int]]
  }

  /// The 25 parameters of a surface code's noise.
  ///
  /// - Parameter structure: of the same experiment, with noise that makes all mechanisms possible.
  static func surface(_ memory: SurfaceCodeMemory, _ structure: NoiseStructure) throws -> Result {
    // Values by which a parameter is known wherever the circuit has it.
    let values = (0..<NoiseParameters.names.count).map { 1e-3 + 1e-5 * Double($0) }
    let marked = try SurfaceCodeMemory(
      distance: memory.lattice.distance, rounds: memory.rounds, basis: memory.basis,
      orientation: memory.lattice.orientation, noise: .parameters(NoiseParameters(values: values)))
    var trace = ParameterTrace(structure, names: NoiseParameters.names, values: values) { value in
      values.firstIndex(of: value)
    }
    return try trace.run(marked.circuit(), source: structure.source)
  }

  /// The numbers that stand in any circuit: each argument of each kind of operation, wherever it is the same.
  static func circuit(_ circuit: Circuit, _ structure: NoiseStructure) throws -> Result {
    var trace = ParameterTrace(structure, names: [], values: []) { _ in nil }
    return try trace.run(circuit, source: structure.source)
  }

  private init(
    _ structure: NoiseStructure, names: [String], values: [Double], parameter: @escaping (Double) -> Int?
  ) {
    self.structure = structure
    terms = Array(repeating: [:], count: structure.count)
    self.names = names
    self.values = values
    self.parameter = parameter
    limits = Array(repeating: 0.45, count: names.count)
  }

  private mutating func run(_ circuit: Circuit, source: String) throws -> Result {
    var places: [(Circuit.Operation, [[ErrorTarget]])] = []
    var analyzer = ErrorAnalyzer(totals: circuit.totals, source: source) { operation, basis in
      let named = Circuit.Operation(gate: operation.gate, arguments: operation.arguments, targets: [])
      places.append((named, basis))
    }
    try analyzer.analyze(circuit)
    for (operation, basis) in places { add(operation, basis) }
    let forms = formNumbers.sorted { $0.value < $1.value }.map(\.key)
    let terms = terms.map { terms in
      terms.sorted { $0.key < $1.key }.map { ParametricRates.Term(form: $0.key, factor: $0.value) }
    }
    let rates = ParametricRates(names: names, forms: forms, terms: terms, limits: limits)
    return Result(rates: rates, values: values, places: parameters)
  }

  private mutating func add(_ operation: Circuit.Operation, _ basis: [[ErrorTarget]]) {
    let numbers = numbers(operation)
    var products: [[ErrorTarget]] = [[]]
    for error in basis {
      products += products.map { product in
        var product = product
        product.formSymmetricDifference(error)
        return product
      }
    }
    switch operation.gate {
    case .depolarize1:
      for product in products.dropFirst() { add([numbers[0]: 2.0 / 3], 0.5, product) }
    case .depolarize2:
      for product in products.dropFirst() { add([numbers[0]: 8.0 / 15], 0.125, product) }
    case .pauliChannel1:
      let (p, q) = (operation.arguments, numbers)
      guard IndependentErrors.channel1(x: p[0], y: p[1], z: p[2]) != nil else {
        return addExclusive([q[0], q[2], q[1]], products)
      }
      // Products 1, 2 and 3 are X, Z and Y.
      for (product, own) in [(1, 0), (2, 2), (3, 1)] {
        let others = (0..<3).filter { $0 != own }
        add([q[own]: 1, q[others[0]]: 1], 0.5, products[product])
        add([q[own]: 1, q[others[1]]: 1], 0.5, products[product])
        add([q[others[0]]: 1, q[others[1]]: 1], -0.5, products[product])
      }
    case .pauliChannel2:
      var ordered = [Int](repeating: 0, count: 15)
      for (index, number) in numbers.enumerated() { ordered[ErrorAnalyzer.product(index + 1) - 1] = number }
      addExclusive(ordered, products)
    default:
      add([numbers[0]: 1], 1, products[1])
    }
  }

  /// Products that exclude each other, of which those that flip the same are one.
  ///
  /// - Parameter numbers: the parameters of the products but the first.
  private mutating func addExclusive(_ numbers: [Int], _ products: [[ErrorTarget]]) {
    var forms: [[ErrorTarget]: ParametricRates.Form] = [:]
    for (number, product) in zip(numbers, products.dropFirst()) {
      forms[product, default: [:]][number, default: 0] += 1
    }
    for product in forms.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      add(forms[product]!, 1, product)
    }
  }

  private mutating func add(_ form: ParametricRates.Form, _ factor: Double, _ product: [ErrorTarget]) {
    let detectors = product.compactMap(\.detector)
    guard let mechanism = structure.mechanism(flipping: detectors) else { return }
    let number = formNumbers[form, default: Int32(formNumbers.count)]
    formNumbers[form] = number
    terms[mechanism][number, default: 0] += factor
  }

  /// The parameters that an operation's arguments are.
  private mutating func numbers(_ operation: Circuit.Operation) -> [Int] {
    let key = operation.noiseName
    if let known = parameters[key] { return known }
    let several = operation.arguments.count > 1
    // Exclusive parameters may not sum to 1/2.
    let limit = 0.45 / Double(operation.gate == .pauliChannel2 ? 15 : several ? 3 : 1)
    let numbers = operation.arguments.enumerated().map { index, value in
      if let known = parameter(value) {
        limits[known] = min(limits[known], limit)
        return known
      }
      names.append(several ? "\(key)[\(index)]" : key)
      values.append(max(value, 1e-6))
      limits.append(limit)
      return names.count - 1
    }
    parameters[key] = numbers
    return numbers
  }
}

extension Circuit.Operation {
  /// Such as "DEPOLARIZE1(0.001)".
  fileprivate var noiseName: String {
    "\(gate.rawValue)(\(arguments.map(shortestDecimal).joined(separator: ", ")))"
  }
}

extension Circuit {
  /// The same circuit with other noise.
  ///
  /// - Parameter places: as in `ParameterTrace.Result`.
  func withNoise(_ parameters: [Double], places: [String: [Int]]) -> Circuit {
    var circuit = self
    circuit.steps = steps.map { step in
      switch step {
      case .repeatBlock(let count, let body):
        return .repeatBlock(count: count, body: body.withNoise(parameters, places: places))
      case .operation(var operation):
        guard let numbers = places[operation.noiseName] else { return step }
        operation.arguments = numbers.map { parameters[$0] }
        return .operation(operation)
      }
    }
    return circuit
  }
}
