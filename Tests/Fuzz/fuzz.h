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

/* An image of the C tests' fixtures, in exactly as much memory. */
static inline uint8_t *read_image(const char *name, size_t *size) {
  const char *folder = getenv("DECANT_FIXTURES");
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.image", folder ? folder : "build/fixtures", name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "cannot read %s; `make fixtures` makes it\n", path);
    exit(2);
  }
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  uint8_t *image = exactly(8, *size);
  HOLD(fread(image, 1, *size, file) == *size);
  fclose(file);
  return image;
}

/* The input, read as a list of choices; past its end all choices are 0. */
typedef struct input {
  const uint8_t *bytes;
  size_t size;
} input;

static inline uint8_t choice(input *in) {
  if (in->size == 0) return 0;
  in->size--;
  return *in->bytes++;
}

static inline decant_requirements measured(const void *image, size_t size, const decant_config *config) {
  decant_requirements needs = {.struct_size = sizeof needs};
  HOLD(decant_decoder_measure(image, size, config, &needs) == DECANT_OK);
  return needs;
}

#endif
