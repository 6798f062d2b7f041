#define _GNU_SOURCE
#include "producer.h"

#include "host.h"
#include "realtime.h"

#include <string.h>

/* A slot of the ring, for a round that is due; NULL if the round is lost. */
static round_slot *slot_for_round(producer *p, bool *was_full) {
  round_slot *slot = ring_reserve(p->ring);
  if (!slot && !*was_full) p->full++;
  *was_full = !slot;
  while (!slot && p->options->wait) {
    relax();
    slot = ring_reserve(p->ring);
  }
  return slot;
}

void *producer_run(void *context) {
  producer *p = context;
  const recording *recording = p->recording;
  uint64_t period = p->options->period;
  bool was_full = false;
  /* Not yet at its priority, so that the thread that sets this can run. */
  while (!atomic_load_explicit(p->go, memory_order_acquire)) relax();
  realtime_thread("the producer", p->options->producer_core, p->options->priority);
  while (!atomic_load_explicit(p->ready, memory_order_acquire)) relax();

  uint64_t start = nanoseconds_now(), due = start, now = start;
  for (uint64_t pass = 0; pass < p->options->repeat; pass++) {
    for (uint64_t experiment = 0; experiment < recording->experiments; experiment++) {
      for (uint32_t round = 0; round < recording->rounds; round++) {
        if (period == 0) due = nanoseconds_now();
        while ((now = nanoseconds_now()) < due) relax();
        p->rounds++;
        bool dropped = p->options->lose != 0 && p->rounds % p->options->lose == 0;
        round_slot *slot = dropped ? NULL : slot_for_round(p, &was_full);
        if (slot) {
          slot->experiment = pass * recording->experiments + experiment;
          slot->sequence = round;
          slot->due = due;
          slot->last = round == recording->rounds - 1;
          slot->size = recording_size(recording, round);
          memcpy(slot->bits, recording_bits(recording, experiment, round), slot->size);
          ring_publish(p->ring);
        } else {
          p->lost++;
        }
        if (now - due > p->late) p->late = now - due;
        due += period;
      }
    }
  }
  p->took = now - start;
  ring_close(p->ring);
  return NULL;
}
