#define _GNU_SOURCE
#include "decoder_loop.h"

#include "host.h"
#include "realtime.h"

#include <stdlib.h>
#include <unistd.h>

/* The experiment is over, and its Pauli frame is the answer. */
static void complete(decoder_loop *l) {
  uint64_t place = l->experiment % l->experiments;
  uint8_t *answer = l->answers + place * l->observables_size;
  if (l->answered[place] && memcmp(answer, l->frame.flips, l->observables_size) != 0) l->unlike++;
  memcpy(answer, l->frame.flips, l->observables_size);
  l->answered[place] = 1;
  l->complete++;
  l->inside = false;
}

/* Takes all frames that wait. */
static void take_frames(decoder_loop *l) {
  decant_frame frame = {.struct_size = sizeof frame};
  uint8_t flips[PAULI_FRAME_BYTES];
  while (decant_stream_pop(l->decoder, &frame, flips, sizeof flips) == DECANT_OK) {
    pauli_frame_apply(&l->frame, flips, l->observables_size);
    uint64_t now = nanoseconds_now(), reaction = now > frame.timestamp ? now - frame.timestamp : 0;
    histogram_add(&l->reaction, reaction);
    l->frames++;
    l->truncated += (frame.flags & DECANT_FRAME_TRUNCATED) != 0;
    l->late += l->deadline != 0 && reaction > l->deadline;
    if (frame.work > l->work) l->work = frame.work;
    l->digest = frame.digest;
    if (frame.flags & DECANT_FRAME_FINAL) complete(l);
  }
}

/* The experiment is worth nothing any more; the decoder waits for the first round of another. */
static void give_up(decoder_loop *l) {
  decant_decoder_reset(l->decoder);
  l->lost++;
  l->inside = false;
}

/* Whether the round belongs to an experiment of which none is missing so far. A sequence number alone does not tell
 * when a whole experiment's worth of rounds is missing. */
static bool belongs(decoder_loop *l, const round_slot *slot) {
  if (l->inside && slot->experiment != l->experiment) give_up(l);
  if (!l->inside && slot->sequence == 0) {
    l->inside = true;
    l->experiment = slot->experiment;
    pauli_frame_clear(&l->frame);
  }
  return l->inside;
}

static void take_round(decoder_loop *l, const round_slot *slot) {
  if (!belongs(l, slot)) {
    l->skipped++;
    return;
  }
  decant_round round = {.struct_size = sizeof round,
                        .flags = slot->last ? DECANT_ROUND_LAST : 0,
                        .sequence = slot->sequence,
                        .timestamp = slot->due};
  uint64_t start = nanoseconds_now();
  decant_status status = decant_stream_push(l->decoder, &round, slot->bits, slot->size);
  if (status == DECANT_FULL) {
    l->full++;
    take_frames(l);
    status = decant_stream_push(l->decoder, &round, slot->bits, slot->size);
  }
  if (status < 0) { /* DECANT_ROUND_LOST, and nothing else that this host can bring about */
    give_up(l);
    l->skipped++;
    return;
  }
  l->rounds++;
  if (status != DECANT_PENDING) {
    if (!l->options->pop_late || slot->last) take_frames(l);
    uint64_t waiting = ring_waiting(l->ring) - 1;
    if (waiting > l->most_waiting) l->most_waiting = waiting;
  }
  histogram_add(&l->push, nanoseconds_now() - start);
}

static void misbehave(const decoder_loop *l) {
  void *(*volatile allocate)(size_t) = malloc;
  if (l->options->break_call) (void)getppid();
  if (l->options->break_heap) (void)allocate(1);
}

void *decoder_loop_run(void *context) {
  decoder_loop *l = context;
  realtime_thread("the decoder", l->options->decoder_core, l->options->priority);
  if (l->options->seccomp) realtime_confine();
  atomic_store_explicit(l->ready, true, memory_order_release);
  for (;;) {
    const round_slot *slot = ring_front(l->ring);
    if (!slot) {
      relax();
      if (!ring_is_closed(l->ring)) continue;
      slot = ring_front(l->ring);
      if (!slot) break;
    }
    take_round(l, slot);
    ring_release(l->ring);
    if (l->rounds == 1) misbehave(l);
  }
  if (l->inside) give_up(l); /* its end was lost */
  if (l->options->seccomp) realtime_leave();
  return NULL;
}
