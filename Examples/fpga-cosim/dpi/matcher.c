/* matcher_calls.svh in C: unpack, call, pack. */
#include "../host/matcher.h"

#include "bits.h"

void host_matcher(const char *image, int *status) { *status = matcher_open(image); }

void host_detectors(const svBitVecVal *round, int count) {
  uint8_t bytes[ROUND_BYTES];
  bytes_of(round, bytes, ROUND_BYTES);
  matcher_detectors(bytes, count);
}

void host_change(int a, int b, int weight) { matcher_change((uint32_t)a, (uint32_t)b, weight); }

void host_match(int *status, int *observables, svBitVecVal *weight, int *work, svBitVecVal *digest) {
  decant_report report = {.struct_size = sizeof report};
  uint8_t flips;
  uint64_t hash = 0;
  *status = matcher_match(&flips, &report, &hash);
  *observables = flips;
  *work = (int)report.work;
  set_u64(weight, (uint64_t)report.weight);
  set_u64(digest, hash);
}
