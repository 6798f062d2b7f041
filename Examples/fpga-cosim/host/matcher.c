/* The matcher behind the port: one, in static memory, as in firmware. */
#include "matcher.h"

#include <stdio.h>
#include <string.h>

enum { MOST_CHANGES = 1 << 16, SHOT_BYTES = 1 << 10 };
static _Alignas(64) uint8_t image[1 << 22], workspace[1 << 24];
static decant_decoder *decoder;
static decant_requirements needs = {.struct_size = sizeof needs};
static uint32_t detectors, taken;
static uint8_t shot[SHOT_BYTES];
static decant_reweight changes[MOST_CHANGES];
static size_t changed;

decant_status matcher_open(const char *path) {
  FILE *file = fopen(path, "rb");
  size_t size = file ? fread(image, 1, sizeof image, file) : 0;
  if (file) fclose(file);
  decant_image_info info = {.struct_size = sizeof info};
  decant_status status = decant_image_inspect(image, size, &info);
  decant_config config = {.struct_size = sizeof config, .max_reweights = info.edges};
  if (status == DECANT_OK) status = decant_decoder_measure(image, size, &config, &needs);
  if (status == DECANT_OK && (info.edges > MOST_CHANGES || needs.detectors_size > SHOT_BYTES))
    status = DECANT_BUFFER_TOO_SMALL;
  if (status == DECANT_OK)
    status = decant_decoder_init(workspace, sizeof workspace, image, size, &config, &decoder);
  if (status != DECANT_OK) fprintf(stderr, "%s: %s\n", path, decant_status_name(status));
  detectors = info.detectors;
  return status;
}

void matcher_detectors(const uint8_t *round, int count) {
  uint32_t end = count < 0 ? detectors : taken + (uint32_t)count;
  for (uint32_t k = 0; k < 8 * ROUND_BYTES && taken < end && taken < detectors; k++, taken++)
    shot[taken / 8] |= (uint8_t)((round[k / 8] >> k % 8 & 1) << taken % 8);
}

void matcher_change(uint32_t a, uint32_t b, int32_t weight) {
  /* More than there are edges would be refused, too. */
  if (changed < MOST_CHANGES) changes[changed++] = (decant_reweight){a, b, weight};
}

decant_status matcher_match(uint8_t *observables, decant_report *report, uint64_t *digest) {
  uint8_t flips[8] = {0};
  decant_status status = taken == detectors ? DECANT_OK : DECANT_BAD_ARGUMENT;
  if (status == DECANT_OK) status = decant_reweight_next(decoder, changes, changed);
  if (status == DECANT_OK)
    status = decant_decode(decoder, shot, needs.detectors_size, flips, sizeof flips, report);
  if (status >= 0 && decant_digest(decoder, digest) != DECANT_OK) status = DECANT_INTERNAL;
  *observables = flips[0];
  memset(shot, 0, sizeof shot);
  taken = 0;
  changed = 0;
  return status;
}
