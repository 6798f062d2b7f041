/* instructions IMAGE SHOTS.b8 COUNT - runs the image's network, and nothing else, on the first COUNT shots, and prints how
 * many detection events they hold. For instructions.sh. */
#define PROGRAM "instructions"
#include "program.h"

int main(int argc, char **argv) {
  if (argc != 4) fail("usage: instructions IMAGE SHOTS.b8 COUNT");
  size_t image_size, shots_size;
  const unsigned char *image = read_file(argv[1], &image_size);
  const unsigned char *shots = read_file(argv[2], &shots_size);
  decant_config config = {.struct_size = sizeof config, .flags = DECANT_CONFIG_NETWORK};
  decant_requirements needs = {.struct_size = sizeof needs};
  check(decant_decoder_measure(image, image_size, &config, &needs));
  void *workspace = aligned_block(needs.workspace_size);
  decant_decoder *decoder;
  check(decant_decoder_init(workspace, needs.workspace_size, image, image_size, &config, &decoder));
  decant_reweight *changes = aligned_block(needs.max_weight_changes * sizeof *changes);

  size_t stride = needs.detectors_size, count = (size_t)atoi(argv[3]), events = 0;
  if (count * stride > shots_size) fail("there are fewer shots");
  for (size_t shot = 0; shot < count; shot++) {
    size_t written;
    check(decant_predecode(decoder, shots + shot * stride, stride, NULL, 0, NULL, 0, changes, needs.max_weight_changes,
                           &written, NULL));
  }
  for (size_t k = 0; k < count * stride; k++) events += (size_t)__builtin_popcount(shots[k]);
  printf("%zu\n", events);
  return 0;
}
