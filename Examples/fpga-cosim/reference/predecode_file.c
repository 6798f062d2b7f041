/* predecode_file IMAGE SHOTS.b8 CHANGES ANSWERS - what the hardware's network, and the matcher behind it, have to say.
 *
 * The library does it all itself: decant_predecode tells the weights of each shot, and decant_decode, with
 * DECANT_CONFIG_NETWORK, its answer. Writes CHANGES, for each shot lines `a b weight` and then `shot`, and ANSWERS, for each
 * shot its observables, weight, work, and the digest. */
#include <decant.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *what, const char *why) {
  fprintf(stderr, "predecode_file: %s: %s\n", what, why);
  exit(1);
}

static void *aligned_block(size_t size) {
  void *block = aligned_alloc(64, (size / 64 + 1) * 64);
  if (!block) fail("memory", "there is not enough");
  return block;
}

static uint8_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail(path, "cannot be read");
  *size = (size_t)ftell(file);
  uint8_t *bytes = aligned_block(*size);
  rewind(file);
  if (fread(bytes, 1, *size, file) != *size) fail(path, "cannot be read");
  fclose(file);
  return bytes;
}

int main(int argc, char **argv) {
  if (argc != 5) fail("usage", "predecode_file IMAGE SHOTS.b8 CHANGES ANSWERS");
  size_t image_size, shots_size;
  uint8_t *image = read_file(argv[1], &image_size), *shots = read_file(argv[2], &shots_size);
  FILE *changes_file = fopen(argv[3], "w"), *answers_file = fopen(argv[4], "w");
  if (!changes_file || !answers_file) fail(argv[3], "cannot be written");
  decant_config config = {.struct_size = sizeof config, .flags = DECANT_CONFIG_NETWORK};
  decant_requirements needs = {.struct_size = sizeof needs};
  decant_decoder *decoder;
  decant_status status = decant_decoder_measure(image, image_size, &config, &needs);
  if (status != DECANT_OK) fail(argv[1], decant_status_name(status));
  status = decant_decoder_init(aligned_block(needs.workspace_size), needs.workspace_size, image, image_size, &config,
                               &decoder);
  if (status != DECANT_OK) fail(argv[1], decant_status_name(status));
  decant_reweight *changes = aligned_block(needs.max_weight_changes * sizeof *changes);
  for (size_t at = 0; at + needs.detectors_size <= shots_size; at += needs.detectors_size) {
    size_t count;
    decant_report report = {.struct_size = sizeof report};
    uint8_t observables[8] = {0};
    uint64_t digest;
    status = decant_predecode(decoder, shots + at, needs.detectors_size, NULL, 0, NULL, 0, changes,
                              needs.max_weight_changes, &count, NULL);
    if (status == DECANT_OK)
      status = decant_decode(decoder, shots + at, needs.detectors_size, observables, sizeof observables, &report);
    if (status == DECANT_OK) status = decant_digest(decoder, &digest);
    if (status != DECANT_OK) fail(argv[2], decant_status_name(status));
    for (size_t k = 0; k < count; k++)
      fprintf(changes_file, "%08" PRIx32 " %08" PRIx32 " %08" PRIx32 "\n", changes[k].a, changes[k].b,
              (uint32_t)changes[k].weight);
    fprintf(changes_file, "shot\n");
    fprintf(answers_file, "%02x %016" PRIx64 " %" PRIu64 " %016" PRIx64 "\n", observables[0],
            (uint64_t)report.weight, report.work, digest);
  }
  return fclose(changes_file) | fclose(answers_file);
}
