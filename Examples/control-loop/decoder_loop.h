/* decoder_loop.h - the real-time part: takes rounds from the ring, pushes them, applies the frames that come out.
 *
 * Between a round and its frame there is no system call, no lock and no allocation. What is counted is counted in
 * memory of this thread alone, and printed when the experiment is over.
 */
#ifndef DECODER_LOOP_H
#define DECODER_LOOP_H

#include "histogram.h"
#include "options.h"
#include "pauli_frame.h"
#include "ring.h"

#include <decant.h>

typedef struct decoder_loop {
  ring *ring;
  decant_decoder *decoder;
  const options *options;
  uint64_t experiments;     /* in the recording; the answers of a repetition go where the first ones did */
  uint64_t deadline;        /* nanoseconds; 0 for none */
  size_t observables_size;
  uint8_t *answers;         /* observables_size bytes for each recorded experiment, */
  uint8_t *answered;        /* ... and whether they are there */
  _Atomic bool *ready;      /* set when this thread waits for rounds */

  /* The experiment that goes on. */
  bool inside;
  uint64_t experiment;
  pauli_frame frame;

  /* What became of them. */
  uint64_t rounds, skipped; /* pushed; left out because their experiment had lost one */
  uint64_t complete, lost;  /* experiments */
  uint64_t unlike;          /* experiments that were answered otherwise than in the repetition before */
  uint64_t frames, truncated, late;
  uint64_t full;            /* DECANT_FULL */
  uint64_t most_waiting;    /* rounds, seen behind each window */
  uint64_t work, digest;    /* of the longest window; behind the last */
  histogram push;           /* from before a push to behind its pop and the Pauli frame */
  histogram reaction;       /* from when the round was due that completed a window, to when its frame was applied */
} decoder_loop;

void *decoder_loop_run(void *loop);

#endif
