/* decoder_calls.svh in C: unpack, call, pack. */
#include "../host/decoder.h"

#include "bits.h"

void host_open(const char *image, int config_flags, int *status) {
  *status = decoder_open(image, (uint32_t)config_flags);
}

void host_push(int flags, int sequence, const svBitVecVal *timestamp, const svBitVecVal *round, int size, int *status,
               int *work) {
  uint8_t bytes[ROUND_BYTES];
  uint64_t units;
  bytes_of(round, bytes, ROUND_BYTES);
  *status = decoder_push((uint32_t)flags, (uint32_t)sequence, u64_of(timestamp), bytes, (size_t)size, &units);
  *work = (int)units;
}

void host_pop(svBitVecVal *frame, int *size, svBitVecVal *timestamp) {
  uint8_t bytes[FRAME_BYTES] = {0};
  uint64_t time = 0;
  *size = (int)decoder_pop(bytes, FRAME_BYTES, &time);
  set_bytes(frame, bytes, FRAME_BYTES);
  set_u64(timestamp, time);
}

void host_digest(svBitVecVal *digest) { set_u64(digest, decoder_digest()); }
