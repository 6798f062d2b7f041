/* What the timed programs share: reading files into aligned memory, and giving up with a word.
 *
 * Include it first; define PROGRAM, the name that messages begin with, before.
 */
#ifndef DECANT_BENCHMARK_PROGRAM_H
#define DECANT_BENCHMARK_PROGRAM_H

#define _POSIX_C_SOURCE 200809L
#include <decant.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void fail(const char *what) {
  fprintf(stderr, PROGRAM ": %s\n", what);
  exit(1);
}

static void check(decant_status status) {
  if (status < 0) fail(decant_status_name(status));
}

static void *aligned_block(size_t size) {
  void *block = aligned_alloc(64, (size / 64 + 1) * 64);
  if (!block) fail("out of memory");
  return block;
}

static unsigned char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail(path);
  *size = (size_t)ftell(file);
  rewind(file);
  unsigned char *content = aligned_block(*size);
  if (fread(content, 1, *size, file) != *size) fail(path);
  fclose(file);
  return content;
}

/* Nanoseconds of one of POSIX's clocks. */
static int64_t nanoseconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#endif
