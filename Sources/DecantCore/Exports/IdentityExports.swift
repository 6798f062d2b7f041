// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Identity" of decant.h.

@implementation @_cdecl("decant_version_number")
public func decant_version_number() -> UInt32 { UInt32(DECANT_VERSION_NUMBER) }

@implementation @_cdecl("decant_version_string")
public func decant_version_string() -> UnsafePointer<CChar>! { text("0.1.0") }

@implementation @_cdecl("decant_abi_version")
public func decant_abi_version() -> UInt32 { UInt32(DECANT_ABI_VERSION) }

@implementation @_cdecl("decant_status_name")
public func decant_status_name(_ status: decant_status) -> UnsafePointer<CChar>! {
  switch Int(status) {
  case DECANT_OK: text("DECANT_OK")
  case DECANT_PENDING: text("DECANT_PENDING")
  case DECANT_FULL: text("DECANT_FULL")
  case DECANT_EMPTY: text("DECANT_EMPTY")
  case DECANT_TRUNCATED: text("DECANT_TRUNCATED")
  case DECANT_BAD_ARGUMENT: text("DECANT_BAD_ARGUMENT")
  case DECANT_BUFFER_TOO_SMALL: text("DECANT_BUFFER_TOO_SMALL")
  case DECANT_MISALIGNED: text("DECANT_MISALIGNED")
  case DECANT_BAD_ABI: text("DECANT_BAD_ABI")
  case DECANT_BAD_IMAGE: text("DECANT_BAD_IMAGE")
  case DECANT_UNSUPPORTED: text("DECANT_UNSUPPORTED")
  case DECANT_BAD_STATE: text("DECANT_BAD_STATE")
  case DECANT_ROUND_LOST: text("DECANT_ROUND_LOST")
  case DECANT_INTERNAL: text("DECANT_INTERNAL")
  case DECANT_IMPOSSIBLE: text("DECANT_IMPOSSIBLE")
  default: text("DECANT_UNKNOWN_STATUS")
  }
}

/// The address of a string literal, which ends in a zero byte and lives as long as the program.
@inline(__always)
private func text(_ literal: StaticString) -> UnsafePointer<CChar> {
  UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
}
