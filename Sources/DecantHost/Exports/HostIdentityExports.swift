// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Identity" of decant_host.h: both libraries are made together and tell the same.

@implementation @_cdecl("decant_host_version_number")
public func decant_host_version_number() -> UInt32 { UInt32(DECANT_VERSION_NUMBER) }

@implementation @_cdecl("decant_host_abi_version")
public func decant_host_abi_version() -> UInt32 { UInt32(DECANT_ABI_VERSION) }
