/* What the fuzz targets in C share. A target ends the process when the library breaks a promise;
 * AddressSanitizer and Swift's own checks end it when the library breaks itself. */
#ifndef DECANT_FUZZ_H
#define DECANT_FUZZ_H

#include <decant.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLD(promise) \
  do { \
    if (!(promise)) { \
      fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #promise); \
      abort(); \
    } \
  } while (0)

/* Exactly this much memory, with the sanitizer's red zones around it. */
static inline void *exactly(size_t alignment, size_t size) {
  void *memory = NULL;
  if (posix_memalign(&memory, alignment < sizeof(void *) ? sizeof(void *) : alignment, size) != 0) abort();
  return memory;
}

static inline decant_requirements measured(const void *image, size_t size, const decant_config *config) {
  decant_requirements needs = {.struct_size = sizeof needs};
  HOLD(decant_decoder_measure(image, size, config, &needs) == DECANT_OK);
  return needs;
}

#endif
