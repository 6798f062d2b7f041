/* latency IMAGE SHOTS.b8 PASSES - the time of decant_decode on each shot, the best of PASSES passes over all.
 *
 * Prints a histogram: "NANOSECONDS COUNT" lines, ascending. See latency.py.
 */
#define PROGRAM "latency"
#include "program.h"

static int64_t now(void) { return nanoseconds(CLOCK_MONOTONIC); }

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc != 4) fail("usage: latency IMAGE SHOTS.b8 PASSES");
  size_t image_size, shots_size;
  const unsigned char *image = read_file(argv[1], &image_size);
  const unsigned char *shots = read_file(argv[2], &shots_size);
  int passes = atoi(argv[3]);

  decant_requirements needs = {.struct_size = sizeof needs};
  check(decant_decoder_measure(image, image_size, NULL, &needs));
  void *workspace = aligned_block(needs.workspace_size);
  decant_decoder *decoder;
  check(decant_decoder_init(workspace, needs.workspace_size, image, image_size, NULL, &decoder));

  size_t stride = needs.detectors_size, count = stride ? shots_size / stride : 0;
  unsigned char *observables = aligned_block(needs.observables_size);
  int64_t *best = aligned_block(count * sizeof *best);
  for (size_t shot = 0; shot < count; shot++) best[shot] = INT64_MAX;
  for (int pass = 0; pass < passes; pass++) {
    for (size_t shot = 0; shot < count; shot++) {
      int64_t start = now();
      check(decant_decode(decoder, shots + shot * stride, stride, observables, needs.observables_size, NULL));
      int64_t taken = now() - start;
      if (taken < best[shot]) best[shot] = taken;
    }
  }

  qsort(best, count, sizeof *best, ascending);
  for (size_t from = 0, to; from < count; from = to) {
    for (to = from; to < count && best[to] == best[from]; to++) continue;
    printf("%" PRId64 " %zu\n", best[from], to - from);
  }
  return 0;
}
