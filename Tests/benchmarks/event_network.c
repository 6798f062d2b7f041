/* event_network IMAGE SHOTS.b8 FLAGS PASSES [each] - what an image's network costs, over all shots at once.
 *
 * Prints a line for each pass: "PLAIN NETWORK PREDECODE", the thread's nanoseconds for all shots in turn: decoded without
 * the network, with it, and its changes alone written down; then "features F changes C" over one pass. With the word "each", then a
 * line for each shot: what decant_predecode took in each pass, two readings of the clock among it. FLAGS: other flags of
 * decant_config. See event_network.py; for grid networks, grid_network.sh.
 */
#define PROGRAM "event_network"
#include "program.h"

static int64_t now(void) { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }

static decant_decoder *make_decoder(const void *image, size_t size, uint32_t flags, decant_requirements *needs) {
  decant_config config = {.struct_size = sizeof config, .flags = flags};
  *needs = (decant_requirements){.struct_size = sizeof *needs};
  check(decant_decoder_measure(image, size, &config, needs));
  void *workspace = aligned_block(needs->workspace_size);
  decant_decoder *decoder;
  check(decant_decoder_init(workspace, needs->workspace_size, image, size, &config, &decoder));
  return decoder;
}

/* [shot][pass] */
static void time_each(int64_t *times, decant_decoder *network, const unsigned char *shots, size_t count, size_t stride,
                      decant_reweight *changes, size_t most, int passes) {
  for (int pass = 0; pass < passes; pass++) {
    for (size_t shot = 0; shot < count; shot++) {
      size_t written;
      const int64_t start = now();
      check(decant_predecode(network, shots + shot * stride, stride, NULL, 0, NULL, 0, changes, most, &written, NULL));
      times[shot * (size_t)passes + (size_t)pass] = now() - start;
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 5 && argc != 6) fail("usage: event_network IMAGE SHOTS.b8 FLAGS PASSES [each]");
  size_t image_size, shots_size;
  const unsigned char *image = read_file(argv[1], &image_size);
  const unsigned char *shots = read_file(argv[2], &shots_size);
  uint32_t flags = (uint32_t)atoi(argv[3]);
  int passes = atoi(argv[4]);

  decant_requirements needs;
  decant_decoder *plain = make_decoder(image, image_size, flags, &needs);
  decant_decoder *network = make_decoder(image, image_size, flags | DECANT_CONFIG_NETWORK, &needs);
  size_t stride = needs.detectors_size, count = stride ? shots_size / stride : 0;
  unsigned char *observables = aligned_block(needs.observables_size);
  decant_reweight *changes = aligned_block(needs.max_weight_changes * sizeof *changes);
  uint64_t features = 0, changed = 0;

  for (int pass = 0; pass < passes; pass++) {
    int64_t start = now();
    for (size_t shot = 0; shot < count; shot++)
      check(decant_decode(plain, shots + shot * stride, stride, observables, needs.observables_size, NULL));
    int64_t decoded = now();
    for (size_t shot = 0; shot < count; shot++)
      check(decant_decode(network, shots + shot * stride, stride, observables, needs.observables_size, NULL));
    int64_t networked = now();
    for (size_t shot = 0; shot < count; shot++) {
      size_t written;
      decant_report report = {.struct_size = sizeof report};
      check(decant_predecode(network, shots + shot * stride, stride, NULL, 0, NULL, 0, changes,
                             needs.max_weight_changes, &written, &report));
      features += pass == 0 ? report.network_features : 0;
      changed += pass == 0 ? report.changed_weights : 0;
    }
    printf("%" PRId64 " %" PRId64 " %" PRId64 "\n", decoded - start, networked - decoded, now() - networked);
  }
  printf("features %" PRIu64 " changes %" PRIu64 "\n", features, changed);
  if (argc == 6) {
    int64_t *times = aligned_block(count * (size_t)passes * sizeof *times);
    time_each(times, network, shots, count, stride, changes, needs.max_weight_changes, passes);
    for (size_t k = 0; k < count * (size_t)passes; k++)
      printf("%" PRId64 "%c", times[k], (k + 1) % (size_t)passes == 0 ? '\n' : ' ');
  }
  return 0;
}
