/* recording.h - recorded experiments, cut into the rounds that a machine would send.
 *
 * Stim's b8 packs a whole shot's detectors without regard to rounds; on a wire each round begins with a byte of its own.
 */
#ifndef RECORDING_H
#define RECORDING_H

#include <decant.h>

typedef struct recording {
  const uint8_t *bits;  /* rounds behind each other, `stride` bytes each */
  uint32_t stride;
  uint32_t rounds;      /* of an experiment */
  uint64_t experiments;
  uint32_t first_size, round_size, last_size; /* bytes of a round, by its place */
} recording;

/* Reads a file of shots with so many rounds of this stream into the arena. */
recording recording_read(const char *path, uint32_t rounds, const decant_stream_info *info);

static inline uint32_t recording_size(const recording *r, uint32_t round) {
  return round == 0 ? r->first_size : round == r->rounds - 1 ? r->last_size : r->round_size;
}

static inline const uint8_t *recording_bits(const recording *r, uint64_t experiment, uint32_t round) {
  return r->bits + (experiment * r->rounds + round) * r->stride;
}

#endif
