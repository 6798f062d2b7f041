import CDecant

/// What a decant_host_surface asks for.
extension decant_host_surface {
  /// Whether a caller's struct is one that this version knows; the status to return otherwise.
  static func check(_ surface: UnsafePointer<decant_host_surface>) -> decant_status {
    let status = HostStruct.checkInput(
      surface, known: MemoryLayout<decant_host_surface>.size, reserved: 4 * MemoryLayout<UInt64>.size)
    guard status == decant_status(DECANT_OK) else { return status }
    return surface.pointee.reserved0 == 0 ? status : decant_status(DECANT_UNSUPPORTED)
  }

  /// Throws `FieldError`, `ExperimentError` or `NoiseError` for what is wrong.
  func memory() throws -> SurfaceCodeMemory {
    guard let basis = basis == 0x58 ? PauliBasis.x : basis == 0x5A ? .z : nil else {
      throw FieldError(description: "basis \(basis) is neither 'X' (88) nor 'Z' (90)")
    }
    guard orientation < Orientation.allCases.count else {
      throw FieldError(description: "orientation \(orientation) is not between 0 and 3")
    }
    return try SurfaceCodeMemory(
      distance: Int(distance), rounds: Int(rounds), basis: basis,
      orientation: Orientation.allCases[Int(orientation)], noise: try noise())
  }

  private func noise() throws -> MemoryNoise {
    switch Int(noise_kind) {
    case DECANT_HOST_NOISE_UNIFORM: return .parameters(try NoiseParameters(.uniform, p: p))
    case DECANT_HOST_NOISE_SI1000: return .parameters(try NoiseParameters(.si1000, p: p))
    case DECANT_HOST_NOISE_SCALAR:
      guard (0...0.75).contains(p) else { throw FieldError(description: "p \(p) is not between 0 and 0.75") }
      return .scalar(p)
    case DECANT_HOST_NOISE_PARAMETERS:
      guard let parameters else { throw FieldError(description: "parameters is NULL; give 25 numbers") }
      let values = Array(UnsafeBufferPointer(start: parameters, count: NoiseParameters.names.count))
      return .parameters(try NoiseParameters(values: values, source: "parameters"))
    default: throw FieldError(description: "noise_kind \(noise_kind) is unknown; give 0 to 3")
    }
  }

  /// Throws `FieldError` for labels that are none.
  func equivalence() throws -> LabelEquivalence {
    switch Int(labels) & ~DECANT_HOST_LABELS_TEACHER {
    case DECANT_HOST_LABELS_PLAIN: return .none
    case DECANT_HOST_LABELS_SPACELIKE: return .spacelike
    case DECANT_HOST_LABELS_FULL: return .full
    default: throw FieldError(description: "labels \(labels) is unknown; give a DECANT_HOST_LABELS_")
    }
  }

  var hasTeacher: Bool { Int(labels) & DECANT_HOST_LABELS_TEACHER != 0 }
}

/// A field of a struct that a caller filled in wrongly.
struct FieldError: Error, CustomStringConvertible {
  let description: String
}
