/* machine.h on Linux: the C library. */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>

static void *blocks[16];
static size_t count;

static void *block(size_t size) {
  void *memory = aligned_alloc(64, (size + 64) / 64 * 64);
  if (memory == NULL) machine_stop(2);
  return memory;
}

const void *machine_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END)) machine_stop(2);
  *size = (size_t)ftell(file);
  rewind(file);
  void *bytes = block(*size);
  if (fread(bytes, 1, *size, file) != *size) machine_stop(2);
  fclose(file);
  return bytes;
}

void *machine_memory(size_t size) {
  if (count == sizeof blocks / sizeof *blocks) machine_stop(2);
  return blocks[count++] = block(size);
}

void machine_release(void) {
  while (count > 0) free(blocks[--count]);
}

void machine_stop(int status) { exit(status); }

int main(int words_count, char **words) { return digest(words_count - 1, words + 1); }
