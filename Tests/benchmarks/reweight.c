/* reweight IMAGE SHOTS.b8 ENTRIES PASSES - what weights for one shot cost, over all shots at once.
 *
 * ENTRIES: for each shot a 32-bit count, then as many decant_reweight records. Prints a line for each pass:
 * "PLAIN STAGED REWEIGHTED NUMBERED", the thread's nanoseconds for all shots in turn: decoded without entries by a decoder
 * that has no room for any; entries staged and taken back; entries staged and the shot decoded; the entries' edges, known by
 * their numbers, staged and taken back. See reweight.py.
 */
#define PROGRAM "reweight"
#include "program.h"

static int64_t now(void) { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }

static decant_decoder *make_decoder(const void *image, size_t size, uint32_t max_reweights) {
  decant_config config = {.struct_size = sizeof config, .max_reweights = max_reweights};
  decant_requirements needs = {.struct_size = sizeof needs};
  check(decant_decoder_measure(image, size, &config, &needs));
  void *workspace = aligned_block(needs.workspace_size);
  decant_decoder *decoder;
  check(decant_decoder_init(workspace, needs.workspace_size, image, size, &config, &decoder));
  return decoder;
}

int main(int argc, char **argv) {
  if (argc != 5) fail("usage: reweight IMAGE SHOTS.b8 ENTRIES PASSES");
  size_t image_size, shots_size, entries_size;
  const unsigned char *image = read_file(argv[1], &image_size);
  const unsigned char *shots = read_file(argv[2], &shots_size);
  const uint32_t *entries = (const uint32_t *)read_file(argv[3], &entries_size);
  int passes = atoi(argv[4]);

  decant_requirements needs = {.struct_size = sizeof needs};
  check(decant_decoder_measure(image, image_size, NULL, &needs));
  size_t stride = needs.detectors_size, count = stride ? shots_size / stride : 0;
  unsigned char *observables = aligned_block(needs.observables_size);

  uint32_t most = 0;
  const decant_reweight **first = aligned_block(count * sizeof *first);
  uint32_t *counts = aligned_block(count * sizeof *counts);
  const uint32_t *next = entries, *end = entries + entries_size / sizeof *entries;
  for (size_t shot = 0; shot < count; shot++) {
    if (next == end || (size_t)(end - next) < 1 + 3 * (size_t)*next) fail("ENTRIES is too short");
    counts[shot] = *next++;
    first[shot] = (const decant_reweight *)next;
    next += 3 * counts[shot];
    if (counts[shot] > most) most = counts[shot];
  }
  decant_decoder *plain = make_decoder(image, image_size, 0);
  decant_decoder *reweighted = make_decoder(image, image_size, most);
  decant_edge_reweight *numbered = aligned_block(entries_size), *number = numbered;
  for (size_t shot = 0; shot < count; shot++) {
    for (uint32_t k = 0; k < counts[shot]; k++, number++) {
      check(decant_edge_number(reweighted, first[shot][k].a, first[shot][k].b, &number->edge));
      number->weight = first[shot][k].weight;
    }
  }

  for (int pass = 0; pass < passes; pass++) {
    int64_t start = now();
    for (size_t shot = 0; shot < count; shot++)
      check(decant_decode(plain, shots + shot * stride, stride, observables, needs.observables_size, NULL));
    int64_t decoded = now();
    for (size_t shot = 0; shot < count; shot++) {
      check(decant_reweight_next(reweighted, first[shot], counts[shot]));
      check(decant_reweight_next(reweighted, NULL, 0));
    }
    int64_t staged = now();
    for (size_t shot = 0; shot < count; shot++) {
      check(decant_reweight_next(reweighted, first[shot], counts[shot]));
      check(decant_decode(reweighted, shots + shot * stride, stride, observables, needs.observables_size, NULL));
    }
    int64_t both = now();
    number = numbered;
    for (size_t shot = 0; shot < count; shot++) {
      check(decant_reweight_edges_next(reweighted, number, counts[shot]));
      check(decant_reweight_edges_next(reweighted, NULL, 0));
      number += counts[shot];
    }
    printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", decoded - start, staged - decoded, both - staged,
           now() - both);
  }
  return 0;
}
