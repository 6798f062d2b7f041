// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CDecant

// Chapter "Changing images" of decant.h.

@implementation @_cdecl("decant_decoder_take_over")
public func decant_decoder_take_over(_ decoder: OpaquePointer!, _ from: OpaquePointer!) -> decant_status {
  var heir = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  var origin = UnsafeMutablePointer<DecoderState>(bitPattern: 0)
  var status = findState(decoder, &heir)
  guard status == Status.ok else { return status }
  status = findState(from, &origin)
  guard status == Status.ok, let heir, let origin else { return status }
  guard heir != origin else { return Status.ok }
  let succession = Succession(heir: heir, origin: origin)
  guard succession.isPossible else { return Status.unsupported }
  guard !origin.pointee.unfinished.isThere else { return Status.pending }
  succession.take()
  return Status.ok
}
