import CDecant

/// The status codes of decant.h, as the type that functions return.
enum Status {
  static var ok: decant_status { decant_status(DECANT_OK) }
  static var truncated: decant_status { decant_status(DECANT_TRUNCATED) }
  static var badArgument: decant_status { decant_status(DECANT_BAD_ARGUMENT) }
  static var bufferTooSmall: decant_status { decant_status(DECANT_BUFFER_TOO_SMALL) }
  static var misaligned: decant_status { decant_status(DECANT_MISALIGNED) }
  static var badABI: decant_status { decant_status(DECANT_BAD_ABI) }
  static var badImage: decant_status { decant_status(DECANT_BAD_IMAGE) }
  static var unsupported: decant_status { decant_status(DECANT_UNSUPPORTED) }
  static var badState: decant_status { decant_status(DECANT_BAD_STATE) }
  static var internalError: decant_status { decant_status(DECANT_INTERNAL) }
  static var impossible: decant_status { decant_status(DECANT_IMPOSSIBLE) }
}
