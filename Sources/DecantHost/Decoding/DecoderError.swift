import CDecant

/// Why an image could not be loaded, or a shot not decoded.
public struct DecoderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What the library said.
  public let status: decant_status
  /// The shot at fault, counted from the start of its batch.
  public let shot: Int?
  /// What is wrong and what to do about it, in sentences.
  public let description: String

  init(status: decant_status, shot: Int? = nil, _ description: String) {
    self.status = status
    self.shot = shot
    self.description = description
  }

  /// image: what messages call it.
  static func loading(_ image: String, _ status: decant_status) -> DecoderError {
    switch status {
    case decant_status(DECANT_BAD_IMAGE):
      DecoderError(
        status: status, "\(image): is not a decoder image, or is damaged. Make it again with decant compile.")
    case decant_status(DECANT_UNSUPPORTED):
      DecoderError(
        status: status,
        "\(image): needs a newer Decant than \(libraryVersion). "
          + "Update Decant, or make the image again with this decant compile.")
    default: unexpected(image, status)
    }
  }

  static func uncorrelated(_ image: String) -> DecoderError {
    DecoderError(
      status: decant_status(DECANT_UNSUPPORTED),
      "\(image): holds no correlations. Make it again with decant compile --correlated, "
        + "or decode without correlations.")
  }

  static func withoutNetwork(_ image: String) -> DecoderError {
    DecoderError(
      status: decant_status(DECANT_UNSUPPORTED),
      "\(image): holds no event network or grid network. Make it again with decant compile --model event, or decode without."
    )
  }

  static func notStream(_ image: String) -> DecoderError {
    DecoderError(
      status: decant_status(DECANT_UNSUPPORTED),
      "\(image): is for whole shots, which have no windows. Make it again with decant compile --stream, or leave the "
        + "window out.")
  }

  static func length(_ image: String, _ stream: decant_stream_info, _ detectors: Int) -> DecoderError {
    DecoderError(
      status: decant_status(DECANT_BAD_ARGUMENT),
      "\(image): shots of \(detectors) detectors are not \(stream.shortest) rounds or more of \(stream.first_detectors), "
        + "then \(stream.round_detectors) each, then \(stream.last_detectors) detectors, as its stream has them."
    )
  }

  static func tooShort(_ image: String, _ stream: decant_stream_info) -> DecoderError {
    DecoderError(
      status: decant_status(DECANT_BAD_ARGUMENT),
      "\(image): experiments of its stream have \(stream.shortest) rounds or more.")
  }

  /// The sentence about a shot that cannot be explained, to which the caller adds where the shot came from.
  static func decoding(_ image: String, _ status: decant_status, shot: Int) -> DecoderError {
    guard status == decant_status(DECANT_IMPOSSIBLE) else { return unexpected(image, status) }
    return DecoderError(
      status: status, shot: shot,
      "no set of errors explains its detection events: an odd number of them lies in a part of the graph "
        + "that has no boundary. Check that the shots belong to \(image).")
  }

  static func outOfMemory(_ image: String, _ bytes: UInt64) -> DecoderError {
    DecoderError(
      status: decant_status(DECANT_BUFFER_TOO_SMALL),
      "\(image): needs \(bytes) bytes of memory, which this machine does not give. Close other programs.")
  }

  private static func unexpected(_ image: String, _ status: decant_status) -> DecoderError {
    let name = String(cString: decant_status_name(status))
    return DecoderError(
      status: status, "\(image): the library answered \(name). This should not happen; please report it.")
  }

  /// The linked library's version, such as "0.1.0".
  static var libraryVersion: String { String(cString: decant_version_string()) }
}
