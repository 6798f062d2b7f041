/* decoder_calls.svh in C: unpack, call, pack. */
#include "../host/decoder.h"

#include "arguments.h"

static PLI_INT32 host_open(PLI_BYTE8 *data) {
  arguments a = arguments_here();
  (void)data;
  set_int(a.of[2], decoder_open(string_of(a.of[0]), (uint32_t)int_of(a.of[1])));
  return 0;
}

static PLI_INT32 host_push(PLI_BYTE8 *data) {
  arguments a = arguments_here();
  (void)data;
  uint8_t bytes[ROUND_BYTES];
  uint64_t work;
  bytes_of(a.of[3], bytes, ROUND_BYTES);
  set_int(a.of[5], decoder_push((uint32_t)int_of(a.of[0]), (uint32_t)int_of(a.of[1]), u64_of(a.of[2]), bytes,
                                (size_t)int_of(a.of[4]), &work));
  set_int(a.of[6], (int)work);
  return 0;
}

static PLI_INT32 host_pop(PLI_BYTE8 *data) {
  arguments a = arguments_here();
  (void)data;
  uint8_t bytes[FRAME_BYTES] = {0};
  uint64_t time = 0;
  set_int(a.of[1], (int)decoder_pop(bytes, FRAME_BYTES, &time));
  set_bytes(a.of[0], bytes, FRAME_BYTES);
  set_u64(a.of[2], time);
  return 0;
}

static PLI_INT32 host_digest(PLI_BYTE8 *data) {
  arguments a = arguments_here();
  (void)data;
  set_u64(a.of[0], decoder_digest());
  return 0;
}

static void add_all(void) {
  add_task("$host_open", host_open);
  add_task("$host_push", host_push);
  add_task("$host_pop", host_pop);
  add_task("$host_digest", host_digest);
}

void (*vlog_startup_routines[])(void) = {add_all, NULL};
