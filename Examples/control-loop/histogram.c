#include "histogram.h"

#include <inttypes.h>
#include <stdio.h>

/* The largest duration of a bucket. */
static uint64_t upper(unsigned bucket) {
  if (bucket < HISTOGRAM_PARTS) return bucket;
  unsigned shift = bucket / HISTOGRAM_PARTS - 1;
  return ((uint64_t)(bucket % HISTOGRAM_PARTS + HISTOGRAM_PARTS + 1) << shift) - 1;
}

uint64_t histogram_quantile(const histogram *h, double share) {
  double rank = share * (double)h->count;
  uint64_t seen = 0;
  for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    seen += h->buckets[bucket];
    if (seen > 0 && (double)seen >= rank) return upper(bucket) < h->max ? upper(bucket) : h->max;
  }
  return h->max;
}

static void print_bar(uint64_t low, uint64_t high, uint64_t count, uint64_t most) {
  static const char bar[] = "########################################";
  int length = (int)((double)count / (double)most * (double)(sizeof bar - 1) + 0.5);
  printf("  %11" PRIu64 " to %11" PRIu64 " ns %12" PRIu64 " %.*s\n", low, high, count, length, bar);
}

void histogram_print(const histogram *h, const char *what) {
  printf("%-18s p50 %" PRIu64 "  p99 %" PRIu64 "  p99.9 %" PRIu64 "  max %" PRIu64 " ns, of %" PRIu64 "\n", what,
         histogram_quantile(h, 0.5), histogram_quantile(h, 0.99), histogram_quantile(h, 0.999), h->max, h->count);
  /* The first 16 buckets are single nanoseconds: too short for a clock to tell, so one bar. */
  uint64_t counts[HISTOGRAM_BUCKETS / HISTOGRAM_PARTS] = {0}, most = 1;
  unsigned last = 0;
  for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    counts[bucket / HISTOGRAM_PARTS] += h->buckets[bucket];
    if (h->buckets[bucket] != 0) last = bucket / HISTOGRAM_PARTS;
  }
  for (unsigned octave = 0; octave <= last; octave++)
    if (counts[octave] > most) most = counts[octave];
  unsigned first = 0;
  while (first < last && counts[first] == 0) first++;
  for (unsigned octave = first; octave <= last; octave++) {
    uint64_t low = octave == 0 ? 0 : (uint64_t)HISTOGRAM_PARTS << (octave - 1);
    print_bar(low, upper(octave * HISTOGRAM_PARTS + HISTOGRAM_PARTS - 1), counts[octave], most);
  }
}
