/* ring_test - the ring alone: its edges on one thread, then two threads under ThreadSanitizer, which sees a slot that is
 * read or filled without the order that the indices give. */
#include "../ring.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOLD(promise) \
  do { \
    if (!(promise)) { \
      fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #promise); \
      exit(1); \
    } \
  } while (0)

enum { SLOTS = 64, ROUNDS = 200000 };
static round_slot slots[SLOTS];
static ring shared;

static void fills_and_empties(void) {
  ring_init(&shared, slots, SLOTS);
  uint64_t written = 0, taken = 0;
  for (int lap = 0; lap < 5; lap++) {
    HOLD(ring_front(&shared) == NULL && ring_waiting(&shared) == 0);
    for (int k = 0; k < SLOTS; k++) {
      round_slot *slot = ring_reserve(&shared);
      HOLD(slot != NULL);
      slot->sequence = written++;
      HOLD(ring_waiting(&shared) == (uint64_t)k);
      ring_publish(&shared);
    }
    HOLD(ring_reserve(&shared) == NULL);
    for (int k = 0; k < SLOTS - lap; k++) {
      const round_slot *slot = ring_front(&shared);
      HOLD(slot != NULL && slot->sequence == taken++);
      ring_release(&shared);
    }
    for (int k = 0; k < lap; k++) ring_release(&shared), taken++; /* so that laps begin at other places */
  }
  HOLD(!ring_is_closed(&shared));
  ring_close(&shared);
  HOLD(ring_is_closed(&shared));
}

static void *produce(void *unused) {
  for (uint64_t n = 0; n < ROUNDS; n++) {
    round_slot *slot;
    while (!(slot = ring_reserve(&shared))) continue;
    slot->sequence = n;
    memset(slot->bits, (int)(n % 251), sizeof slot->bits);
    ring_publish(&shared);
  }
  ring_close(&shared);
  return unused;
}

static void passes_everything_on(void) {
  ring_init(&shared, slots, SLOTS);
  pthread_t producer;
  HOLD(pthread_create(&producer, NULL, produce, NULL) == 0);
  uint64_t n = 0;
  for (;;) {
    const round_slot *slot = ring_front(&shared);
    if (!slot) {
      if (!ring_is_closed(&shared)) continue;
      if (!(slot = ring_front(&shared))) break;
    }
    HOLD(slot->sequence == n);
    for (size_t k = 0; k < sizeof slot->bits; k++) HOLD(slot->bits[k] == n % 251);
    n++;
    ring_release(&shared);
  }
  HOLD(n == ROUNDS);
  pthread_join(producer, NULL);
}

int main(void) {
  fills_and_empties();
  passes_everything_on();
  printf("ring: %d rounds through %d slots\n", ROUNDS, SLOTS);
  return 0;
}
