/* The decoder behind the port: one, in static memory, as in firmware. */
#include "decoder.h"

#include <stdio.h>
#include <string.h>

static _Alignas(64) uint8_t image[1 << 22], workspace[1 << 24];
static decant_decoder *decoder;
static size_t observables_size;
static uint64_t work_before;

decant_status decoder_open(const char *path, uint32_t config_flags) {
  FILE *file = fopen(path, "rb");
  size_t size = file ? fread(image, 1, sizeof image, file) : 0;
  if (file) fclose(file);
  decant_config config = {.struct_size = sizeof config, .flags = config_flags};
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_status status = decant_decoder_measure(image, size, &config, &needs);
  if (status == DECANT_OK && (needs.detectors_size > ROUND_BYTES || 9 + needs.observables_size > FRAME_BYTES))
    status = DECANT_BUFFER_TOO_SMALL;
  if (status == DECANT_OK)
    status = decant_decoder_init(workspace, sizeof workspace, image, size, &config, &decoder);
  if (status != DECANT_OK) fprintf(stderr, "%s: %s\n", path, decant_status_name(status));
  observables_size = needs.observables_size;
  return status;
}

static uint64_t total_work(void) {
  decant_stats stats = {.struct_size = sizeof stats};
  return decant_stats_read(decoder, &stats) == DECANT_OK ? stats.work : 0;
}

decant_status decoder_push(uint32_t flags, uint32_t sequence, uint64_t timestamp, const uint8_t *bits, size_t size,
                           uint64_t *work) {
  decant_round round = {
      .struct_size = sizeof round, .flags = flags, .sequence = sequence, .timestamp = timestamp};
  decant_status status = decant_stream_push(decoder, &round, bits, size);
  *work = 0;
  if (status == DECANT_OK || status == DECANT_TRUNCATED) {
    uint64_t total = total_work();
    *work = total - work_before;
    work_before = total;
  }
  return status;
}

static uint8_t *put_u32(uint8_t *to, uint64_t value) {
  for (int k = 0; k < 4; k++) *to++ = (uint8_t)(value >> 8 * k);
  return to;
}

size_t decoder_pop(uint8_t *bytes, size_t capacity, uint64_t *timestamp) {
  if (capacity < 9 + observables_size) return 0;
  decant_frame frame = {.struct_size = sizeof frame};
  if (decant_stream_pop(decoder, &frame, bytes + 9, observables_size) != DECANT_OK) return 0;
  uint8_t *next = put_u32(put_u32(bytes, frame.first_round), frame.last_round);
  *next = (uint8_t)frame.flags;
  *timestamp = frame.timestamp;
  return 9 + observables_size;
}

uint64_t decoder_digest(void) {
  uint64_t digest = 0;
  return decant_digest(decoder, &digest) == DECANT_OK ? digest : 0;
}
