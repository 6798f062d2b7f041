#define _GNU_SOURCE
#include "recording.h"

#include "arena.h"
#include "host.h"
#include "ring.h"

recording recording_read(const char *path, uint32_t rounds, const decant_stream_info *info) {
  recording r = {.rounds = rounds,
                 .first_size = (info->first_detectors + 7) / 8,
                 .round_size = (info->round_detectors + 7) / 8,
                 .last_size = (info->last_detectors + 7) / 8};
  r.stride = r.round_size;
  if (r.first_size > r.stride) r.stride = r.first_size;
  if (r.last_size > r.stride) r.stride = r.last_size;
  if (r.stride > ROUND_BYTES) fail(path, "a round takes %u bytes, and ROUND_BYTES is %d", r.stride, ROUND_BYTES);
  if (rounds < info->shortest) fail(path, "experiments of this image have %u rounds or more", info->shortest);

  uint64_t detectors =
      info->first_detectors + (uint64_t)(rounds - 2) * info->round_detectors + info->last_detectors;
  uint64_t shot_size = (detectors + 7) / 8;
  size_t size;
  const unsigned char *shots = arena_read(path, &size);
  if (size == 0 || size % shot_size) fail(path, "is no number of shots of %u rounds", rounds);
  r.experiments = size / shot_size;

  uint8_t *bits = arena_take("the recorded rounds", r.experiments * rounds * r.stride);
  for (uint64_t experiment = 0; experiment < r.experiments; experiment++) {
    const unsigned char *shot = shots + experiment * shot_size;
    uint64_t from = 0;
    for (uint32_t round = 0; round < rounds; round++) {
      uint8_t *to = bits + (experiment * rounds + round) * r.stride;
      uint32_t count = round == 0            ? info->first_detectors
                       : round == rounds - 1 ? info->last_detectors
                                             : info->round_detectors;
      for (uint32_t k = 0; k < count; k++, from++)
        to[k / 8] |= (uint8_t)((shot[from / 8] >> from % 8 & 1) << k % 8);
    }
  }
  r.bits = bits;
  return r;
}
