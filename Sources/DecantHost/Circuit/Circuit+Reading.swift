/// Reading circuits, and what an operation must keep to.
extension Circuit {
  /// Reads a circuit.
  ///
  /// - Parameters:
  ///   - bytes: text in Stim's language.
  ///   - source: how errors name it, such as a path.
  /// - Throws: `CircuitError`, naming the line.
  public init(bytes: [UInt8], source: String) throws(CircuitError) {
    var reader = CircuitReader(source: source)
    self = try reader.read(bytes)
  }
}

extension Gate {
  /// From a name in capitals, Stim's other names included.
  init?(anyName name: String) {
    let aliases = [
      "RZ": "R", "MZ": "M", "MRZ": "MR", "H_XZ": "H", "SQRT_Z": "S", "SQRT_Z_DAG": "S_DAG", "CNOT": "CX",
      "ZCX": "CX", "ZCY": "CY", "ZCZ": "CZ",
    ]
    self.init(rawValue: aliases[name] ?? name)
  }
}

extension Circuit.Operation {
  /// What is wrong with its arguments or targets, a sentence without its full stop; nil if nothing is.
  var fault: String? {
    if gate.takesPairs {
      if targets.count % 2 != 0 {
        return "\(gate.rawValue) takes its targets two by two; this is an odd number"
      }
      for pair in stride(from: 0, to: targets.count, by: 2) where targets[pair] == targets[pair + 1] {
        return "\(gate.rawValue) is given qubit \(targets[pair]) twice in a pair; give two different ones"
      }
    }
    switch gate {
    case .tick where !targets.isEmpty, .shiftCoordinates where !targets.isEmpty:
      return "\(gate.rawValue) takes no targets"
    case .qubitCoordinates, .shiftCoordinates, .detector:
      return nil
    case .observableInclude:
      let most = Double(ErrorModelLimits.maxObservables)
      guard arguments.count == 1, (0..<most).contains(arguments[0]), arguments[0].rounded() == arguments[0]
      else {
        return "OBSERVABLE_INCLUDE takes one argument, the observable's number"
      }
      return nil
    default:
      return argumentFault
    }
  }

  private var argumentFault: String? {
    let counts: ClosedRange<Int> =
      switch gate {
      case .pauliChannel1: 3...3
      case .pauliChannel2: 15...15
      case let gate where gate.isNoise: 1...1
      case let gate where gate.measures: 0...1
      default: 0...0
      }
    guard counts.contains(arguments.count) else {
      let wanted =
        counts.lowerBound == counts.upperBound ? "\(counts.upperBound)" : "at most \(counts.upperBound)"
      return "\(gate.rawValue) takes \(wanted) arguments, not \(arguments.count)"
    }
    // Beyond this a qubit would be more mixed than fully.
    let most = gate == .depolarize1 ? 0.75 : gate == .depolarize2 ? 0.9375 : 1
    for argument in arguments where !(0...most).contains(argument) {
      return "probability \(argument) of \(gate.rawValue) is not between 0 and \(shortestDecimal(most))"
    }
    if arguments.reduce(0, +) > 1 + 1e-9 {
      return "the probabilities of \(gate.rawValue) exclude each other, but sum to more than 1"
    }
    return nil
  }
}
