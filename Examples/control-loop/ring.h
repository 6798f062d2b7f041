/* ring.h - rounds from one thread to another, without a lock: one producer, one consumer.
 *
 * Each side writes one index and reads the other's. The producer fills a slot and then releases `written`; whoever
 * acquires `written` sees the slot. `taken` goes the other way, so that no slot is filled that is still read. Each
 * side keeps what it last saw of the other's index, and looks again only when that says there is nothing to do; so the
 * lines of cache do not go back and forth with every round.
 */
#ifndef RING_H
#define RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROUND_BYTES = 96 }; /* 768 detectors a round: distance 27 */

typedef struct round_slot {
  uint64_t experiment; /* counted from the start */
  uint64_t sequence;   /* of the round in its experiment */
  uint64_t due;        /* nanoseconds: when it was to be written */
  uint32_t last;       /* whether it ends its experiment */
  uint32_t size;       /* bytes of bits */
  uint8_t bits[ROUND_BYTES];
} round_slot;

_Static_assert(sizeof(round_slot) == 128, "a slot is two lines of cache");

typedef struct ring {
  /* The consumer's line. */
  _Alignas(64) _Atomic uint64_t taken;
  uint64_t written_seen;
  /* The producer's line. */
  _Alignas(64) _Atomic uint64_t written;
  uint64_t taken_seen;
  _Atomic bool closed;
  /* Neither writes these. */
  _Alignas(64) round_slot *slots;
  uint64_t mask;
} ring;

/* slots: a power of two of them. */
static inline void ring_init(ring *r, round_slot *slots, uint64_t count) {
  atomic_init(&r->taken, 0);
  atomic_init(&r->written, 0);
  atomic_init(&r->closed, false);
  r->written_seen = r->taken_seen = 0;
  r->slots = slots;
  r->mask = count - 1;
}

/* Producer: the slot to fill, or NULL if the ring is full. */
static inline round_slot *ring_reserve(ring *r) {
  uint64_t written = atomic_load_explicit(&r->written, memory_order_relaxed);
  if (written - r->taken_seen > r->mask) {
    r->taken_seen = atomic_load_explicit(&r->taken, memory_order_acquire);
    if (written - r->taken_seen > r->mask) return NULL;
  }
  return &r->slots[written & r->mask];
}

/* Producer: the reserved slot is filled. */
static inline void ring_publish(ring *r) {
  uint64_t written = atomic_load_explicit(&r->written, memory_order_relaxed);
  atomic_store_explicit(&r->written, written + 1, memory_order_release);
}

/* Producer: nothing comes any more. */
static inline void ring_close(ring *r) { atomic_store_explicit(&r->closed, true, memory_order_release); }

/* Consumer: the oldest slot, or NULL if there is none now. */
static inline const round_slot *ring_front(ring *r) {
  uint64_t taken = atomic_load_explicit(&r->taken, memory_order_relaxed);
  if (taken == r->written_seen) {
    r->written_seen = atomic_load_explicit(&r->written, memory_order_acquire);
    if (taken == r->written_seen) return NULL;
  }
  return &r->slots[taken & r->mask];
}

/* Consumer: the oldest slot may be filled again. */
static inline void ring_release(ring *r) {
  uint64_t taken = atomic_load_explicit(&r->taken, memory_order_relaxed);
  atomic_store_explicit(&r->taken, taken + 1, memory_order_release);
}

/* Consumer: how many rounds wait, the oldest included. */
static inline uint64_t ring_waiting(ring *r) {
  return atomic_load_explicit(&r->written, memory_order_acquire) -
         atomic_load_explicit(&r->taken, memory_order_relaxed);
}

/* Consumer, when there is no slot: whether none will come. Look at the ring once more before believing it. */
static inline bool ring_is_closed(const ring *r) {
  return atomic_load_explicit(&r->closed, memory_order_acquire);
}

#endif
