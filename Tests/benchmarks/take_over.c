/* take_over IMAGE... - what decant_decoder_take_over costs, of images of streams or of whole shots: bytes, and nanoseconds
 * as the median [quartiles] of 2001 calls between pushes; beside making the decoder that takes over, and a window without
 * events. See take_over.sh.
 */
#define PROGRAM "take_over"
#include "program.h"

enum { CALLS = 2001 };

static int64_t now(void) { return nanoseconds(CLOCK_MONOTONIC); }

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static int64_t sorted(int64_t *times, int count) {
  qsort(times, (size_t)count, sizeof *times, ascending);
  return times[count / 2];
}

int main(int argc, char **argv) {
  if (argc < 2) fail("usage: take_over IMAGE...");
  for (int k = 1; k < argc; k++) {
    size_t size;
    const unsigned char *image = read_file(argv[k], &size);
    decant_requirements needs = {.struct_size = sizeof needs};
    check(decant_decoder_measure(image, size, NULL, &needs));
    decant_stream_info info = {.struct_size = sizeof info};
    int is_stream = decant_stream_inspect(image, size, &info) == DECANT_OK;
    decant_decoder *decoders[2];
    int64_t making[5], times[CALLS], pushes[CALLS];
    for (int n = 0; n < 5; n++) {
      void *workspace = aligned_block(needs.workspace_size);
      int64_t start = now();
      check(decant_decoder_init(workspace, needs.workspace_size, image, size, NULL, &decoders[n % 2]));
      making[n] = now() - start;
    }
    unsigned char observables[64];
    if (needs.observables_size > sizeof observables) fail("too many observables");
    int windows = 0;
    for (int n = 0; n < CALLS; n++) {
      decant_decoder *from = decoders[n % 2], *to = decoders[1 - n % 2];
      if (is_stream) {
        decant_round round = {.struct_size = sizeof round, .sequence = (uint64_t)n};
        uint32_t count = n == 0 ? info.first_detectors : info.round_detectors;
        int64_t start = now();
        decant_status status = decant_stream_push(from, &round, NULL, (count + 7) / 8);
        int64_t taken = now() - start;
        check(status);
        if (status == DECANT_OK) {
          pushes[windows++] = taken;
          check(decant_stream_pop(from, NULL, observables, sizeof observables));
        }
      }
      int64_t start = now();
      check(decant_decoder_take_over(to, from));
      times[n] = now() - start;
    }
    int64_t median = sorted(times, CALLS);
    printf("%-24s %6" PRIu64 " bytes carried of %8" PRIu64 ", %5" PRId64 " [%" PRId64 ", %" PRId64 "] ns; making %8.3f ms",
           argv[k], needs.carried_size, needs.workspace_size, median, times[CALLS / 4], times[3 * CALLS / 4],
           1e-6 * (double)sorted(making, 5));
    if (windows > 0) printf("; a window without events %" PRId64 " ns", sorted(pushes, windows));
    printf("\n");
  }
  return 0;
}
