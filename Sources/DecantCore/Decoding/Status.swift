import CDecant

/// The status codes of decant.h, as the type that functions return.
enum Status {
  static var ok: decant_status { decant_status(DECANT_OK) }
  static var pending: decant_status { decant_status(DECANT_PENDING) }
  static var full: decant_status { decant_status(DECANT_FULL) }
  static var empty: decant_status { decant_status(DECANT_EMPTY) }
  static var truncated: decant_status { decant_status(DECANT_TRUNCATED) }
  static var badArgument: decant_status { decant_status(DECANT_BAD_ARGUMENT) }
  static var bufferTooSmall: decant_status { decant_status(DECANT_BUFFER_TOO_SMALL) }
  static var misaligned: decant_status { decant_status(DECANT_MISALIGNED) }
  static var badABI: decant_status { decant_status(DECANT_BAD_ABI) }
  static var badImage: decant_status { decant_status(DECANT_BAD_IMAGE) }
  static var unsupported: decant_status { decant_status(DECANT_UNSUPPORTED) }
  static var badState: decant_status { decant_status(DECANT_BAD_STATE) }
  static var roundLost: decant_status { decant_status(DECANT_ROUND_LOST) }
  static var internalError: decant_status { decant_status(DECANT_INTERNAL) }
  static var impossible: decant_status { decant_status(DECANT_IMPOSSIBLE) }
}
