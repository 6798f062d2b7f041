/* producer.h - the quantum computer's place: writes a round into the ring whenever one is due.
 *
 * Rounds are due at fixed times from the start, whatever became of those before: a machine does not wait for its
 * decoder. So if the operating system takes this thread away for a while, what was due comes late and all at once, and
 * `late` tells by how much at worst.
 */
#ifndef PRODUCER_H
#define PRODUCER_H

#include "options.h"
#include "recording.h"
#include "ring.h"

typedef struct producer {
  ring *ring;
  const recording *recording;
  const options *options;
  _Atomic bool *go, *ready; /* set when the heap is closed, and when the decoder waits for rounds */
  /* What became of it. */
  uint64_t rounds; /* due */
  uint64_t lost;   /* of these, that found the ring full, or were lost on purpose */
  uint64_t full;   /* times that the ring was found full, until there was room again */
  uint64_t late;   /* nanoseconds */
  uint64_t took;   /* nanoseconds, from the first round to the last */
} producer;

void *producer_run(void *producer);

#endif
