/* histogram.h - durations counted in buckets of fixed number: constant time and memory, nothing kept of each.
 *
 * Every power of two of nanoseconds has 16 buckets, so a quantile is at most 1/16 too high; the maximum is exact.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_PARTS = 16, HISTOGRAM_BUCKETS = 61 * HISTOGRAM_PARTS };

typedef struct histogram {
  uint64_t count, max;
  uint64_t buckets[HISTOGRAM_BUCKETS];
} histogram;

/* Counts a duration; no branch depends on it but the one for the smallest. */
static inline void histogram_add(histogram *h, uint64_t nanoseconds) {
  unsigned bucket = (unsigned)nanoseconds;
  if (nanoseconds >= HISTOGRAM_PARTS) {
    unsigned shift = 59u - (unsigned)__builtin_clzll(nanoseconds);
    bucket = shift * HISTOGRAM_PARTS + (unsigned)(nanoseconds >> shift);
  }
  h->buckets[bucket]++;
  h->count++;
  if (nanoseconds > h->max) h->max = nanoseconds;
}

/* The least duration that this share of those counted do not exceed, rounded up to the end of a bucket. */
uint64_t histogram_quantile(const histogram *h, double share);

/* Prints quantiles in a line and a bar for each power of two. */
void histogram_print(const histogram *h, const char *what);

#endif
