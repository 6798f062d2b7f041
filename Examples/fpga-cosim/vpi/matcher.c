/* matcher_calls.svh in C: unpack, call, pack. */
#include "../host/matcher.h"

#include "arguments.h"

static PLI_INT32 host_matcher(PLI_BYTE8 *data) {
  arguments a = arguments_here();
  (void)data;
  set_int(a.of[1], matcher_open(string_of(a.of[0])));
  return 0;
}

static PLI_INT32 host_detectors(PLI_BYTE8 *data) {
  arguments a = arguments_here();
  (void)data;
  uint8_t bytes[ROUND_BYTES];
  bytes_of(a.of[0], bytes, ROUND_BYTES);
  matcher_detectors(bytes, int_of(a.of[1]));
  return 0;
}

static PLI_INT32 host_change(PLI_BYTE8 *data) {
  arguments a = arguments_here();
  (void)data;
  matcher_change((uint32_t)int_of(a.of[0]), (uint32_t)int_of(a.of[1]), int_of(a.of[2]));
  return 0;
}

static PLI_INT32 host_match(PLI_BYTE8 *data) {
  arguments a = arguments_here();
  (void)data;
  decant_report report = {.struct_size = sizeof report};
  uint8_t flips;
  uint64_t digest = 0;
  set_int(a.of[0], matcher_match(&flips, &report, &digest));
  set_int(a.of[1], flips);
  set_u64(a.of[2], (uint64_t)report.weight);
  set_int(a.of[3], (int)report.work);
  set_u64(a.of[4], digest);
  return 0;
}

static void add_all(void) {
  add_task("$host_matcher", host_matcher);
  add_task("$host_detectors", host_detectors);
  add_task("$host_change", host_change);
  add_task("$host_match", host_match);
}

void (*vlog_startup_routines[])(void) = {add_all, NULL};
