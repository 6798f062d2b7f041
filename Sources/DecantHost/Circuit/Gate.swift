/// The gates, channels and annotations that a circuit may hold: the part of Stim's language that memory
/// experiments are written in. Names are Stim's.
public enum Gate: String, CaseIterable, Sendable {
  case resetX = "RX"
  case resetY = "RY"
  case resetZ = "R"
  case measureX = "MX"
  case measureY = "MY"
  case measureZ = "M"
  case measureResetX = "MRX"
  case measureResetY = "MRY"
  case measureResetZ = "MR"

  case identity = "I"
  case x = "X"
  case y = "Y"
  case z = "Z"
  case hadamard = "H"
  case s = "S"
  case sDagger = "S_DAG"
  case sqrtX = "SQRT_X"
  case sqrtXDagger = "SQRT_X_DAG"
  case controlledX = "CX"
  case controlledY = "CY"
  case controlledZ = "CZ"
  case xControlledX = "XCX"
  case xControlledZ = "XCZ"
  case swap = "SWAP"

  case xError = "X_ERROR"
  case yError = "Y_ERROR"
  case zError = "Z_ERROR"
  case depolarize1 = "DEPOLARIZE1"
  case depolarize2 = "DEPOLARIZE2"
  case pauliChannel1 = "PAULI_CHANNEL_1"
  case pauliChannel2 = "PAULI_CHANNEL_2"

  case tick = "TICK"
  case qubitCoordinates = "QUBIT_COORDS"
  case shiftCoordinates = "SHIFT_COORDS"
  case detector = "DETECTOR"
  case observableInclude = "OBSERVABLE_INCLUDE"

  /// Whether each target is measured, and a bit recorded.
  public var measures: Bool {
    switch self {
    case .measureX, .measureY, .measureZ, .measureResetX, .measureResetY, .measureResetZ: true
    default: false
    }
  }

  /// Whether it takes its targets two by two.
  public var takesPairs: Bool {
    switch self {
    case .controlledX, .controlledY, .controlledZ, .xControlledX, .xControlledZ, .swap, .depolarize2,
      .pauliChannel2:
      true
    default: false
    }
  }

  public var isNoise: Bool {
    switch self {
    case .xError, .yError, .zError, .depolarize1, .depolarize2, .pauliChannel1, .pauliChannel2: true
    default: false
    }
  }

  /// Whether its targets are qubits, rather than none or measurements.
  public var actsOnQubits: Bool {
    switch self {
    case .tick, .shiftCoordinates, .detector, .observableInclude: false
    default: true
    }
  }
}
